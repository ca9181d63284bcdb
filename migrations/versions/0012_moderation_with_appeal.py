"""moderation with appeal: covered passages, second moderators, undo, appeals, blocks, screening."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

VERDICTS = ("publish", "return", "hide", "hide_photo")
NEW_VERDICTS = ("publish", "mask", "return", "hide", "hide_photo")
DECISION_STATUS = ("pending", "done", "undone")
MODES = ("pre", "post")
NEW_MODES = ("pre", "post", "mixed")


def _listed(column: str, members: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(member) for member in members)})"


def upgrade() -> None:
    op.create_table(
        "moderation_figures",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_moderation_figures")),
    )
    op.create_table(
        "moderation_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=80), nullable=False),
        sa.Column("folded", sa.String(length=80), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["users.id"], name=op.f("fk_moderation_words_added_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_words")),
        sa.UniqueConstraint("folded", name=op.f("uq_moderation_words_folded")),
    )
    op.create_table(
        "moderation_bands",
        sa.Column("band", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_moderation_bands_contribution_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("band", "contribution_id", name=op.f("pk_moderation_bands")),
    )
    with op.batch_alter_table("moderation_bands", schema=None) as batch_op:
        batch_op.create_index("ix_moderation_bands_text", ["contribution_id"], unique=False)

    op.create_table(
        "moderation_blocks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=True, comment="the text that led to it"),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("clause", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True, comment="none: for good"),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('proposed', 'active', 'ended', 'lifted', 'refused')",
            name=op.f("ck_moderation_blocks_status_known"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_moderation_blocks_by_id")),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_moderation_blocks_contribution_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["second_id"], ["users.id"], name=op.f("fk_moderation_blocks_second_id")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_moderation_blocks_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_blocks")),
    )
    with op.batch_alter_table("moderation_blocks", schema=None) as batch_op:
        batch_op.create_index("ix_moderation_blocks_end", ["status", "until"], unique=False)
        batch_op.create_index(
            "uq_moderation_blocks_open",
            ["user_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('proposed', 'active')"),
            postgresql_where=sa.text("status IN ('proposed', 'active')"),
        )

    op.create_table(
        "moderation_signatures",
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("signature", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_moderation_signatures_contribution_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contribution_id", name=op.f("pk_moderation_signatures")),
    )
    op.create_table(
        "text_masks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=24), nullable=False, comment="number of the decision"),
        sa.Column("passages", sa.JSON(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("place_text", sa.String(length=200), nullable=False),
        sa.Column("alt", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_text_masks_contribution_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_masks")),
    )
    with op.batch_alter_table("text_masks", schema=None) as batch_op:
        batch_op.create_index("ix_text_masks_text", ["contribution_id", "version"], unique=False)

    op.create_table(
        "moderation_stood_aside",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("conflict", sa.Boolean(), nullable=False, comment="declared an interest of one's own"),
        sa.Column("note", sa.String(length=500), nullable=False, comment="for the second moderator"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["moderation_items.id"],
            name=op.f("fk_moderation_stood_aside_item_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_moderation_stood_aside_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "user_id", name=op.f("pk_moderation_stood_aside")),
    )
    op.create_table(
        "moderation_appeals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("block_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True, comment="whom the decision concerns"),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("first_id", sa.Integer(), nullable=False, comment="who decided"),
        sa.Column("second_id", sa.Integer(), nullable=True, comment="who confirmed a block"),
        sa.Column("clause", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judged_by_id", sa.Integer(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.CheckConstraint(
            "status IN ('open', 'dropped') OR judged_by_id IS NOT NULL",
            name=op.f("ck_moderation_appeals_judged"),
        ),
        sa.CheckConstraint(
            "status IN ('open', 'upheld', 'overturned', 'dropped')",
            name=op.f("ck_moderation_appeals_status_known"),
        ),
        sa.CheckConstraint(
            "(decision_id IS NULL) <> (block_id IS NULL)", name=op.f("ck_moderation_appeals_one_subject")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_moderation_appeals_author_id")),
        sa.ForeignKeyConstraint(
            ["block_id"],
            ["moderation_blocks.id"],
            name=op.f("fk_moderation_appeals_block_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_moderation_appeals_by_id")),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["moderation_decisions.id"],
            name=op.f("fk_moderation_appeals_decision_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["first_id"], ["users.id"], name=op.f("fk_moderation_appeals_first_id")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_moderation_appeals_group_id")),
        sa.ForeignKeyConstraint(
            ["judged_by_id"], ["users.id"], name=op.f("fk_moderation_appeals_judged_by_id")
        ),
        sa.ForeignKeyConstraint(["second_id"], ["users.id"], name=op.f("fk_moderation_appeals_second_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_appeals")),
        sa.UniqueConstraint("block_id", name=op.f("uq_moderation_appeals_block_id")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_moderation_appeals_decision_id")),
    )
    with op.batch_alter_table("moderation_appeals", schema=None) as batch_op:
        batch_op.create_index("ix_moderation_appeals_due", ["status", "due_at", "id"], unique=False)
        batch_op.create_index("ix_moderation_appeals_time", ["at"], unique=False)

    with op.batch_alter_table("moderation_decisions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("status", sa.String(24), server_default="done", nullable=False))
        batch_op.add_column(
            sa.Column(
                "passages",
                sa.JSON(),
                server_default="[]",
                nullable=False,
                comment="what is to be covered, until it is",
            )
        )
        batch_op.add_column(
            sa.Column(
                "version",
                sa.Integer(),
                server_default="1",
                nullable=False,
                comment="of the text that was read",
            )
        )
        batch_op.add_column(
            sa.Column(
                "effective_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="until then it can be taken back",
            )
        )
        batch_op.drop_constraint(op.f("ck_moderation_decisions_verdict_known"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_moderation_decisions_verdict_known"), _listed("verdict", NEW_VERDICTS)
        )
        batch_op.create_check_constraint(
            op.f("ck_moderation_decisions_status_known"), _listed("status", DECISION_STATUS)
        )
        batch_op.create_index("ix_moderation_decisions_by", ["decided_by_id", "id"], unique=False)

    with op.batch_alter_table("moderation_items", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "rank",
                sa.Integer(),
                server_default="0",
                nullable=False,
                comment="place in the queue: the score of the screening below zero",
            )
        )
        batch_op.add_column(
            sa.Column(
                "signals",
                sa.JSON(),
                server_default="[]",
                nullable=False,
                comment="what the screening found: rule, place, words",
            )
        )
        batch_op.drop_index(batch_op.f("ix_moderation_items_queue"))
        batch_op.create_index("ix_moderation_items_queue", ["status", "rank", "id"], unique=False)
        batch_op.create_index("ix_moderation_items_due", ["status", "due_at"], unique=False)

    with op.batch_alter_table("spaces", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "trusted_kinds",
                sa.JSON(),
                server_default='["expert", "ngo", "women_forum"]',
                nullable=False,
                comment="whose texts are seen at once where moderation is mixed",
            )
        )
        batch_op.drop_constraint(op.f("ck_spaces_moderation_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_spaces_moderation_known"), _listed("moderation", NEW_MODES))

    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "blocked_until",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="writing is shut until then; in the year 9999 for good",
            )
        )


def downgrade() -> None:
    op.execute("DELETE FROM moderation_appeals")
    op.execute("DELETE FROM moderation_decisions WHERE status <> 'done'")
    op.execute("UPDATE moderation_decisions SET verdict = 'publish' WHERE verdict = 'mask'")
    op.execute("UPDATE spaces SET moderation = 'pre' WHERE moderation = 'mixed'")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_column("blocked_until")

    with op.batch_alter_table("spaces", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_spaces_moderation_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_spaces_moderation_known"), _listed("moderation", MODES))
        batch_op.drop_column("trusted_kinds")

    with op.batch_alter_table("moderation_items", schema=None) as batch_op:
        batch_op.drop_index("ix_moderation_items_due")
        batch_op.drop_index("ix_moderation_items_queue")
        batch_op.create_index(
            batch_op.f("ix_moderation_items_queue"), ["status", "opened_at", "id"], unique=False
        )
        batch_op.drop_column("signals")
        batch_op.drop_column("rank")

    with op.batch_alter_table("moderation_decisions", schema=None) as batch_op:
        batch_op.drop_index("ix_moderation_decisions_by")
        batch_op.drop_constraint(op.f("ck_moderation_decisions_status_known"), type_="check")
        batch_op.drop_constraint(op.f("ck_moderation_decisions_verdict_known"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_moderation_decisions_verdict_known"), _listed("verdict", VERDICTS)
        )
        batch_op.drop_column("effective_at")
        batch_op.drop_column("version")
        batch_op.drop_column("passages")
        batch_op.drop_column("status")

    with op.batch_alter_table("moderation_appeals", schema=None) as batch_op:
        batch_op.drop_index("ix_moderation_appeals_time")
        batch_op.drop_index("ix_moderation_appeals_due")

    op.drop_table("moderation_appeals")
    op.drop_table("moderation_stood_aside")
    with op.batch_alter_table("text_masks", schema=None) as batch_op:
        batch_op.drop_index("ix_text_masks_text")

    op.drop_table("text_masks")
    op.drop_table("moderation_signatures")
    with op.batch_alter_table("moderation_blocks", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_moderation_blocks_open",
            sqlite_where=sa.text("status IN ('proposed', 'active')"),
            postgresql_where=sa.text("status IN ('proposed', 'active')"),
        )
        batch_op.drop_index("ix_moderation_blocks_end")

    op.drop_table("moderation_blocks")
    with op.batch_alter_table("moderation_bands", schema=None) as batch_op:
        batch_op.drop_index("ix_moderation_bands_text")

    op.drop_table("moderation_bands")
    op.drop_table("moderation_words")
    op.drop_table("moderation_figures")
