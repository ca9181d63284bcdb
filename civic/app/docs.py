"""Documents that are written from the code, so that they cannot lie."""

from enum import StrEnum
from pathlib import Path
from typing import Any

from flask import current_app

from civic.accounts import rules as accounts
from civic.cases import rules as cases
from civic.contributions import rules as contributions
from civic.core.policy import POLICY
from civic.cosigning import rules as cosigning
from civic.meetings import rules as meetings
from civic.moderation import rules as moderation
from civic.outcomes import rules as outcomes
from civic.reports import rules as reports
from civic.resolutions import rules as resolutions
from civic.supervision import rules as supervision
from civic.votes import rules as votes
from config import ROOT

MACHINES: dict[str, dict[Any, Any]] = {
    "Contribution": contributions.MOVES,
    "Account": accounts.MOVES,
    "Question": votes.QUESTION_MOVES,
    "Ballot": votes.BALLOT_MOVES,
    "Co-signature": cosigning.MOVES,
    "Review item": moderation.ITEM_MOVES,
    "Review decision": moderation.DECISION_MOVES,
    "Appeal": moderation.APPEAL_MOVES,
    "Block of writing": moderation.BLOCK_MOVES,
    "Case": cases.CASE_MOVES,
    "Answer": cases.ANSWER_MOVES,
    "Promise": outcomes.MOVES,
    "Participation report": reports.MOVES,
    "Meeting": meetings.MEETING_MOVES,
    "Agenda item": meetings.ITEM_MOVES,
    "Resolution": resolutions.MOVES,
    "Clause": resolutions.CLAUSE_MOVES,
    "Finding": supervision.MOVES,
}


def permissions() -> str:
    """Who may do what, and which guard each address declares."""
    lines = [
        "# Permissions",
        "",
        "Written from the code by `civic docs write`. Any of the lines of a row is enough; all parts of a line must hold.",
        "",
    ]
    lines += ["| permission | who |", "|---|---|"]
    for permission, table in sorted(POLICY.items(), key=lambda row: str(row[0])):
        who = "<br>".join(" and ".join(_words(p) for p in line) for line in table)
        lines.append(f"| `{permission}` | {who} |")
    lines += ["", "## Addresses", "", "| address | methods | guard |", "|---|---|---|"]
    for rule in sorted(current_app.url_map.iter_rules(), key=lambda r: (r.rule, r.endpoint)):
        if rule.endpoint == "static":
            continue
        guard = getattr(current_app.view_functions[rule.endpoint], "guard", "REFUSED")
        methods = " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        lines.append(f"| `{rule.rule}` | {methods} | {guard} |")
    return "\n".join(lines) + "\n"


def _words(predicate: Any) -> str:
    return (predicate.__doc__ or predicate.__name__).strip().rstrip(".")


def states() -> str:
    """Every status and its moves."""
    lines = ["# States", "", "Written from the code by `civic docs write`.", ""]
    for name, moves in MACHINES.items():
        lines += [f"## {name}", "", "| from | verb | to |", "|---|---|---|"]
        lines += [f"| {_name(before)} | {verb} | {_name(after)} |" for (before, verb), after in moves.items()]
        lines.append("")
    return "\n".join(lines)


def _name(status: StrEnum) -> str:
    return str(status)


DOCUMENTS = {"permissions.md": permissions, "states.md": states}


def write() -> None:
    for name, make in DOCUMENTS.items():
        (Path(ROOT) / "docs" / name).write_text(make())


def check() -> list[str]:
    problems = []
    for name, make in DOCUMENTS.items():
        path = Path(ROOT) / "docs" / name
        if not path.exists() or path.read_text() != make():
            problems.append(f"docs/{name} differs from the code; run: python3 start.py civic docs write")
    return problems
