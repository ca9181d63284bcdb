"""The site map: leave a feature out here."""

from flask import Flask

from civic.accounts.views import bp as accounts
from civic.audit.views import bp as audit
from civic.moderation.views import bp as moderation
from civic.site.views import bp as site
from civic.votes.views import bp as votes

BLUEPRINTS = [site, accounts, votes, moderation, audit]


def setup(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
