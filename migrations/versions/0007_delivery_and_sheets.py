"""delivery reports with evidence, rounds of confirmation, sheets with a code."""

import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

STATUSES = ("open", "reported", "confirmed", "void")
VERDICTS = ("done", "partly", "not_done")
MOMENT = sa.DateTime(timezone=True)
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVW"


def _listed(column: str, members: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(m) for m in members)})"


def _code() -> str:
    """As civic.outcomes.rules makes it; written out, since that code will have changed when this runs."""
    numbers = [secrets.randbelow(29) for _ in range(8)]
    last = -sum(weight * n for weight, n in zip(range(2, 10), numbers, strict=True)) % 29
    return "".join(ALPHABET[n] for n in [*numbers, last])


def upgrade() -> None:
    with op.batch_alter_table("promises") as batch:
        batch.drop_constraint(op.f("ck_promises_status_known"), type_="check")
        batch.create_check_constraint(
            op.f("ck_promises_status_known"),
            _listed("status", ("open", "reported", "confirmed", "unconfirmed", "void")),
        )
        batch.add_column(
            sa.Column("percent", sa.Integer(), nullable=False, server_default="0", comment="as last reported")
        )
        batch.add_column(
            sa.Column(
                "done_on", sa.Date(), comment="the day on which it was done, by the last report of done"
            )
        )
        batch.add_column(
            sa.Column(
                "round",
                sa.Integer(),
                nullable=False,
                server_default="0",
                comment="how often done was reported; its words count",
            )
        )
        batch.add_column(sa.Column("asked_first_at", MOMENT, comment="day 7 of this round"))
        batch.add_column(sa.Column("asked_last_at", MOMENT, comment="day 28 of this round"))
        batch.add_column(
            sa.Column("disputed_at", MOMENT, comment="open again since; empty once reported anew")
        )
        batch.add_column(sa.Column("dispute_count", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("cannot_tell_count", sa.Integer(), nullable=False, server_default="0"))
        batch.alter_column("reported_at", existing_type=MOMENT, comment="the last report of done")
        batch.alter_column(
            "report",
            existing_type=sa.String(1000),
            existing_nullable=False,
            comment="the words of the last report",
        )
        batch.create_check_constraint(op.f("ck_promises_percent_of_a_whole"), "percent BETWEEN 0 AND 100")
        batch.create_index("ix_promises_asking", ["status", "reported_at", "id"])
    with op.batch_alter_table("promise_verdicts") as batch:
        batch.drop_constraint(op.f("ck_promise_verdicts_verdict_known"), type_="check")
        batch.create_check_constraint(
            op.f("ck_promise_verdicts_verdict_known"), _listed("verdict", (*VERDICTS, "cannot_tell"))
        )
        batch.add_column(sa.Column("round", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("photo", sa.String(60), nullable=False, server_default=""))
        batch.drop_constraint(op.f("pk_promise_verdicts"), type_="primary")
        batch.create_primary_key(op.f("pk_promise_verdicts"), ["promise_id", "round", "user_id"])
    _tables()
    # what was reported before counts as one round, whatever has been said of it so far
    op.execute("UPDATE promises SET round = 1, percent = 100 WHERE reported_at IS NOT NULL")
    op.execute(
        "UPDATE promise_verdicts SET round = 1 WHERE promise_id IN (SELECT id FROM promises WHERE round = 1)"
    )
    op.execute(
        "UPDATE promises SET disputed_at = reported_at, dispute_count = 1 WHERE round = 1 AND status = 'open'"
    )
    op.execute(
        "INSERT INTO promise_rounds (promise_id, number, begun_at, done_count, partly_count, not_done_count, cannot_tell_count,"
        " disputed_at, disputed_by) SELECT id, round, COALESCE(reported_at, made_at), done_count, partly_count, not_done_count, 0,"
        " disputed_at, CASE WHEN disputed_at IS NULL THEN '' ELSE 'others' END FROM promises"
        " WHERE round = 1 OR done_count + partly_count + not_done_count > 0"
    )
    _sheets()


def _tables() -> None:
    counts = ("done_count", "partly_count", "not_done_count")
    op.create_table(
        "promise_rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("promise_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in (*counts, "cannot_tell_count")),
        sa.Column("disputed_at", MOMENT),
        sa.Column("disputed_by", sa.String(12), nullable=False, comment="author | others"),
        sa.ForeignKeyConstraint(
            ["promise_id"], ["promises.id"], name=op.f("fk_promise_rounds_promise_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise_rounds")),
        sa.UniqueConstraint("promise_id", "number", name=op.f("uq_promise_rounds_promise_id_number")),
    )
    op.create_table(
        "delivery_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("promise_id", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False, comment="percent of the report before"),
        sa.Column("text", sa.String(1000), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False, comment="why the percent has fallen"),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("written_by_id", sa.Integer()),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_delivery_reports_percent_of_a_whole")),
        sa.ForeignKeyConstraint(
            ["promise_id"], ["promises.id"], name=op.f("fk_delivery_reports_promise_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"],
            ["users.id"],
            name=op.f("fk_delivery_reports_written_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_reports")),
    )
    op.create_index("ix_delivery_reports_promise", "delivery_reports", ["promise_id", "id"])
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("small_name", sa.String(60)),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("width", "height", "bytes")),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.CheckConstraint(_listed("kind", ("picture", "pdf")), name=op.f("ck_evidence_kind_known")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["delivery_reports.id"], name=op.f("fk_evidence_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("name", name=op.f("uq_evidence_name")),
        sa.UniqueConstraint("small_name", name=op.f("uq_evidence_small_name")),
    )
    op.create_index("ix_evidence_report", "evidence", ["report_id"])
    op.create_table(
        "sheets",
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False, comment="the promise's round that is asked about"),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in (*counts, "photo_count")),
        sa.Column("doubted_at", MOMENT, comment="many said no in this round"),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_sheets_contribution_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contribution_id", name=op.f("pk_sheets")),
        sa.UniqueConstraint("code", name=op.f("uq_sheets_code")),
    )
    op.create_table(
        "sheet_days",
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["sheets.contribution_id"],
            name=op.f("fk_sheet_days_contribution_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contribution_id", "round", "day", name=op.f("pk_sheet_days")),
    )
    op.create_table(
        "sheet_photos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["sheets.contribution_id"],
            name=op.f("fk_sheet_photos_contribution_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_photos")),
        sa.UniqueConstraint("name", name=op.f("uq_sheet_photos_name")),
    )
    op.create_index("ix_sheet_photos_sheet", "sheet_photos", ["contribution_id", "id"])


