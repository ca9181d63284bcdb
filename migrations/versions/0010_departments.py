"""departments below others, routing with more conditions, the questions, revisions and figures of cases."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

KINDS = ("accepted", "partly", "declined", "already_done", "not_ours")
PUBLISHED = "status = 'published'"
MOMENT = sa.DateTime(timezone=True)


def columns() -> dict[str, list[sa.Column]]:
    """Table -> new columns; a default given here fills the rows that are there and is taken away again."""
    return {
    "answers": [
        sa.Column("council_text", sa.String(500), nullable=False, server_default="", comment="the resolution that is needed"),
        sa.Column("review_on", sa.Date(), nullable=True, comment="when it is looked at again"),
        sa.Column("revision_note", sa.String(500), nullable=False, server_default="", comment="why a published answer changed"),
    ],
    "case_notes": [sa.Column("department_id", sa.Integer(), nullable=True, comment="of a return: who gave it back")],
    "cases": [
        sa.Column("rule_version", sa.Integer(), nullable=True, comment="of the rule that sent it"),
        sa.Column(
            "override_reason", sa.String(500), nullable=False, server_default="",
            comment="why triage chose another department than the rules",
        ),
        sa.Column("reopen_count", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("acknowledge_by", MOMENT, nullable=True, comment="three working days to accept it"),
        sa.Column("acknowledged_at", MOMENT, nullable=True, comment="«قبول پرونده» by its officer"),
        sa.Column(
            "revision_sent_at", MOMENT, nullable=True, comment="a revision of the published answer waits for the head"
        ),
    ],
    "departments": [
        sa.Column("kind", sa.String(24), nullable=False, server_default="organisation"),
        sa.Column(
            "parent_id", sa.Integer(), nullable=True, comment="the department it belongs to: its heads see this one"
        ),
        sa.Column("district_id", sa.Integer(), nullable=True, comment="a district's own office"),
    ],
    "routing_rules": [
        sa.Column("kind", sa.String(24), nullable=False, server_default="", comment="of the contribution"),
        sa.Column("door", sa.String(24), nullable=False, server_default="", comment="by which the case came"),
        sa.Column(
            "group_kind", sa.String(24), nullable=False, server_default="", comment="of the group it is written for"
        ),
        sa.Column(
            "keywords", sa.String(300), nullable=False, server_default="", comment="any of these, separated by commas"
        ),
        sa.Column(
            "version", sa.Integer(), nullable=False, server_default="1", comment="grows with every change of what it says"
        ),
    ],
}  # fmt: skip


def upgrade() -> None:
    for table, added in columns().items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in added:
                batch_op.add_column(column)
    for table, added in columns().items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in added:
                if column.server_default is not None:
                    batch_op.alter_column(
                        column.name, existing_type=column.type, existing_nullable=False, server_default=None
                    )
    with op.batch_alter_table("answers", schema=None) as batch_op:
        _kinds(batch_op, (*KINDS, "needs_council"))
        batch_op.create_check_constraint(
            op.f("ck_answers_council_and_review_named"),
            "status IN ('draft', 'returned') OR kind <> 'needs_council' OR (council_text <> '' AND review_on IS NOT NULL)",
        )
        batch_op.create_index("ix_answers_time", ["published_at", "case_id"], unique=False)
        batch_op.create_index(
            "uq_answers_published", ["case_id"], unique=True,
            sqlite_where=sa.text(PUBLISHED), postgresql_where=sa.text(PUBLISHED),
        )  # fmt: skip
    with op.batch_alter_table("case_notes", schema=None) as batch_op:
        batch_op.create_foreign_key(
            op.f("fk_case_notes_department_id"), "departments", ["department_id"], ["id"]
        )
        batch_op.create_index("ix_case_notes_kind", ["kind", "at"], unique=False)
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index("ix_cases_duty", ["duty_id"], unique=False)
        batch_op.create_index("ix_cases_opened", ["opened_at", "id"], unique=False)
    op.execute("UPDATE cases SET acknowledged_at = opened_at WHERE officer_id IS NOT NULL")
    with op.batch_alter_table("departments", schema=None) as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_departments_kind_known"), "kind IN ('organisation', 'deputy', 'district')"
        )
        batch_op.create_check_constraint(
            op.f("ck_departments_not_its_own_parent"), "parent_id IS NULL OR parent_id <> id"
        )
        batch_op.create_check_constraint(
            op.f("ck_departments_not_its_own_successor"), "replaced_by_id IS NULL OR replaced_by_id <> id"
        )
        batch_op.create_foreign_key(op.f("fk_departments_district_id"), "districts", ["district_id"], ["id"])
        batch_op.create_foreign_key(op.f("fk_departments_parent_id"), "departments", ["parent_id"], ["id"])
        batch_op.create_index(op.f("ix_departments_parent_id"), ["parent_id"], unique=False)
    _tables()


def _tables() -> None:
    op.create_table(
        "overdue_weeks",
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("case_count", sa.Integer(), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("last_day", name=op.f("pk_overdue_weeks")),
    )
    op.create_table(
        "department_figures",
        sa.Column("department_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("open_count", sa.Integer(), nullable=False),
        sa.Column("soon_count", sa.Integer(), nullable=False),
        sa.Column("late_count", sa.Integer(), nullable=False),
        sa.Column("paused_count", sa.Integer(), nullable=False),
        sa.Column(
            "unaccepted_count", sa.Integer(), nullable=False, comment="of the open ones, not yet accepted by anybody"
        ),
        sa.Column("answered_count", sa.Integer(), nullable=False, comment="in the last 90 days"),
        sa.Column("in_time_count", sa.Integer(), nullable=False, comment="of those"),
        sa.Column("returned_count", sa.Integer(), nullable=False, comment="given back to triage in the last 90 days"),
        sa.Column("median_days", sa.Integer(), nullable=True, comment="working days to the answer, last 90 days"),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_department_figures_department_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("department_id", name=op.f("pk_department_figures")),
    )  # fmt: skip
    op.create_table(
        "case_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("pause_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True, comment="since then the clock goes on"),
        sa.CheckConstraint(
            "answered_at IS NULL OR (answer <> '' AND closed_at IS NOT NULL)",
            name=op.f("ck_case_questions_answered_in_words"),
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_case_questions_asked_by_id")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_questions_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["pause_id"], ["duty_pauses.id"], name=op.f("fk_case_questions_pause_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_questions")),
        sa.UniqueConstraint("pause_id", name=op.f("uq_case_questions_pause_id")),
    )
    with op.batch_alter_table("case_questions", schema=None) as batch_op:
        batch_op.create_index("ix_case_questions_case", ["case_id", "id"], unique=False)


def _kinds(batch_op, kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    batch_op.drop_constraint(op.f("ck_answers_kind_known"), type_="check")
    batch_op.create_check_constraint(op.f("ck_answers_kind_known"), f"kind IN ({listed})")


def downgrade() -> None:
    for table in ("case_questions", "department_figures", "overdue_weeks"):
        op.drop_table(table)
    op.execute("UPDATE answers SET kind = 'not_ours', other_body = 'council' WHERE kind = 'needs_council'")
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_answers_published", sqlite_where=sa.text(PUBLISHED), postgresql_where=sa.text(PUBLISHED)
        )
        batch_op.drop_index("ix_answers_time")
        batch_op.drop_constraint(op.f("ck_answers_council_and_review_named"), type_="check")
        _kinds(batch_op, KINDS)
    with op.batch_alter_table("case_notes", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_case_notes_department_id"), type_="foreignkey")
        batch_op.drop_index("ix_case_notes_kind")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index("ix_cases_opened")
        batch_op.drop_index("ix_cases_duty")
    with op.batch_alter_table("departments", schema=None) as batch_op:
        for name in ("kind_known", "not_its_own_parent", "not_its_own_successor"):
            batch_op.drop_constraint(op.f(f"ck_departments_{name}"), type_="check")
        batch_op.drop_constraint(op.f("fk_departments_parent_id"), type_="foreignkey")
        batch_op.drop_constraint(op.f("fk_departments_district_id"), type_="foreignkey")
        batch_op.drop_index(op.f("ix_departments_parent_id"))
    for table, added in columns().items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in reversed(added):
                batch_op.drop_column(column.name)
