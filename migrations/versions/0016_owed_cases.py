"""owed cases: an index for the inbox, so that it does not read what was answered long ago."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

OWED = "status IN ('assigned', 'awaiting_head')"


def upgrade() -> None:
    op.create_index(
        "ix_cases_owed",
        "cases",
        ["department_id", "due_at", "id"],
        sqlite_where=sa.text(OWED),
        postgresql_where=sa.text(OWED),
    )


def downgrade() -> None:
    op.drop_index("ix_cases_owed", table_name="cases")
