"""findings of fixed checks, their thresholds and notes; looks at people's details; prints of answers, votes by the hour."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

CHECKS = ("overdue_case", "overdue_clause", "disputed", "reused", "returns", "overturned", "burst")
STATES = ("open", "explained", "corrected", "referred", "dismissed")


def _known(column: str, members: tuple[str, ...], table: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{member}'" for member in members)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}_known"))


def upgrade() -> None:
    op.create_table(
        "check_thresholds",
        sa.Column("check_name", sa.String(24), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        _known("check_name", CHECKS, "check_thresholds"),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["users.id"], name=op.f("fk_check_thresholds_changed_by_id")
        ),
        sa.PrimaryKeyConstraint("check_name", name=op.f("pk_check_thresholds")),
    )
    op.create_table(
        "findings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("check_name", sa.String(24), nullable=False),
        sa.Column(
            "subject", sa.String(40), nullable=False, comment="case:12, department:3, answer:7, question:9"
        ),
        sa.Column("figure", sa.Integer(), nullable=False, comment="in the unit of the check"),
        sa.Column("facts", sa.JSON(), nullable=False, comment="numbers and ids, never names"),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("contribution_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "seen_at", sa.DateTime(timezone=True), nullable=False, comment="when the check last saw it"
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        _known("check_name", CHECKS, "findings"),
        _known("status", STATES, "findings"),
        sa.CheckConstraint("(status = 'open') = (closed_at IS NULL)", name=op.f("ck_findings_closed_when")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_findings_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_findings_contribution_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_findings_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
    )
    is_open = sa.text("status = 'open'")
    op.create_index(
        "uq_findings_open", "findings", ["check_name", "subject"], unique=True,
        sqlite_where=is_open, postgresql_where=is_open,
    )  # fmt: skip
    op.create_index("ix_findings_board", "findings", ["status", "id"])
    op.create_index("ix_findings_subject", "findings", ["subject", "check_name", "id"])
    op.create_table(
        "finding_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("verb", sa.String(12), nullable=False, comment="note, take or a verb of MOVES"),
        sa.Column("text", sa.String(1000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["findings.id"], name=op.f("fk_finding_notes_finding_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_finding_notes_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_notes")),
    )
    op.create_index("ix_finding_notes_finding", "finding_notes", ["finding_id", "id"])
    op.create_table(
        "looks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("viewer_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "part",
            sa.String(16),
            nullable=False,
            comment="as what the person is concerned: author, officer ...",
        ),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_looks_says_why")),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_looks_finding_id")),
        sa.ForeignKeyConstraint(["viewer_id"], ["users.id"], name=op.f("fk_looks_viewer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["users.id"], name=op.f("fk_looks_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looks")),
    )
    op.create_index("ix_looks_person", "looks", ["person_id", "id"])
    op.create_table(
        "answer_prints",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f("fk_answer_prints_answer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("answer_id", name=op.f("pk_answer_prints")),
    )
    op.create_index("ix_answer_prints_family_id", "answer_prints", ["family_id"])
    op.create_table(
        "answer_bands",
        sa.Column("key", sa.String(18), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f("fk_answer_bands_answer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", "answer_id", name=op.f("pk_answer_bands")),
    )
    op.create_table(
        "vote_hours",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_vote_hours_question_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("question_id", "hour", name=op.f("pk_vote_hours")),
    )
    op.create_index("ix_vote_hours_hour", "vote_hours", ["hour", "n"])


def downgrade() -> None:
    for table in (
        "vote_hours",
        "answer_bands",
        "answer_prints",
        "looks",
        "finding_notes",
        "findings",
        "check_thresholds",
    ):
        op.drop_table(table)
