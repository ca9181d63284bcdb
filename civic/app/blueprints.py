"""The site map: leave a feature out here."""

from functools import partial

from flask import Flask
from flask_smorest import Api

from civic.accounts.views import bp as accounts
from civic.admin.views import bp as admin
from civic.audit.views import bp as audit
from civic.cases.views import bp as cases
from civic.comments.views import bp as comments
from civic.consultations.views import bp as consultations
from civic.contributions.views import bp as contributions
from civic.core.web import public
from civic.cosigning.views import bp as cosigning
from civic.council.views import bp as council
from civic.feeds.views import bp as feeds
from civic.groups.views import bp as groups
from civic.meetings.views import bp as meetings
from civic.merging.views import bp as merging
from civic.moderation.views import bp as moderation
from civic.notifications.views import bp as notifications
from civic.opendata.council import bp as opendata_council
from civic.opendata.views import bp as opendata
from civic.outcomes.views import bp as outcomes
from civic.people.views import bp as people
from civic.problems.views import bp as problems
from civic.proposals.views import bp as proposals
from civic.reports.views import bp as reports
from civic.resolutions.views import bp as resolutions
from civic.search.views import bp as search
from civic.site.views import bp as site
from civic.supervision.views import bp as supervision
from civic.votes.views import bp as votes

BLUEPRINTS = [
    site, accounts, contributions, problems, proposals, comments, votes, moderation, audit, cases, outcomes, council, search,
]  # fmt: skip

BLUEPRINTS += [groups, people, consultations, notifications, feeds, admin, merging, cosigning, supervision]
BLUEPRINTS += [reports, meetings, resolutions]


def setup(app: Flask) -> None:
    app.config.update(
        API_TITLE="Charsu",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = Api(app)
    api.register_blueprint(opendata)
    api.register_blueprint(opendata_council)
    for endpoint in [name for name in app.view_functions if name.startswith("api-docs.")]:
        app.view_functions[endpoint] = public(partial(app.view_functions[endpoint]))
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
