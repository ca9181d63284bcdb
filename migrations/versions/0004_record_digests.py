"""seals keep the fingerprint of their entry, so that the public can check the chain without reading every entry."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    # not in batch mode: SQLite would rebuild the table, and its append-only triggers would be gone
    op.add_column(
        "audit_seals",
        sa.Column("digest", sa.String(64), nullable=True,
                  comment="of the entry; none: a link of the first form, over the entry itself"),
    )  # fmt: skip


def downgrade() -> None:
    op.execute("ALTER TABLE audit_seals DROP COLUMN digest")
