"""the council: reports, meetings, stances."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "council_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_council_terms_ends_after_start")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_council_terms")),
        sa.UniqueConstraint("number", name=op.f("uq_council_terms_number")),
    )
    op.create_table(
        "organs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("name_fa", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("name_ar", sa.String(length=120), nullable=False),
        sa.CheckConstraint("kind IN ('council', 'commission')", name=op.f("ck_organs_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organs")),
        sa.UniqueConstraint("name_fa", name=op.f("uq_organs_name_fa")),
    )
    op.create_table(
        "meetings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organ_id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=160), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column(
            "stance_until",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="members give their stance before this moment",
        ),
        sa.Column("cancel_reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "status <> 'cancelled' OR cancel_reason <> ''", name=op.f("ck_meetings_cancelled_why")
        ),
        sa.CheckConstraint(
            "status IN ('planned', 'held', 'cancelled')", name=op.f("ck_meetings_status_known")
        ),
        sa.ForeignKeyConstraint(["organ_id"], ["organs.id"], name=op.f("fk_meetings_organ_id")),
        sa.ForeignKeyConstraint(["term_id"], ["council_terms.id"], name=op.f("fk_meetings_term_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
        sa.UniqueConstraint(
            "term_id", "organ_id", "number", name=op.f("uq_meetings_term_id_organ_id_number")
        ),
    )
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.create_index("ix_meetings_calendar", ["at", "id"], unique=False)

    op.create_table(
        "organ_members",
        sa.Column("organ_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organ_id"], ["organs.id"], name=op.f("fk_organ_members_organ_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_organ_members_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organ_id", "user_id", name=op.f("pk_organ_members")),
    )
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("door", sa.String(24), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("heard", sa.Text(), nullable=False),
        sa.Column("open_points", sa.Text(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edited_by_id", sa.Integer(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_at", sa.DateTime(timezone=True), nullable=True, comment="on a public agenda since"),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(status = 'frozen') = (frozen_at IS NOT NULL)", name=op.f("ck_reports_frozen_when")
        ),
        sa.CheckConstraint(
            "(status = 'frozen') = (sha256 <> '')", name=op.f("ck_reports_frozen_has_fingerprint")
        ),
        sa.CheckConstraint(
            "door IN ('vote_closed', 'answered', 'consultation', 'needs_council', 'sent')",
            name=op.f("ck_reports_door_known"),
        ),
        sa.CheckConstraint(
            "public_at IS NULL OR status = 'frozen'", name=op.f("ck_reports_public_is_frozen")
        ),
        sa.CheckConstraint("status IN ('draft', 'frozen', 'dropped')", name=op.f("ck_reports_status_known")),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contributions.id"], name=op.f("fk_reports_contribution_id")
        ),
        sa.ForeignKeyConstraint(["edited_by_id"], ["users.id"], name=op.f("fk_reports_edited_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
    )
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.create_index("ix_reports_contribution", ["contribution_id", "status", "id"], unique=False)
        batch_op.create_index("ix_reports_desk", ["status", "door", "id"], unique=False)

    op.create_table(
        "agenda_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("outcome", sa.String(24), nullable=True),
        sa.Column("outcome_text", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("support_count", sa.Integer(), nullable=False),
        sa.Column("changes_count", sa.Integer(), nullable=False),
        sa.Column("against_count", sa.Integer(), nullable=False),
        sa.Column("abstain_count", sa.Integer(), nullable=False),
        sa.Column("interest_count", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'decided') = (outcome IS NOT NULL)", name=op.f("ck_agenda_items_decided_how")
        ),
        sa.CheckConstraint(
            "kind <> 'report' OR report_id IS NOT NULL", name=op.f("ck_agenda_items_report_named")
        ),
        sa.CheckConstraint(
            "kind IN ('report', 'bill', 'motion', 'question', 'follow_up')",
            name=op.f("ck_agenda_items_kind_known"),
        ),
        sa.CheckConstraint(
            "outcome IN ('approved', 'changed', 'rejected', 'ask_department', 'ask_public', 'postponed')",
            name=op.f("ck_agenda_items_outcome_known"),
        ),
        sa.CheckConstraint(
            "status IN ('open', 'decided', 'withdrawn')", name=op.f("ck_agenda_items_status_known")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_agenda_items_meeting_id")),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_agenda_items_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_items")),
    )
    with op.batch_alter_table("agenda_items", schema=None) as batch_op:
        batch_op.create_index("ix_agenda_items_meeting", ["meeting_id", "position", "id"], unique=False)
        batch_op.create_index("ix_agenda_items_report", ["report_id"], unique=False)

    op.create_table(
        "report_quotes",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("byline", sa.String(length=160), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_report_quotes_contribution_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_report_quotes_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "ref", name=op.f("pk_report_quotes")),
    )
    with op.batch_alter_table("report_quotes", schema=None) as batch_op:
        batch_op.create_index("ix_report_quotes_contribution", ["contribution_id"], unique=False)

    op.create_table(
        "stances",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("stance", sa.String(24), nullable=True),
        sa.Column("interest", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("note_public", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "stance IN ('support', 'changes', 'against', 'abstain')", name=op.f("ck_stances_stance_known")
        ),
        sa.CheckConstraint("interest OR stance IS NOT NULL", name=op.f("ck_stances_says_something")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_items.id"], name=op.f("fk_stances_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_stances_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "user_id", name=op.f("pk_stances")),
    )
    with op.batch_alter_table("stances", schema=None) as batch_op:
        batch_op.create_index("ix_stances_member", ["user_id", "item_id"], unique=False)

    with op.batch_alter_table("consultations", schema=None) as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_consultations_closed_has_department"), "status <> 'closed' OR department_id IS NOT NULL"
        )


def downgrade() -> None:
    with op.batch_alter_table("consultations", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_consultations_closed_has_department"), type_="check")
    with op.batch_alter_table("stances", schema=None) as batch_op:
        batch_op.drop_index("ix_stances_member")

    op.drop_table("stances")
    with op.batch_alter_table("report_quotes", schema=None) as batch_op:
        batch_op.drop_index("ix_report_quotes_contribution")

    op.drop_table("report_quotes")
    with op.batch_alter_table("agenda_items", schema=None) as batch_op:
        batch_op.drop_index("ix_agenda_items_report")
        batch_op.drop_index("ix_agenda_items_meeting")

    op.drop_table("agenda_items")
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.drop_index("ix_reports_desk")
        batch_op.drop_index("ix_reports_contribution")

    op.drop_table("reports")
    op.drop_table("organ_members")
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.drop_index("ix_meetings_calendar")

    op.drop_table("meetings")
    op.drop_table("organs")
    op.drop_table("council_terms")
