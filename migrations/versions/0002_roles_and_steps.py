"""roles of the council's clerk and the inspector; the steps of the closed loop."""

from alembic import op

revision = "0002"
down_revision = "0001"

ROLES = ("moderator", "triage", "officer", "head", "council", "operator")
STEPS = (
    "submitted", "endorsed", "published", "returned", "hidden", "edited", "withdrawn", "vote_opened", "threshold",
    "month_top", "sent_at_once", "vote_closed", "case_opened", "assigned", "case_returned", "answered", "promised",
    "council_asked", "council_answered", "reported_done", "confirmed", "disputed", "proposal_linked",
    "consultation_approved", "phase_opened", "phase_closed", "reported",
)  # fmt: skip
NEW_ROLES = ("moderator", "triage", "officer", "head", "council", "clerk", "inspector", "operator")
NEW_STEPS = (
    *STEPS,
    "appealed", "upheld", "overturned", "masked", "cosigned", "merged", "unmerged", "took_in", "gave_back", "extended",
    "paused", "resumed", "overdue", "joined_department", "answer_revised", "progress", "reopened", "on_agenda",
    "resolved", "clause_reported", "clause_verified",
)  # fmt: skip


def _known(table: str, column: str, members: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{member}'" for member in members)
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(op.f(f"ck_{table}_{column}_known"), type_="check")
        batch_op.create_check_constraint(op.f(f"ck_{table}_{column}_known"), f"{column} IN ({listed})")


def upgrade() -> None:
    _known("role_grants", "role", NEW_ROLES)
    _known("steps", "kind", NEW_STEPS)


def downgrade() -> None:
    for table, column, members in (("role_grants", "role", ROLES), ("steps", "kind", STEPS)):
        listed = ", ".join(f"'{member}'" for member in members)
        op.execute(f"DELETE FROM {table} WHERE {column} NOT IN ({listed})")  # noqa: S608 - our own words
        _known(table, column, members)
