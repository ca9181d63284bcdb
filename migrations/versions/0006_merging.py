"""merging of texts: where to, whose support counts with whom, what a report names as the same."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    with op.batch_alter_table("contributions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "merged_into_id",
                sa.Integer(),
                nullable=True,
                comment="whose people its people are counted with; one step deep",
            )
        )
        batch_op.create_foreign_key(
            op.f("fk_contributions_merged_into_id"), "contributions", ["merged_into_id"], ["id"]
        )
        batch_op.create_index("ix_contributions_merged", ["merged_into_id", "id"], unique=False)
        batch_op.create_check_constraint(
            op.f("ck_contributions_merged_somewhere"), "status <> 'merged' OR merged_into_id IS NOT NULL"
        )
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "has_merged",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
                comment="others were merged into it: a first vote looks there",
            )
        )
    with op.batch_alter_table("tallies", schema=None) as batch_op:
        batch_op.drop_index("ix_tallies_popular")
        batch_op.add_column(sa.Column("merged", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column(
                "supporters", sa.Integer(), sa.Computed("ballots + merged", persisted=True), nullable=False
            )
        )
        batch_op.create_check_constraint(op.f("ck_tallies_merged_not_negative"), "merged >= 0")
        batch_op.create_index(
            "ix_tallies_popular", ["option_key", "supporters", "contribution_id"], unique=False
        )
    with op.batch_alter_table("flags", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("twin_id", sa.Integer(), nullable=True, comment="with clause 7: what it repeats")
        )
        batch_op.create_foreign_key(
            op.f("fk_flags_twin_id"), "contributions", ["twin_id"], ["id"], ondelete="SET NULL"
        )


def downgrade() -> None:
    with op.batch_alter_table("flags", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_flags_twin_id"), type_="foreignkey")
        batch_op.drop_column("twin_id")
    with op.batch_alter_table("tallies", schema=None) as batch_op:
        batch_op.drop_index("ix_tallies_popular")
        batch_op.drop_constraint(op.f("ck_tallies_merged_not_negative"), type_="check")
        batch_op.drop_column("supporters")
        batch_op.drop_column("merged")
        batch_op.create_index(
            "ix_tallies_popular", ["option_key", "ballots", "contribution_id"], unique=False
        )
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.drop_column("has_merged")
    # What is merged comes back: the older code does not know where it went.
    op.execute("UPDATE contributions SET status = 'public', stage = 'open' WHERE status = 'merged'")
    with op.batch_alter_table("contributions", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_contributions_merged_somewhere"), type_="check")
        batch_op.drop_index("ix_contributions_merged")
        batch_op.drop_constraint(op.f("fk_contributions_merged_into_id"), type_="foreignkey")
        batch_op.drop_column("merged_into_id")
