"""resolutions and their clauses."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "resolutions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("organ_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True, comment="the item it came out of"),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column(
            "passed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="notified to departments and public since",
        ),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clause_count", sa.Integer(), nullable=False),
        sa.Column("verified_count", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status <> 'done' OR (clause_count > 0 AND verified_count = clause_count)",
            name=op.f("ck_resolutions_done_is_verified"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'in_force', 'done', 'dropped')", name=op.f("ck_resolutions_status_known")
        ),
        sa.CheckConstraint(
            "status NOT IN ('in_force', 'done') OR passed_at IS NOT NULL",
            name=op.f("ck_resolutions_passed_when"),
        ),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_items.id"], name=op.f("fk_resolutions_item_id")),
        sa.ForeignKeyConstraint(["organ_id"], ["organs.id"], name=op.f("fk_resolutions_organ_id")),
        sa.ForeignKeyConstraint(["term_id"], ["council_terms.id"], name=op.f("fk_resolutions_term_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resolutions")),
        sa.UniqueConstraint("term_id", "number", name=op.f("uq_resolutions_term_id_number")),
    )
    with op.batch_alter_table("resolutions", schema=None) as batch_op:
        batch_op.create_index("ix_resolutions_list", ["status", "id"], unique=False)

    op.create_table(
        "clauses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resolution_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("due_kind", sa.String(24), nullable=False),
        sa.Column(
            "due_days", sa.Integer(), nullable=True, comment="working days from the day of notification"
        ),
        sa.Column(
            "due_on",
            sa.Date(),
            nullable=True,
            comment="the last day; of working days known once it is notified",
        ),
        sa.Column("duty_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("blocked_reason", sa.String(length=1000), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "completed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the department last said: complete",
        ),
        sa.Column("in_time", sa.Boolean(), nullable=True, comment="completed on or before the last day"),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(due_kind = 'days') = (due_days IS NOT NULL)", name=op.f("ck_clauses_days_given")
        ),
        sa.CheckConstraint(
            "(status = 'verified') = (verified_at IS NOT NULL)", name=op.f("ck_clauses_verified_when")
        ),
        sa.CheckConstraint("due_kind <> 'date' OR due_on IS NOT NULL", name=op.f("ck_clauses_day_given")),
        sa.CheckConstraint(
            "due_kind <> 'none' OR (due_on IS NULL AND duty_id IS NULL)", name=op.f("ck_clauses_no_date")
        ),
        sa.CheckConstraint("due_kind IN ('date', 'days', 'none')", name=op.f("ck_clauses_due_kind_known")),
        sa.CheckConstraint("kind IN ('sole', 'article', 'note', 'item')", name=op.f("ck_clauses_kind_known")),
        sa.CheckConstraint(
            "status <> 'blocked' OR blocked_reason <> ''", name=op.f("ck_clauses_blocked_why")
        ),
        sa.CheckConstraint(
            "status IN ('not_started', 'started', 'substantial', 'complete', 'verified', 'blocked')",
            name=op.f("ck_clauses_status_known"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('complete', 'verified') OR completed_at IS NOT NULL",
            name=op.f("ck_clauses_completed_when"),
        ),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name=op.f("fk_clauses_department_id")),
        sa.ForeignKeyConstraint(["duty_id"], ["duties.id"], name=op.f("fk_clauses_duty_id")),
        sa.ForeignKeyConstraint(
            ["resolution_id"], ["resolutions.id"], name=op.f("fk_clauses_resolution_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["verified_by_id"], ["users.id"], name=op.f("fk_clauses_verified_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clauses")),
        sa.UniqueConstraint("duty_id", name=op.f("uq_clauses_duty_id")),
    )
    with op.batch_alter_table("clauses", schema=None) as batch_op:
        batch_op.create_index("ix_clauses_department", ["department_id", "status", "id"], unique=False)
        batch_op.create_index("ix_clauses_quarter", ["due_on", "id"], unique=False)
        batch_op.create_index("ix_clauses_resolution", ["resolution_id", "position", "id"], unique=False)

    op.create_table(
        "resolution_subjects",
        sa.Column("resolution_id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_resolution_subjects_contribution_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["resolution_id"],
            ["resolutions.id"],
            name=op.f("fk_resolution_subjects_resolution_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("resolution_id", "contribution_id", name=op.f("pk_resolution_subjects")),
    )
    with op.batch_alter_table("resolution_subjects", schema=None) as batch_op:
        batch_op.create_index(
            "ix_resolution_subjects_contribution", ["contribution_id", "resolution_id"], unique=False
        )

    op.create_table(
        "clause_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(24), nullable=False),
        sa.Column("says", sa.String(24), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_role", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence", sa.String(24), nullable=False),
        sa.Column("file_name", sa.String(length=60), nullable=True),
        sa.Column("small_name", sa.String(length=60), nullable=True),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(evidence = 'none') = (file_name IS NULL)", name=op.f("ck_clause_entries_evidence_has_file")
        ),
        sa.CheckConstraint(
            "act IN ('report', 'verify', 'send_back')", name=op.f("ck_clause_entries_act_known")
        ),
        sa.CheckConstraint(
            "evidence IN ('none', 'picture', 'paper')", name=op.f("ck_clause_entries_evidence_known")
        ),
        sa.CheckConstraint(
            "says IN ('not_started', 'started', 'substantial', 'complete', 'verified', 'blocked')",
            name=op.f("ck_clause_entries_says_known"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_clause_entries_by_id")),
        sa.ForeignKeyConstraint(
            ["clause_id"], ["clauses.id"], name=op.f("fk_clause_entries_clause_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause_entries")),
        sa.UniqueConstraint("file_name", name=op.f("uq_clause_entries_file_name")),
        sa.UniqueConstraint("small_name", name=op.f("uq_clause_entries_small_name")),
    )
    with op.batch_alter_table("clause_entries", schema=None) as batch_op:
        batch_op.create_index("ix_clause_entries_clause", ["clause_id", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("clause_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_clause_entries_clause")

    op.drop_table("clause_entries")
    with op.batch_alter_table("resolution_subjects", schema=None) as batch_op:
        batch_op.drop_index("ix_resolution_subjects_contribution")

    op.drop_table("resolution_subjects")
    with op.batch_alter_table("clauses", schema=None) as batch_op:
        batch_op.drop_index("ix_clauses_resolution")
        batch_op.drop_index("ix_clauses_quarter")
        batch_op.drop_index("ix_clauses_department")

    op.drop_table("clauses")
    with op.batch_alter_table("resolutions", schema=None) as batch_op:
        batch_op.drop_index("ix_resolutions_list")

    op.drop_table("resolutions")
