"""People get in: enrollment, recovery, security, the office behind it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: A bigint that counts up by itself on SQLite, and a moment: sortable text there, timestamptz on PostgreSQL.
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "audit_subject",
        sa.Column("about", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.PrimaryKeyConstraint("about", "subject", name=op.f("pk_audit_subject")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("audit_subject") as batch_op:
        batch_op.create_index("ix_audit_subject_person_id", ["person_id"], unique=False)

    op.create_table(
        "one_time_code",
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("asker", sa.LargeBinary(length=32), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("proven_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("purpose", "subject", "asker", name=op.f("pk_one_time_code")),
    )
    with op.batch_alter_table("one_time_code") as batch_op:
        batch_op.create_index(batch_op.f("ix_one_time_code_made_at"), ["made_at"], unique=False)

    op.create_table(
        "passkey_challenge",
        sa.Column("asker", sa.LargeBinary(length=32), nullable=False),
        sa.Column("challenge", sa.LargeBinary(length=32), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("asker", name=op.f("pk_passkey_challenge")),
    )
    with op.batch_alter_table("passkey_challenge") as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_challenge_made_at"), ["made_at"], unique=False)

    op.create_table(
        "password_reset",
        sa.Column("id", BIG, nullable=False),
        sa.Column("asker", sa.LargeBinary(length=32), nullable=False),
        sa.Column("username", sa.LargeBinary(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("proven_at", MOMENT, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.CheckConstraint("channel in ('email','sms','voice')", name=op.f("ck_password_reset_channel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_reset")),
        sa.UniqueConstraint("asker", name=op.f("uq_password_reset_asker")),
    )
    with op.batch_alter_table("password_reset") as batch_op:
        batch_op.create_index(batch_op.f("ix_password_reset_asked_at"), ["asked_at"], unique=False)

    op.create_table(
        "chart_import",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("staff_member_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("charts", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_chart_import_office_id")),
        sa.ForeignKeyConstraint(["staff_member_id"], ["staff_member.id"], name=op.f("fk_chart_import_staff_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chart_import")),
        sa.UniqueConstraint("public_id", name=op.f("uq_chart_import_public_id")),
    )
    with op.batch_alter_table("chart_import") as batch_op:
        batch_op.create_index(batch_op.f("ix_chart_import_at"), ["at"], unique=False)
        batch_op.create_index("ix_chart_import_office_id", ["office_id", "id"], unique=False)
        batch_op.create_index("ix_chart_import_staff_member_id", ["staff_member_id"], unique=False)

    op.create_table(
        "kiosk",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("added_by", BIG, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("code_until", MOMENT, nullable=True),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("paired_at", MOMENT, nullable=True),
        sa.Column("seen_at", MOMENT, nullable=True),
        sa.Column("help_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["added_by"], ["staff_member.id"], name=op.f("fk_kiosk_added_by")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_kiosk_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_kiosk_code_hash")),
        sa.UniqueConstraint("office_id", "id", name=op.f("uq_kiosk_office_id_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_kiosk_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_kiosk_token_hash")),
    )
    with op.batch_alter_table("kiosk") as batch_op:
        batch_op.create_index("ix_kiosk_added_by", ["added_by"], unique=False)

    op.create_table(
        "staff_invitation",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("given", sa.String(length=80), nullable=False),
        sa.Column("family", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("invited_by", BIG, nullable=False),
        sa.Column("accepted_by", BIG, nullable=True),
        sa.Column("username", sa.String(length=64), nullable=True),
        sa.Column("password_hash", sa.String(length=160), nullable=True),
        sa.Column("authenticator", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "role in ('front_desk','clinician','billing','administrator')", name=op.f("ck_staff_invitation_role")
        ),
        sa.CheckConstraint("state in ('waiting','accepted','void')", name=op.f("ck_staff_invitation_state")),
        sa.ForeignKeyConstraint(["accepted_by"], ["staff_member.id"], name=op.f("fk_staff_invitation_accepted_by")),
        sa.ForeignKeyConstraint(["invited_by"], ["staff_member.id"], name=op.f("fk_staff_invitation_invited_by")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_staff_invitation_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_invitation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_staff_invitation_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_invitation_token_hash")),
    )
    with op.batch_alter_table("staff_invitation") as batch_op:
        batch_op.create_index("ix_staff_invitation_accepted_by", ["accepted_by"], unique=False)
        batch_op.create_index("ix_staff_invitation_expires_at", ["expires_at"], unique=False)
        batch_op.create_index("ix_staff_invitation_invited_by", ["invited_by"], unique=False)
        batch_op.create_index("ix_staff_invitation_office_id", ["office_id", "state"], unique=False)

    op.create_table(
        "chart_change",
        sa.Column("id", BIG, nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("chart_id", BIG, nullable=False),
        sa.Column("staff_member_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("before", sa.String(length=254), nullable=True),
        sa.Column("after", sa.String(length=254), nullable=True),
        sa.ForeignKeyConstraint(
            ["office_id", "chart_id"], ["chart.office_id", "chart.id"], name=op.f("fk_chart_change_office_id_chart_id")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_chart_change_office_id")),
        sa.ForeignKeyConstraint(["staff_member_id"], ["staff_member.id"], name=op.f("fk_chart_change_staff_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chart_change")),
    )
    with op.batch_alter_table("chart_change") as batch_op:
        batch_op.create_index("ix_chart_change_chart", ["office_id", "chart_id", "id"], unique=False)
        batch_op.create_index("ix_chart_change_staff_member_id", ["staff_member_id"], unique=False)

    op.create_table(
        "chart_merge",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("kept_id", BIG, nullable=False),
        sa.Column("merged_id", BIG, nullable=False),
        sa.Column("staff_member_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("gave_person", sa.Boolean(), nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["office_id", "kept_id"], ["chart.office_id", "chart.id"], name=op.f("fk_chart_merge_office_id_kept_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "merged_id"], ["chart.office_id", "chart.id"], name=op.f("fk_chart_merge_office_id_merged_id")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_chart_merge_office_id")),
        sa.ForeignKeyConstraint(["staff_member_id"], ["staff_member.id"], name=op.f("fk_chart_merge_staff_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chart_merge")),
        sa.UniqueConstraint("public_id", name=op.f("uq_chart_merge_public_id")),
    )
    with op.batch_alter_table("chart_merge") as batch_op:
        batch_op.create_index("ix_chart_merge_kept", ["office_id", "kept_id"], unique=False)
        batch_op.create_index("ix_chart_merge_merged", ["office_id", "merged_id"], unique=False)
        batch_op.create_index("ix_chart_merge_staff_member_id", ["staff_member_id"], unique=False)
        batch_op.create_index(
            "uq_chart_merge_open",
            ["merged_id"],
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )

    op.create_table(
        "connection_request",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("staff_member_id", BIG, nullable=True),
        sa.Column("chart_id", BIG, nullable=True),
        sa.Column("why", sa.String(length=20), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting','connected','declined','withdrawn')", name=op.f("ck_connection_request_state")
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "chart_id"],
            ["chart.office_id", "chart.id"],
            name=op.f("fk_connection_request_office_id_chart_id"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_connection_request_office_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_connection_request_person_id")),
        sa.ForeignKeyConstraint(
            ["staff_member_id"], ["staff_member.id"], name=op.f("fk_connection_request_staff_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connection_request")),
        sa.UniqueConstraint("public_id", name=op.f("uq_connection_request_public_id")),
    )
    with op.batch_alter_table("connection_request") as batch_op:
        batch_op.create_index("ix_connection_request_answered_at", ["answered_at"], unique=False)
        batch_op.create_index("ix_connection_request_chart", ["office_id", "chart_id"], unique=False)
        batch_op.create_index("ix_connection_request_office", ["office_id", "state", "id"], unique=False)
        batch_op.create_index("ix_connection_request_person_id", ["person_id", "id"], unique=False)
        batch_op.create_index("ix_connection_request_staff_member_id", ["staff_member_id"], unique=False)
        batch_op.create_index(
            "uq_connection_request_waiting",
            ["person_id", "office_id"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "contact_change",
        sa.Column("id", BIG, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("asker", sa.LargeBinary(length=32), nullable=False),
        sa.Column("new", sa.LargeBinary(), nullable=False),
        sa.Column("old", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("undo_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.CheckConstraint("kind in ('email','phone')", name=op.f("ck_contact_change_kind")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_contact_change_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_change")),
        sa.UniqueConstraint("undo_hash", name=op.f("uq_contact_change_undo_hash")),
    )
    with op.batch_alter_table("contact_change") as batch_op:
        batch_op.create_index("ix_contact_change_account_id", ["account_id", "kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_change_asked_at"), ["asked_at"], unique=False)

    op.create_table(
        "emergency_access",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("chart_id", BIG, nullable=False),
        sa.Column("staff_member_id", BIG, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id", "chart_id"],
            ["chart.office_id", "chart.id"],
            name=op.f("fk_emergency_access_office_id_chart_id"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_emergency_access_office_id")),
        sa.ForeignKeyConstraint(
            ["staff_member_id"], ["staff_member.id"], name=op.f("fk_emergency_access_staff_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_access")),
        sa.UniqueConstraint("public_id", name=op.f("uq_emergency_access_public_id")),
    )
    with op.batch_alter_table("emergency_access") as batch_op:
        batch_op.create_index(
            "ix_emergency_access_chart", ["office_id", "chart_id", "staff_member_id", "until"], unique=False
        )
        batch_op.create_index("ix_emergency_access_staff_member_id", ["staff_member_id"], unique=False)

    op.create_table(
        "export",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=True),
        sa.Column("size", BIG, nullable=False),
        sa.Column("file_name", sa.String(length=64), nullable=True),
        sa.CheckConstraint("state in ('waiting', 'making', 'ready', 'failed')", name=op.f("ck_export_state")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_export_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
        sa.UniqueConstraint("account_id", name=op.f("uq_export_account_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_export_public_id")),
    )
    with op.batch_alter_table("export") as batch_op:
        batch_op.create_index(batch_op.f("ix_export_state"), ["state"], unique=False)

    op.create_table(
        "kiosk_session",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("kiosk_id", BIG, nullable=False),
        sa.Column("chart_id", BIG, nullable=False),
        sa.Column("staff_member_id", BIG, nullable=False),
        sa.Column("account_id", BIG, nullable=True),
        sa.Column("holder", sa.LargeBinary(length=32), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("paper", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("step", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("draft", sa.LargeBinary(), nullable=True),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("begun_at", MOMENT, nullable=True),
        sa.Column("touched_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state in ('sent','begun','done','left','lapsed','stopped')", name=op.f("ck_kiosk_session_state")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_kiosk_session_account_id")),
        sa.ForeignKeyConstraint(
            ["office_id", "chart_id"], ["chart.office_id", "chart.id"], name=op.f("fk_kiosk_session_office_id_chart_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "kiosk_id"], ["kiosk.office_id", "kiosk.id"], name=op.f("fk_kiosk_session_office_id_kiosk_id")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_kiosk_session_office_id")),
        sa.ForeignKeyConstraint(
            ["staff_member_id"], ["staff_member.id"], name=op.f("fk_kiosk_session_staff_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk_session")),
        sa.UniqueConstraint("holder", name=op.f("uq_kiosk_session_holder")),
        sa.UniqueConstraint("public_id", name=op.f("uq_kiosk_session_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_kiosk_session_token_hash")),
    )
    with op.batch_alter_table("kiosk_session") as batch_op:
        batch_op.create_index("ix_kiosk_session_account_id", ["account_id"], unique=False)
        batch_op.create_index("ix_kiosk_session_chart", ["office_id", "chart_id"], unique=False)
        batch_op.create_index("ix_kiosk_session_ended_at", ["ended_at"], unique=False)
        batch_op.create_index("ix_kiosk_session_kiosk", ["office_id", "kiosk_id"], unique=False)
        batch_op.create_index("ix_kiosk_session_staff_member_id", ["staff_member_id"], unique=False)
        batch_op.create_index(
            "uq_kiosk_session_chart",
            ["chart_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(
            "uq_kiosk_session_kiosk",
            ["kiosk_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "passkey",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", BIG, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_passkey_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_passkey_public_id")),
    )
    with op.batch_alter_table("passkey") as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_account_id"), ["account_id"], unique=False)

    op.create_table(
        "profile_change",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("chart_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("field", sa.String(length=16), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("staff_member_id", BIG, nullable=True),
        sa.Column("why", sa.String(length=20), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.CheckConstraint("state in ('waiting','taken','left','gone')", name=op.f("ck_profile_change_state")),
        sa.ForeignKeyConstraint(
            ["office_id", "chart_id"],
            ["chart.office_id", "chart.id"],
            name=op.f("fk_profile_change_office_id_chart_id"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_profile_change_office_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_profile_change_person_id")),
        sa.ForeignKeyConstraint(
            ["staff_member_id"], ["staff_member.id"], name=op.f("fk_profile_change_staff_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_change")),
        sa.UniqueConstraint("public_id", name=op.f("uq_profile_change_public_id")),
    )
    with op.batch_alter_table("profile_change") as batch_op:
        batch_op.create_index("ix_profile_change_answered_at", ["answered_at"], unique=False)
        batch_op.create_index("ix_profile_change_chart", ["office_id", "chart_id", "state"], unique=False)
        batch_op.create_index("ix_profile_change_office", ["office_id", "state", "id"], unique=False)
        batch_op.create_index("ix_profile_change_person_id", ["person_id", "id"], unique=False)
        batch_op.create_index("ix_profile_change_staff_member_id", ["staff_member_id"], unique=False)
        batch_op.create_index(
            "uq_profile_change_waiting",
            ["chart_id", "field"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "recovery_code",
        sa.Column("id", BIG, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("code_hash", sa.String(length=160), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    with op.batch_alter_table("recovery_code") as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_code_account_id"), ["account_id"], unique=False)

    op.create_table(
        "activation_code",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", BIG, nullable=True),
        sa.Column("chart_id", BIG, nullable=True),
        sa.Column("account_id", BIG, nullable=True),
        sa.Column("provider_id", BIG, nullable=True),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("selector", sa.String(length=4), nullable=False),
        sa.Column("secret_hash", sa.String(length=160), nullable=False),
        sa.Column("link_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("replaced_at", MOMENT, nullable=True),
        sa.CheckConstraint("channel in ('email','letter')", name=op.f("ck_activation_code_channel")),
        sa.CheckConstraint("(chart_id is null) <> (account_id is null)", name=op.f("ck_activation_code_one_owner")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_activation_code_account_id")),
        sa.ForeignKeyConstraint(
            ["office_id", "chart_id"],
            ["chart.office_id", "chart.id"],
            name=op.f("fk_activation_code_office_id_chart_id"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "provider_id"],
            ["provider.office_id", "provider.id"],
            name=op.f("fk_activation_code_office_id_provider_id"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_activation_code_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activation_code")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_activation_code_link_hash")),
        sa.UniqueConstraint("public_id", name=op.f("uq_activation_code_public_id")),
        sa.UniqueConstraint("selector", name=op.f("uq_activation_code_selector")),
    )
    with op.batch_alter_table("activation_code") as batch_op:
        batch_op.create_index("ix_activation_code_account_id", ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_activation_code_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index("ix_activation_code_made", ["office_id", "made_at"], unique=False)
        batch_op.create_index("ix_activation_code_office_id", ["office_id", "chart_id"], unique=False)
        batch_op.create_index("ix_activation_code_provider", ["office_id", "provider_id"], unique=False)
        batch_op.create_index(
            "uq_activation_code_account",
            ["account_id"],
            unique=True,
            sqlite_where=sa.text("used_at IS NULL AND replaced_at IS NULL"),
            postgresql_where=sa.text("used_at IS NULL AND replaced_at IS NULL"),
        )
        batch_op.create_index(
            "uq_activation_code_chart",
            ["chart_id"],
            unique=True,
            sqlite_where=sa.text("used_at IS NULL AND replaced_at IS NULL"),
            postgresql_where=sa.text("used_at IS NULL AND replaced_at IS NULL"),
        )

    op.create_table(
        "moved_link",
        sa.Column("merge_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("link_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["merge_id"], ["chart_merge.id"], name=op.f("fk_moved_link_merge_id")),
        sa.PrimaryKeyConstraint("merge_id", "kind", "link_id", name=op.f("pk_moved_link")),
    )
    op.create_table(
        "enrollment_run",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.LargeBinary(length=32), nullable=False),
        sa.Column("way", sa.String(length=12), nullable=False),
        sa.Column("door", sa.String(length=8), nullable=False),
        sa.Column("office_id", BIG, nullable=True),
        sa.Column("chart_id", BIG, nullable=True),
        sa.Column("code_id", BIG, nullable=True),
        sa.Column("account_id", BIG, nullable=True),
        sa.Column("provider_id", BIG, nullable=True),
        sa.Column("staff_member_id", BIG, nullable=True),
        sa.Column("evidence", sa.String(length=24), nullable=True),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("known_at", MOMENT, nullable=True),
        sa.Column("phone_asked", sa.String(length=8), nullable=True),
        sa.Column("phone_proven_at", MOMENT, nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("email_asked_at", MOMENT, nullable=True),
        sa.Column("email_proven_at", MOMENT, nullable=True),
        sa.Column("username", sa.String(length=64), nullable=True),
        sa.Column("username_key", sa.String(length=64), nullable=True),
        sa.Column("password_hash", sa.String(length=160), nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("given", sa.String(length=80), nullable=True),
        sa.Column("family", sa.String(length=80), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.CheckConstraint("door in ('web','kiosk')", name=op.f("ck_enrollment_run_door")),
        sa.CheckConstraint(
            "way in ('invited','in_person','open','joining','activating')", name=op.f("ck_enrollment_run_way")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_enrollment_run_account_id")),
        sa.ForeignKeyConstraint(["code_id"], ["activation_code.id"], name=op.f("fk_enrollment_run_code_id")),
        sa.ForeignKeyConstraint(
            ["office_id", "chart_id"],
            ["chart.office_id", "chart.id"],
            name=op.f("fk_enrollment_run_office_id_chart_id"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "provider_id"],
            ["provider.office_id", "provider.id"],
            name=op.f("fk_enrollment_run_office_id_provider_id"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_enrollment_run_office_id")),
        sa.ForeignKeyConstraint(
            ["staff_member_id"], ["staff_member.id"], name=op.f("fk_enrollment_run_staff_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrollment_run")),
        sa.UniqueConstraint("holder", name=op.f("uq_enrollment_run_holder")),
        sa.UniqueConstraint("public_id", name=op.f("uq_enrollment_run_public_id")),
        sa.UniqueConstraint("username_key", name=op.f("uq_enrollment_run_username_key")),
    )
    with op.batch_alter_table("enrollment_run") as batch_op:
        batch_op.create_index("ix_enrollment_run_account_id", ["account_id"], unique=False)
        batch_op.create_index("ix_enrollment_run_chart", ["office_id", "chart_id"], unique=False)
        batch_op.create_index("ix_enrollment_run_code_id", ["code_id"], unique=False)
        batch_op.create_index("ix_enrollment_run_expires_at", ["expires_at"], unique=False)
        batch_op.create_index("ix_enrollment_run_provider", ["office_id", "provider_id"], unique=False)
        batch_op.create_index("ix_enrollment_run_staff_member_id", ["staff_member_id"], unique=False)

    with op.batch_alter_table("account") as batch_op:
        batch_op.add_column(sa.Column("password_changed_at", MOMENT, nullable=True))
        batch_op.add_column(sa.Column("authenticator", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("authenticator_new", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("last_step", BIG, server_default=sa.text("0"), nullable=False))
        batch_op.add_column(sa.Column("frozen_until", MOMENT, nullable=True))

    with op.batch_alter_table("audit_entry") as batch_op:
        batch_op.create_index(
            "ix_audit_entry_about",
            ["office_id", "about", "at"],
            unique=False,
            sqlite_where=sa.text("office_id IS NOT NULL"),
            postgresql_where=sa.text("office_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_audit_entry_list",
            ["about"],
            unique=False,
            sqlite_where=sa.text("chain = 'staff' AND about IS NOT NULL"),
            postgresql_where=sa.text("chain = 'staff' AND about IS NOT NULL"),
        )

    with op.batch_alter_table("chart") as batch_op:
        batch_op.add_column(sa.Column("preferred", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("language", sa.String(length=2), server_default="en", nullable=False))
        batch_op.add_column(sa.Column("line1", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("line2", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("city", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("state", sa.String(length=2), nullable=True))
        batch_op.add_column(sa.Column("postal_code", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("merged_into_id", BIG, nullable=True))
        batch_op.add_column(
            sa.Column(
                "name_key",
                sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
                server_default="",
                nullable=False,
            )
        )
        batch_op.add_column(
            sa.Column(
                "given_key",
                sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
                server_default="",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False))
        batch_op.drop_index(batch_op.f("ix_chart_name"))
        batch_op.create_index("ix_chart_birth_date", ["office_id", "birth_date"], unique=False)
        batch_op.create_index("ix_chart_given_key", ["office_id", "given_key"], unique=False)
        batch_op.create_index("ix_chart_merged_into", ["office_id", "merged_into_id"], unique=False)
        batch_op.create_index("ix_chart_name_key", ["office_id", "name_key"], unique=False)
        batch_op.create_index("ix_chart_phone_on_file", ["office_id", "phone_on_file"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_chart_office_id_merged_into_id"),
            "chart",
            ["office_id", "merged_into_id"],
            ["office_id", "id"],
        )

    with op.batch_alter_table("connection") as batch_op:
        batch_op.add_column(sa.Column("end_reason", sa.String(length=16), nullable=True))

    with op.batch_alter_table("known_device") as batch_op:
        batch_op.add_column(sa.Column("device", sa.String(length=60), server_default="-", nullable=False))
        batch_op.add_column(sa.Column("seen_at", MOMENT, nullable=True))

    with op.batch_alter_table("office") as batch_op:
        batch_op.add_column(sa.Column("line1", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("city", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("state", sa.String(length=2), nullable=True))
        batch_op.add_column(sa.Column("postal_code", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("asks_postal_code", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("code_days", sa.Integer(), server_default=sa.text("90"), nullable=False))
        batch_op.add_column(sa.Column("resets_by_email", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("resets_by_sms", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("resets_by_voice", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("answer_days", sa.Integer(), server_default=sa.text("3"), nullable=False))
        batch_op.add_column(sa.Column("adult_age", sa.Integer(), server_default=sa.text("18"), nullable=False))
        batch_op.add_column(sa.Column("welcome", sa.String(length=600), nullable=True))
        batch_op.add_column(sa.Column("welcome_es", sa.String(length=600), nullable=True))
        batch_op.create_index("ix_office_name", ["name", "id"], unique=False)

    with op.batch_alter_table("person") as batch_op:
        batch_op.create_index(batch_op.f("ix_person_birth_date"), ["birth_date"], unique=False)

    with op.batch_alter_table("position") as batch_op:
        batch_op.add_column(sa.Column("ended_at", MOMENT, nullable=True))

    if op.get_bind().dialect.name == "postgresql":  # SQLite copies the table, without its checks
        op.drop_constraint(op.f("ck_account_state"), "account", type_="check")

    with op.batch_alter_table("account") as batch_op:
        batch_op.create_check_constraint(op.f("ck_account_state"), "state in ('waiting','active','deactivated')")


def downgrade() -> None:
    with op.batch_alter_table("position") as batch_op:
        batch_op.drop_column("ended_at")

    with op.batch_alter_table("person") as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_birth_date"))

    with op.batch_alter_table("office") as batch_op:
        batch_op.drop_index("ix_office_name")
        batch_op.drop_column("welcome_es")
        batch_op.drop_column("welcome")
        batch_op.drop_column("adult_age")
        batch_op.drop_column("answer_days")
        batch_op.drop_column("resets_by_voice")
        batch_op.drop_column("resets_by_sms")
        batch_op.drop_column("resets_by_email")
        batch_op.drop_column("code_days")
        batch_op.drop_column("asks_postal_code")
        batch_op.drop_column("postal_code")
        batch_op.drop_column("state")
        batch_op.drop_column("city")
        batch_op.drop_column("line1")

    with op.batch_alter_table("known_device") as batch_op:
        batch_op.drop_column("seen_at")
        batch_op.drop_column("device")

    with op.batch_alter_table("connection") as batch_op:
        batch_op.drop_column("end_reason")

    with op.batch_alter_table("chart") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_chart_office_id_merged_into_id"), type_="foreignkey")
        batch_op.drop_index("ix_chart_phone_on_file")
        batch_op.drop_index("ix_chart_name_key")
        batch_op.drop_index("ix_chart_merged_into")
        batch_op.drop_index("ix_chart_given_key")
        batch_op.drop_index("ix_chart_birth_date")
        batch_op.create_index(batch_op.f("ix_chart_name"), ["office_id", "family", "given"], unique=False)
        batch_op.drop_column("version")
        batch_op.drop_column("given_key")
        batch_op.drop_column("name_key")
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("postal_code")
        batch_op.drop_column("state")
        batch_op.drop_column("city")
        batch_op.drop_column("line2")
        batch_op.drop_column("line1")
        batch_op.drop_column("language")
        batch_op.drop_column("preferred")

    with op.batch_alter_table("audit_entry") as batch_op:
        batch_op.drop_index(
            "ix_audit_entry_list",
            sqlite_where=sa.text("chain = 'staff' AND about IS NOT NULL"),
            postgresql_where=sa.text("chain = 'staff' AND about IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_audit_entry_about",
            sqlite_where=sa.text("office_id IS NOT NULL"),
            postgresql_where=sa.text("office_id IS NOT NULL"),
        )

    with op.batch_alter_table("account") as batch_op:
        batch_op.drop_column("frozen_until")
        batch_op.drop_column("last_step")
        batch_op.drop_column("authenticator_new")
        batch_op.drop_column("authenticator")
        batch_op.drop_column("password_changed_at")

    with op.batch_alter_table("enrollment_run") as batch_op:
        batch_op.drop_index("ix_enrollment_run_staff_member_id")
        batch_op.drop_index("ix_enrollment_run_provider")
        batch_op.drop_index("ix_enrollment_run_expires_at")
        batch_op.drop_index("ix_enrollment_run_code_id")
        batch_op.drop_index("ix_enrollment_run_chart")
        batch_op.drop_index("ix_enrollment_run_account_id")

    op.drop_table("enrollment_run")
    op.drop_table("moved_link")
    with op.batch_alter_table("activation_code") as batch_op:
        batch_op.drop_index(
            "uq_activation_code_chart",
            sqlite_where=sa.text("used_at IS NULL AND replaced_at IS NULL"),
            postgresql_where=sa.text("used_at IS NULL AND replaced_at IS NULL"),
        )
        batch_op.drop_index(
            "uq_activation_code_account",
            sqlite_where=sa.text("used_at IS NULL AND replaced_at IS NULL"),
            postgresql_where=sa.text("used_at IS NULL AND replaced_at IS NULL"),
        )
        batch_op.drop_index("ix_activation_code_provider")
        batch_op.drop_index("ix_activation_code_office_id")
        batch_op.drop_index("ix_activation_code_made")
        batch_op.drop_index(batch_op.f("ix_activation_code_expires_at"))
        batch_op.drop_index("ix_activation_code_account_id")

    op.drop_table("activation_code")
    with op.batch_alter_table("recovery_code") as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_code_account_id"))

    op.drop_table("recovery_code")
    with op.batch_alter_table("profile_change") as batch_op:
        batch_op.drop_index(
            "uq_profile_change_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index("ix_profile_change_staff_member_id")
        batch_op.drop_index("ix_profile_change_person_id")
        batch_op.drop_index("ix_profile_change_office")
        batch_op.drop_index("ix_profile_change_chart")
        batch_op.drop_index("ix_profile_change_answered_at")

    op.drop_table("profile_change")
    with op.batch_alter_table("passkey") as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkey_account_id"))

    op.drop_table("passkey")
    with op.batch_alter_table("kiosk_session") as batch_op:
        batch_op.drop_index(
            "uq_kiosk_session_kiosk",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(
            "uq_kiosk_session_chart",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index("ix_kiosk_session_staff_member_id")
        batch_op.drop_index("ix_kiosk_session_kiosk")
        batch_op.drop_index("ix_kiosk_session_ended_at")
        batch_op.drop_index("ix_kiosk_session_chart")
        batch_op.drop_index("ix_kiosk_session_account_id")

    op.drop_table("kiosk_session")
    with op.batch_alter_table("export") as batch_op:
        batch_op.drop_index(batch_op.f("ix_export_state"))

    op.drop_table("export")
    with op.batch_alter_table("emergency_access") as batch_op:
        batch_op.drop_index("ix_emergency_access_staff_member_id")
        batch_op.drop_index("ix_emergency_access_chart")

    op.drop_table("emergency_access")
    with op.batch_alter_table("contact_change") as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_change_asked_at"))
        batch_op.drop_index("ix_contact_change_account_id")

    op.drop_table("contact_change")
    with op.batch_alter_table("connection_request") as batch_op:
        batch_op.drop_index(
            "uq_connection_request_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index("ix_connection_request_staff_member_id")
        batch_op.drop_index("ix_connection_request_person_id")
        batch_op.drop_index("ix_connection_request_office")
        batch_op.drop_index("ix_connection_request_chart")
        batch_op.drop_index("ix_connection_request_answered_at")

    op.drop_table("connection_request")
    with op.batch_alter_table("chart_merge") as batch_op:
        batch_op.drop_index(
            "uq_chart_merge_open",
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )
        batch_op.drop_index("ix_chart_merge_staff_member_id")
        batch_op.drop_index("ix_chart_merge_merged")
        batch_op.drop_index("ix_chart_merge_kept")

    op.drop_table("chart_merge")
    with op.batch_alter_table("chart_change") as batch_op:
        batch_op.drop_index("ix_chart_change_staff_member_id")
        batch_op.drop_index("ix_chart_change_chart")

    op.drop_table("chart_change")
    with op.batch_alter_table("staff_invitation") as batch_op:
        batch_op.drop_index("ix_staff_invitation_office_id")
        batch_op.drop_index("ix_staff_invitation_invited_by")
        batch_op.drop_index("ix_staff_invitation_expires_at")
        batch_op.drop_index("ix_staff_invitation_accepted_by")

    op.drop_table("staff_invitation")
    with op.batch_alter_table("kiosk") as batch_op:
        batch_op.drop_index("ix_kiosk_added_by")

    op.drop_table("kiosk")
    with op.batch_alter_table("chart_import") as batch_op:
        batch_op.drop_index("ix_chart_import_staff_member_id")
        batch_op.drop_index("ix_chart_import_office_id")
        batch_op.drop_index(batch_op.f("ix_chart_import_at"))

    op.drop_table("chart_import")
    with op.batch_alter_table("password_reset") as batch_op:
        batch_op.drop_index(batch_op.f("ix_password_reset_asked_at"))

    op.drop_table("password_reset")
    with op.batch_alter_table("passkey_challenge") as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkey_challenge_made_at"))

    op.drop_table("passkey_challenge")
    with op.batch_alter_table("one_time_code") as batch_op:
        batch_op.drop_index(batch_op.f("ix_one_time_code_made_at"))

    op.drop_table("one_time_code")
    with op.batch_alter_table("audit_subject") as batch_op:
        batch_op.drop_index("ix_audit_subject_person_id")

    op.drop_table("audit_subject")
