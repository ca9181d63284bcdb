"""the clock of duties: pauses, the one extension, levels that were told."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

CHECKS = {
    "paused_is_silent": "paused_at IS NULL OR next_at IS NULL",
    "met_is_silent": "met_at IS NULL OR next_at IS NULL",
    "extension_has_reason": "extended_at IS NULL OR extension_reason <> ''",
}


def upgrade() -> None:
    op.create_table(
        "duty_escalations",
        sa.Column("duty_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["duty_id"], ["duties.id"], name=op.f("fk_duty_escalations_duty_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("duty_id", "level", name=op.f("pk_duty_escalations")),
    )
    op.create_table(
        "duty_pauses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("duty_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "ends_by",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="then the ten working days are used up",
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True, comment="working minutes it lasted"),
        sa.ForeignKeyConstraint(
            ["duty_id"], ["duties.id"], name=op.f("fk_duty_pauses_duty_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_pauses")),
    )
    with op.batch_alter_table("duty_pauses", schema=None) as batch_op:
        batch_op.create_index("ix_duty_pauses_clock", ["ended_at", "ends_by"], unique=False)
        batch_op.create_index("ix_duty_pauses_duty", ["duty_id", "id"], unique=False)
        batch_op.create_index(
            "uq_duty_pauses_open",
            ["duty_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
    with op.batch_alter_table("duties", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "until",
                sa.Date(),
                nullable=True,
                comment="the last day, when a day was given and not a length",
            )
        )
        batch_op.add_column(
            sa.Column(
                "paused_minutes",
                sa.Integer(),
                nullable=False,
                server_default="0",
                comment="of the pauses that are over",
            )
        )
        batch_op.add_column(
            sa.Column(
                "paused_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="since when it waits for the citizen",
            )
        )
        batch_op.add_column(sa.Column("extension_days", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("extension_reason", sa.String(length=500), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("extended_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column(
                "told_level",
                sa.Integer(),
                nullable=False,
                server_default="0",
                comment="the highest level told: 0, 75, 100 or 150",
            )
        )
        batch_op.add_column(
            sa.Column(
                "next_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="when the clock looks again: the next level's moment, never later",
            )
        )
        batch_op.alter_column(
            "due_at",
            existing_type=sa.DateTime(timezone=True),
            existing_nullable=False,
            comment="first moment after the last working day; while paused, the latest it can become",
            existing_comment="first moment after the last working day",
        )
        batch_op.create_index("ix_duties_clock", ["next_at", "id"], unique=False)
        for name, condition in CHECKS.items():
            batch_op.create_check_constraint(op.f(f"ck_duties_{name}"), condition)
    # what is still owed is looked at in the clock's next round, which works out its levels
    op.execute("UPDATE duties SET next_at = opened_at WHERE met_at IS NULL")
    with op.batch_alter_table("duties", schema=None) as batch_op:
        for column, kind in (
            ("paused_minutes", sa.Integer()),
            ("extension_days", sa.Integer()),
            ("told_level", sa.Integer()),
            ("extension_reason", sa.String(length=500)),
        ):
            batch_op.alter_column(column, existing_type=kind, existing_nullable=False, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("duties", schema=None) as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(op.f(f"ck_duties_{name}"), type_="check")
        batch_op.drop_index("ix_duties_clock")
        for column in (
            "next_at", "told_level", "extended_at", "extension_reason", "extension_days", "paused_at",
            "paused_minutes", "until",
        ):  # fmt: skip
            batch_op.drop_column(column)
        batch_op.alter_column(
            "due_at",
            existing_type=sa.DateTime(timezone=True),
            existing_nullable=False,
            comment="first moment after the last working day",
        )
    op.drop_table("duty_pauses")
    op.drop_table("duty_escalations")
