"""tallies by contribution: an index, so that a list of what people voted on does not read all tallies."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_index("ix_tallies_contribution", "tallies", ["contribution_id", "option_key"])


def downgrade() -> None:
    op.drop_index("ix_tallies_contribution", table_name="tallies")
