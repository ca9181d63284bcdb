"""how each person hears: channels, rhythms, browsers; the ledger by channel; how far news has come."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

CHANNELS = "channel IN ('mail', 'sms', 'push')"
TOPICS = "topic IN ('mine', 'followed', 'votes', 'answers', 'consultations', 'groups', 'work', 'council')"
COMMON = "status, attempts, not_before, sent_at, last_error"


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{table}_user_id", ondelete="CASCADE")


def upgrade() -> None:
    op.execute(
        "CREATE TABLE letters_kept AS SELECT l.id AS notice_id, n.user_id, l.status, l.attempts, l.not_before,"
        " l.sent_at, l.last_error FROM letters l JOIN notices n ON n.id = l.id"
    )
    op.drop_table("letters")
    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.Column(
            "digest",
            sa.String(length=20),
            nullable=True,
            comment="daily:2026-11-28; such a row has no notice",
        ),
        sa.Column("channel", sa.String(24), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _moment("not_before"),
        _moment("sent_at", nullable=True),
        sa.Column("last_error", sa.String(length=300), nullable=False),
        sa.CheckConstraint(CHANNELS, name=op.f("ck_letters_channel_known")),
        sa.CheckConstraint(
            "status IN ('pending', 'sending', 'sent', 'parked', 'bounced', 'dropped')",
            name=op.f("ck_letters_status_known"),
        ),
        sa.CheckConstraint(
            "(notice_id IS NULL) <> (digest IS NULL)", name=op.f("ck_letters_notice_or_digest")
        ),
        _user("letters"),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_letters_notice_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("notice_id", "channel", name=op.f("uq_letters_notice_id_channel")),
        sa.UniqueConstraint("user_id", "digest", name=op.f("uq_letters_user_id_digest")),
    )
    op.create_index("ix_letters_due", "letters", ["channel", "status", "not_before", "id"])
    op.create_index("ix_letters_failed", "letters", ["status", "id"])
    op.execute(
        f"INSERT INTO letters (notice_id, user_id, channel, {COMMON})"  # noqa: S608 - our own words
        f" SELECT notice_id, user_id, 'mail', {COMMON} FROM letters_kept ORDER BY notice_id"
    )
    op.drop_table("letters_kept")

    op.create_table(
        "tellings",
        sa.Column("dedup", sa.String(length=80), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False, comment="which of its lines is being told"),
        sa.Column("after_id", sa.Integer(), nullable=False, comment="the last person told of that line"),
        _moment("begun_at"),
        _moment("finished_at", nullable=True),
        sa.PrimaryKeyConstraint("dedup", name=op.f("pk_tellings")),
    )
    op.execute(  # what was told before counts as told
        "INSERT INTO tellings (dedup, line, after_id, begun_at, finished_at)"
        " SELECT dedup, 0, 0, MIN(at), MAX(at) FROM notices GROUP BY dedup"
    )
    op.create_table(
        "notice_preferences",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(24), nullable=False),
        sa.Column("channel", sa.String(24), nullable=False),
        sa.Column("rhythm", sa.String(24), nullable=False),
        sa.CheckConstraint(TOPICS, name=op.f("ck_notice_preferences_topic_known")),
        sa.CheckConstraint(CHANNELS, name=op.f("ck_notice_preferences_channel_known")),
        sa.CheckConstraint(
            "rhythm IN ('now', 'daily', 'weekly', 'off')", name=op.f("ck_notice_preferences_rhythm_known")
        ),
        _user("notice_preferences"),
        sa.PrimaryKeyConstraint("user_id", "topic", "channel", name=op.f("pk_notice_preferences")),
    )
    op.create_table(
        "unreachable",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(24), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        _moment("at"),
        sa.CheckConstraint(CHANNELS, name=op.f("ck_unreachable_channel_known")),
        _user("unreachable"),
        sa.PrimaryKeyConstraint("user_id", "channel", name=op.f("pk_unreachable")),
    )
    op.create_table(
        "push_subscriptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("endpoint_hash", sa.String(length=64), nullable=False),
        sa.Column("p256dh", sa.String(length=100), nullable=False),
        sa.Column("auth", sa.String(length=32), nullable=False),
        _moment("made_at"),
        _user("push_subscriptions"),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["login_sessions.id"],
            name=op.f("fk_push_subscriptions_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscriptions")),
        sa.UniqueConstraint("endpoint_hash", name=op.f("uq_push_subscriptions_endpoint_hash")),
    )
    op.create_index("ix_push_subscriptions_user", "push_subscriptions", ["user_id", "id"])


def downgrade() -> None:
    for table in ("push_subscriptions", "unreachable", "notice_preferences", "tellings"):
        op.drop_table(table)
    op.execute(
        f"CREATE TABLE letters_kept AS SELECT notice_id, {COMMON} FROM letters"  # noqa: S608 - our own words
        " WHERE channel = 'mail' AND notice_id IS NOT NULL"
    )
    op.drop_table("letters")
    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _moment("not_before"),
        _moment("sent_at", nullable=True),
        sa.Column("last_error", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "status IN ('pending', 'sending', 'sent', 'parked', 'dropped')",
            name=op.f("ck_letters_status_known"),
        ),
        sa.ForeignKeyConstraint(["id"], ["notices.id"], name=op.f("fk_letters_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
    )
    op.create_index("ix_letters_due", "letters", ["status", "not_before", "id"])
    op.execute(
        f"INSERT INTO letters (id, {COMMON})"  # noqa: S608 - our own words
        " SELECT notice_id, CASE status WHEN 'bounced' THEN 'parked' ELSE status END,"
        " attempts, not_before, sent_at, last_error FROM letters_kept"
    )
    op.drop_table("letters_kept")
