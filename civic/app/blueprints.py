"""The site map: leave a feature out here."""

from flask import Flask

from civic.accounts.views import bp as accounts
from civic.admin.views import bp as admin
from civic.consultations.views import bp as consultations
from civic.groups.views import bp as groups
from civic.notifications.views import bp as notifications
from civic.people.views import bp as people
from civic.site.views import bp as site

BLUEPRINTS = [site, accounts]

BLUEPRINTS += [groups, people, consultations, notifications, admin]


def setup(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
