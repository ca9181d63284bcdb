"""What a guest meant before signing in, carried out right after: kind -> function(actor, payload) -> where to go.

Payloads carry `back`, the page to return to when it can no longer be done.
"""

from collections.abc import Callable
from typing import Any

from flask import url_for

from civic.cases import queries as cases_queries
from civic.cases import service as cases
from civic.comments import queries as comment_queries
from civic.comments import service as comments
from civic.contributions import queries as contribution_queries
from civic.contributions import service as contributions
from civic.contributions.rules import ContributionKind
from civic.core.actor import Actor
from civic.core.db import transaction
from civic.departments.queries import categories
from civic.departments.rules import guess_category
from civic.groups.views import carry_join
from civic.outcomes import queries as outcomes_queries
from civic.outcomes import service as outcomes
from civic.outcomes.rules import Verdict
from civic.problems import service as problems
from civic.proposals import queries as proposal_queries
from civic.proposals import service as proposals
from civic.votes import queries as votes
from civic.votes import service as voting

Carrier = Callable[[Actor, dict[str, Any]], str]


def _topic(meant: dict[str, Any]) -> int | None:
    return meant.get("category_id") or guess_category(
        meant["text"], [(c.id, c.keywords) for c in categories()]
    )


def propose(actor: Actor, meant: dict[str, Any]) -> str:
    """The first step of a proposal becomes a draft; the second step follows."""
    with transaction():
        problem = proposal_queries.answered_problem(actor, meant.get("problem"))
        draft = proposals.begin(
            actor, text=meant["text"], title=meant.get("title") or "", category_id=_topic(meant), problem=problem,
            consultation=proposal_queries.collecting(meant.get("consultation")), language=meant.get("language", "fa"),
        )  # fmt: skip
        return url_for("proposals.where", draft=draft.id)


def report_problem(actor: Actor, meant: dict[str, Any]) -> str:
    """A problem becomes a draft, shown once more before it is sent."""
    with transaction():
        draft = problems.begin(
            actor,
            text=meant["text"],
            title=meant.get("title") or "",
            category_id=_topic(meant),
            language=meant.get("language", "fa"),
        )
        place = meant.get("place_text") or ""
        contributions.describe(
            actor,
            draft,
            category_id=draft.category_id,
            district_id=meant.get("district_id"),
            place_text=place,
        )
        return url_for("problems.new", draft=draft.id)


def join(actor: Actor, meant: dict[str, Any]) -> str:
    """«من هم درگیرم»."""
    with transaction():
        problems.join(
            actor, contribution_queries.for_change(actor, meant["id"], ContributionKind.PROBLEM), joined=True
        )
    return str(meant["back"])


def follow(actor: Actor, meant: dict[str, Any]) -> str:
    """«پیگیری»."""
    with transaction():
        contributions.follow(actor, contribution_queries.for_change(actor, meant["id"]))
    return str(meant["back"])


def comment(actor: Actor, meant: dict[str, Any]) -> str:
    """What was written under something."""
    with transaction():
        subject = contribution_queries.for_change(actor, meant["id"])
        answered = str(meant.get("parent") or "")
        parent = comment_queries.comment(actor, int(answered))[1] if answered.isdigit() else None
        comments.write(
            actor,
            subject,
            text=meant["text"],
            side=meant.get("side") or "",
            parent=parent,
            language=meant.get("language", "fa"),
        )
    return str(meant["back"])


def find_useful(actor: Actor, meant: dict[str, Any]) -> str:
    """«مفید بود»."""
    with transaction():
        comments.mark(actor, comment_queries.comment_for_change(actor, meant["id"])[0], useful=True)
    return str(meant["back"])


def vote(actor: Actor, payload: dict[str, Any]) -> str:
    """The vote a guest pressed."""
    with transaction():
        question = votes.for_vote(actor, int(payload["contribution_id"]), ContributionKind(payload["kind"]))
        voting.cast(actor, question, str(payload["choice"]))
    return str(payload["back"])


def give_opinion(actor: Actor, payload: dict[str, Any]) -> str:
    """«این پاسخ قانع‌کننده بود؟» of somebody who was not signed in."""
    with transaction():
        answer, _case = cases_queries.published_for_change(int(payload["answer"]))
        cases.opine(actor, answer, yes=bool(payload["yes"]))
    return f"{payload['back']}#answer"


def give_verdict(actor: Actor, payload: dict[str, Any]) -> str:
    """«انجام شد؟» of somebody who was not signed in."""
    with transaction():
        promise = outcomes_queries.for_change(int(payload["promise"]))
        outcomes.judge(actor, promise, verdict=Verdict(payload["verdict"]), note=str(payload["note"]))
    return f"{payload['back']}#verdict"


CARRIERS: dict[str, Carrier] = {
    "proposal": propose, "problem": report_problem, "join": join, "follow": follow, "comment": comment, "useful": find_useful,
    "vote": vote, "opinion": give_opinion, "verdict": give_verdict,
}  # fmt: skip
CARRIERS["group_join"] = carry_join
