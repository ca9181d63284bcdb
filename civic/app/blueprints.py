"""The site map: leave a feature out here."""

from functools import partial

from flask import Flask
from flask_smorest import Api

from civic.accounts.views import bp as accounts
from civic.audit.views import bp as audit
from civic.core.web import public
from civic.moderation.views import bp as moderation
from civic.opendata.views import bp as opendata
from civic.site.views import bp as site
from civic.votes.views import bp as votes

BLUEPRINTS = [site, accounts, votes, moderation, audit]


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
    for endpoint in [name for name in app.view_functions if name.startswith("api-docs.")]:
        app.view_functions[endpoint] = public(partial(app.view_functions[endpoint]))
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
