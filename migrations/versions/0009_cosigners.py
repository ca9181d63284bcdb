"""co-signers of proposals, and their names as lists show them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

STATES = ("invited", "offered", "signed", "declined", "removed", "left")
KINDS = ("citizen", "expert", "women_forum", "ngo", "visitor")


def _known(column: str, members: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{member}'" for member in members)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_cosigners_{column}_known"))


def upgrade() -> None:
    op.create_table(
        "cosigners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("byline", sa.String(length=120), nullable=False),
        sa.Column("capacity", sa.String(length=24), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "round", sa.Integer(), nullable=False, comment="asked again after it was taken back or left"
        ),
        sa.CheckConstraint("group_id IS NULL OR user_id IS NULL", name=op.f("ck_cosigners_group_or_person")),
        sa.CheckConstraint(
            "status <> 'signed' OR (byline <> '' AND signed_by_id IS NOT NULL)",
            name=op.f("ck_cosigners_signed_by_name"),
        ),
        _known("status", STATES),
        _known("capacity", KINDS),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["contributions.id"], name=op.f("fk_cosigners_proposal_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_cosigners_group_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_cosigners_user_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_cosigners_asked_by_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["users.id"], name=op.f("fk_cosigners_signed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cosigners")),
        sa.UniqueConstraint("proposal_id", "group_id", name=op.f("uq_cosigners_proposal_id_group_id")),
        sa.UniqueConstraint("proposal_id", "user_id", name=op.f("uq_cosigners_proposal_id_user_id")),
    )
    with op.batch_alter_table("cosigners", schema=None) as batch_op:
        batch_op.create_index("ix_cosigners_proposal", ["proposal_id", "status", "id"], unique=False)
        batch_op.create_index("ix_cosigners_group", ["group_id", "status", "id"], unique=False)
        batch_op.create_index("ix_cosigners_user", ["user_id", "status", "id"], unique=False)
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "cosigned_by",
                sa.String(length=1300),
                nullable=False,
                server_default="",
                comment="names of the co-signers, as lists show them",
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.drop_column("cosigned_by")
    with op.batch_alter_table("cosigners", schema=None) as batch_op:
        batch_op.drop_index("ix_cosigners_user")
        batch_op.drop_index("ix_cosigners_group")
        batch_op.drop_index("ix_cosigners_proposal")
    op.drop_table("cosigners")
