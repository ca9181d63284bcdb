"""other departments' parts of an answer, ready sentences, leaves; two more figures of a desk."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

MOMENT = sa.DateTime(timezone=True)
KINDS = "kind IN ('accepted', 'partly', 'declined', 'already_done', 'not_ours', 'needs_council')"


def upgrade() -> None:
    op.create_table(
        "answer_templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("retired_at", MOMENT, nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_answer_templates_kind_known")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_answer_templates_department_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_templates")),
    )
    op.create_index("ix_answer_templates_department", "answer_templates", ["department_id", "id"])
    op.create_table(
        "case_parts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(500), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.Column("written_at", MOMENT, nullable=True),
        sa.CheckConstraint("written_at IS NULL OR text <> ''", name=op.f("ck_case_parts_written_in_words")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_parts_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_case_parts_department_id")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_case_parts_asked_by_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["users.id"], name=op.f("fk_case_parts_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_parts")),
        sa.UniqueConstraint("case_id", "department_id", name=op.f("uq_case_parts_case_id_department_id")),
    )
    op.create_index("ix_case_parts_department", "case_parts", ["department_id", "written_at", "case_id"])
    op.create_table(
        "leaves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_leaves_ends_after_it_begins")),
        sa.CheckConstraint("deputy_id <> user_id", name=op.f("ck_leaves_somebody_else_stands_in")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_leaves_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["deputy_id"], ["users.id"], name=op.f("fk_leaves_deputy_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaves")),
    )
    op.create_index("ix_leaves_user", "leaves", ["user_id", "last_day"])
    op.execute("DELETE FROM department_figures")  # the clock counts them anew within a minute
    with op.batch_alter_table("department_figures", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unassigned_count", sa.Integer(), nullable=False))
        batch_op.add_column(
            sa.Column("head_count", sa.Integer(), nullable=False, comment="whose answer waits for the head")
        )


def downgrade() -> None:
    with op.batch_alter_table("department_figures", schema=None) as batch_op:
        batch_op.drop_column("head_count")
        batch_op.drop_column("unassigned_count")
    for table in ("leaves", "case_parts", "answer_templates"):
        op.drop_table(table)
