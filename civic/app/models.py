"""Every table, so that migrations and tests know all of them."""

from civic.accounts import models as accounts
from civic.audit import models as audit
from civic.cases import models as cases
from civic.comments import models as comments
from civic.consultations import models as consultations
from civic.contributions import models as contributions
from civic.core import jobs, once, outbox
from civic.cosigning import models as cosigning
from civic.council import models as council
from civic.departments import models as departments
from civic.duties import models as duties
from civic.feeds import models as feeds
from civic.groups import models as groups
from civic.imports import models as imports
from civic.index import models as index
from civic.meetings import models as meetings
from civic.moderation import models as moderation
from civic.notifications import models as notifications
from civic.outcomes import models as outcomes
from civic.places import models as places
from civic.problems import models as problems
from civic.proposals import models as proposals
from civic.reports import models as reports
from civic.resolutions import models as resolutions
from civic.spaces import models as spaces
from civic.supervision import models as supervision
from civic.votes import models as votes

__all__ = [
    "accounts", "audit", "cases", "comments", "consultations", "contributions", "cosigning", "council", "departments", "duties",
    "feeds", "groups", "imports", "index", "jobs", "meetings", "moderation", "notifications", "once", "outbox", "outcomes",
    "places", "problems", "proposals", "reports", "resolutions", "spaces", "supervision", "votes",
]  # fmt: skip
