"""The site map: leave a feature out here."""

from flask import Flask

from civic.accounts.views import bp as accounts
from civic.comments.views import bp as comments
from civic.contributions.views import bp as contributions
from civic.problems.views import bp as problems
from civic.proposals.views import bp as proposals
from civic.search.views import bp as search
from civic.site.views import bp as site

BLUEPRINTS = [site, accounts]
BLUEPRINTS += [contributions, problems, proposals, comments, search]


def setup(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
