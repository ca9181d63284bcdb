"""The site map: leave a feature out here."""

from flask import Flask

from civic.accounts.views import bp as accounts
from civic.site.views import bp as site

BLUEPRINTS = [site, accounts]


def setup(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