def _sheets() -> None:
    """A code for everything that has been answered."""
    connection = op.get_bind()
    sheets = sa.table(
        "sheets", *(sa.column(name) for name in ("contribution_id", "code", "round", "done_count", "partly_count", "not_done_count", "photo_count")),
        sa.column("made_at", MOMENT),
    )  # fmt: skip
    rows = connection.execute(
        sa.text(
            "SELECT c.contribution_id, COALESCE((SELECT MAX(p.round) FROM promises p WHERE p.contribution_id = c.contribution_id), 0)"
            " FROM cases c JOIN contributions k ON k.id = c.contribution_id"
            " WHERE c.status = 'answered' AND k.kind IN ('proposal', 'problem')"
        )
    ).all()
    now = datetime.now(UTC).replace(tzinfo=None) if connection.dialect.name == "sqlite" else datetime.now(UTC)
    zero = {"done_count": 0, "partly_count": 0, "not_done_count": 0, "photo_count": 0}
    if rows:
        connection.execute(
            sa.insert(sheets),
            [
                {"contribution_id": n, "code": _code(), "round": turn, "made_at": now, **zero}
                for n, turn in rows
            ],
        )


def downgrade() -> None:
    for table in ("sheet_photos", "sheet_days", "sheets", "evidence", "delivery_reports", "promise_rounds"):
        op.drop_table(table)
    op.execute(
        "DELETE FROM promise_verdicts WHERE verdict = 'cannot_tell' OR round <> (SELECT round FROM promises WHERE id = promise_id)"
    )
    with op.batch_alter_table("promise_verdicts") as batch:
        batch.drop_constraint(op.f("pk_promise_verdicts"), type_="primary")
        batch.create_primary_key(op.f("pk_promise_verdicts"), ["promise_id", "user_id"])
        batch.drop_column("round")
        batch.drop_column("photo")
        batch.drop_constraint(op.f("ck_promise_verdicts_verdict_known"), type_="check")
        batch.create_check_constraint(op.f("ck_promise_verdicts_verdict_known"), _listed("verdict", VERDICTS))
    op.execute("UPDATE promises SET status = 'reported' WHERE status = 'unconfirmed'")
    with op.batch_alter_table("promises") as batch:
        batch.drop_index("ix_promises_asking")
        batch.drop_constraint(op.f("ck_promises_percent_of_a_whole"), type_="check")
        batch.drop_constraint(op.f("ck_promises_status_known"), type_="check")
        batch.create_check_constraint(op.f("ck_promises_status_known"), _listed("status", STATUSES))
        for name in (
            "percent", "done_on", "round", "asked_first_at", "asked_last_at", "disputed_at", "dispute_count", "cannot_tell_count",
        ):  # fmt: skip
            batch.drop_column(name)
