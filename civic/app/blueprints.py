"""The site map: leave a feature out here."""

from flask import Flask

from civic.accounts.views import bp as accounts
from civic.cases.views import bp as cases
from civic.council.views import bp as council
from civic.outcomes.views import bp as outcomes
from civic.site.views import bp as site

BLUEPRINTS = [site, accounts]
BLUEPRINTS += [cases, outcomes, council]


def setup(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
