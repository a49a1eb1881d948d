"""Appointments: hours as rules, claims that decide, what grew beside them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

#: A bigint that counts up by itself on SQLite, and a moment: sortable text there, timestamptz on PostgreSQL.
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "message_draft",
        sa.Column("id", BIG, nullable=False),
        sa.Column("by_kind", sa.String(length=7), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("place", sa.String(length=32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.CheckConstraint("by_kind in ('patient','staff')", name=op.f("ck_message_draft_by_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_draft")),
        sa.UniqueConstraint("by_kind", "by_id", "place", name=op.f("uq_message_draft_by_kind_by_id_place")),
    )
    with op.batch_alter_table("message_draft") as batch_op:
        batch_op.create_index("ix_message_draft_saved_at", ["saved_at"], unique=False)

    op.create_table(
        "notice_preference",
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("remind_by", sa.String(length=5), nullable=False),
        sa.Column("in_mail", sa.Boolean(), nullable=False),
        sa.CheckConstraint("remind_by in ('email','sms','voice','none')", name=op.f("ck_notice_preference_remind_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_preference_person_id")),
        sa.PrimaryKeyConstraint("person_id", "kind", name=op.f("pk_notice_preference")),
    )
    op.create_table(
        "saved_reply",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("body", sa.String(length=2000), nullable=False),
        sa.Column("body_es", sa.String(length=2000), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_saved_reply_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_reply")),
        sa.UniqueConstraint("public_id", name=op.f("uq_saved_reply_public_id")),
    )
    with op.batch_alter_table("saved_reply") as batch_op:
        batch_op.create_index("ix_saved_reply_office_id", ["office_id", "name"], unique=False)

    op.create_table(
        "stored_file",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("by_kind", sa.String(length=7), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.CheckConstraint("by_kind in ('patient','staff')", name=op.f("ck_stored_file_by_kind")),
        sa.CheckConstraint("kind in ('pdf','jpg','png','txt')", name=op.f("ck_stored_file_kind")),
        sa.CheckConstraint("state in ('held','ready','refused')", name=op.f("ck_stored_file_state")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_stored_file_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("name", name=op.f("uq_stored_file_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_stored_file_public_id")),
    )
    with op.batch_alter_table("stored_file") as batch_op:
        batch_op.create_index(
            "ix_stored_file_held",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'held'"),
            postgresql_where=sa.text("state = 'held'"),
        )
        batch_op.create_index("ix_stored_file_person", ["person_id", "added_at"], unique=False)

    op.create_table(
        "visit_reason",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_es", sa.String(length=80), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("buffer_minutes", sa.Integer(), nullable=False),
        sa.Column("at_once", sa.Boolean(), nullable=False),
        sa.Column("by_video", sa.Boolean(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "buffer_minutes between 0 and 120 and buffer_minutes % 5 = 0", name=op.f("ck_visit_reason_buffer_minutes")
        ),
        sa.CheckConstraint("minutes between 5 and 480 and minutes % 5 = 0", name=op.f("ck_visit_reason_minutes")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_visit_reason_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_reason")),
        sa.UniqueConstraint("office_id", "id", name=op.f("uq_visit_reason_office_id_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_visit_reason_public_id")),
    )
    op.create_table(
        "insurance_card",
        sa.Column("insurance_id", BIG, autoincrement=False, nullable=False),
        sa.Column("side", sa.String(length=5), nullable=False),
        sa.Column("file_id", BIG, nullable=False),
        sa.CheckConstraint("side in ('front','back')", name=op.f("ck_insurance_card_side")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_insurance_card_file_id")),
        sa.ForeignKeyConstraint(["insurance_id"], ["insurance.id"], name=op.f("fk_insurance_card_insurance_id")),
        sa.PrimaryKeyConstraint("insurance_id", "side", name=op.f("pk_insurance_card")),
        sa.UniqueConstraint("file_id", name=op.f("uq_insurance_card_file_id")),
    )
    op.create_table(
        "appointment",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("chart_id", BIG, nullable=False),
        sa.Column("provider_id", BIG, nullable=False),
        sa.Column("location_id", BIG, nullable=False),
        sa.Column("reason_id", BIG, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("held_until", MOMENT, nullable=True),
        sa.Column("requested_at", MOMENT, nullable=True),
        sa.Column("cancel_asked_at", MOMENT, nullable=True),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("checked_in_at", MOMENT, nullable=True),
        sa.Column("arrived_at", MOMENT, nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.Column("because", sa.String(length=500), nullable=True),
        sa.Column("cancelled_by", sa.String(length=7), nullable=True),
        sa.Column("video_link", sa.String(length=300), nullable=True),
        sa.Column("is_overbooked", sa.Boolean(), nullable=False),
        sa.Column("replaces_id", BIG, nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("cancelled_by in ('patient','staff','portal')", name=op.f("ck_appointment_cancelled_by")),
        sa.CheckConstraint(
            "state in ('held','offered','pending','proposed','booked','arrived','fulfilled','cancelled','noshow')",
            name=op.f("ck_appointment_state"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "chart_id"], ["chart.office_id", "chart.id"], name=op.f("fk_appointment_office_id_chart_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "location_id"],
            ["location.office_id", "location.id"],
            name=op.f("fk_appointment_office_id_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "provider_id"],
            ["provider.office_id", "provider.id"],
            name=op.f("fk_appointment_office_id_provider_id"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "reason_id"],
            ["visit_reason.office_id", "visit_reason.id"],
            name=op.f("fk_appointment_office_id_reason_id"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "replaces_id"],
            ["appointment.office_id", "appointment.id"],
            name=op.f("fk_appointment_office_id_replaces_id"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_appointment_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("office_id", "id", name=op.f("uq_appointment_office_id_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_appointment_public_id")),
    )
    with op.batch_alter_table("appointment") as batch_op:
        batch_op.create_index(
            "ix_appointment_ahead",
            ["starts_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'booked'"),
            postgresql_where=sa.text("state = 'booked'"),
        )
        batch_op.create_index("ix_appointment_chart", ["office_id", "chart_id", "starts_at"], unique=False)
        batch_op.create_index("ix_appointment_day", ["office_id", "starts_at"], unique=False)
        batch_op.create_index(
            "ix_appointment_freed",
            ["office_id", "starts_at"],
            unique=False,
            sqlite_where=sa.text("cancelled_by = 'patient'"),
            postgresql_where=sa.text("cancelled_by = 'patient'"),
        )
        batch_op.create_index(
            "ix_appointment_held",
            ["held_until"],
            unique=False,
            sqlite_where=sa.text("state = 'held'"),
            postgresql_where=sa.text("state = 'held'"),
        )
        batch_op.create_index(
            "ix_appointment_leaving",
            ["office_id", "cancel_asked_at"],
            unique=False,
            sqlite_where=sa.text("cancel_asked_at is not null"),
            postgresql_where=sa.text("cancel_asked_at is not null"),
        )
        batch_op.create_index("ix_appointment_location", ["office_id", "location_id"], unique=False)
        batch_op.create_index(
            "ix_appointment_proposed",
            ["held_until"],
            unique=False,
            sqlite_where=sa.text("state = 'proposed'"),
            postgresql_where=sa.text("state = 'proposed'"),
        )
        batch_op.create_index("ix_appointment_provider", ["office_id", "provider_id", "starts_at"], unique=False)
        batch_op.create_index("ix_appointment_reason", ["office_id", "reason_id"], unique=False)
        batch_op.create_index("ix_appointment_replaces", ["office_id", "replaces_id"], unique=False)
        batch_op.create_index(
            "ix_appointment_to_answer",
            ["office_id", "requested_at"],
            unique=False,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )

    op.create_table(
        "conversation",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("chart_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("provider_id", BIG, nullable=True),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("assigned_to", BIG, nullable=True),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("waiting_since", MOMENT, nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("last_by", sa.String(length=7), nullable=False),
        sa.Column("snippet", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("last_by in ('patient','staff')", name=op.f("ck_conversation_last_by")),
        sa.CheckConstraint("state in ('waiting','answered','closed')", name=op.f("ck_conversation_state")),
        sa.ForeignKeyConstraint(["assigned_to"], ["staff_member.id"], name=op.f("fk_conversation_assigned_to")),
        sa.ForeignKeyConstraint(
            ["office_id", "chart_id"], ["chart.office_id", "chart.id"], name=op.f("fk_conversation_office_id_chart_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "provider_id"],
            ["provider.office_id", "provider.id"],
            name=op.f("fk_conversation_office_id_provider_id"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_conversation_office_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_conversation_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("office_id", "id", name=op.f("uq_conversation_office_id_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_conversation_public_id")),
    )
    with op.batch_alter_table("conversation") as batch_op:
        batch_op.create_index("ix_conversation_assigned", ["assigned_to", "state", "last_at"], unique=False)
        batch_op.create_index("ix_conversation_chart", ["office_id", "chart_id", "last_at"], unique=False)
        batch_op.create_index("ix_conversation_person", ["person_id", "last_at"], unique=False)
        batch_op.create_index(
            "ix_conversation_provider", ["office_id", "provider_id", "state", "last_at"], unique=False
        )
        batch_op.create_index("ix_conversation_state", ["office_id", "state", "last_at"], unique=False)
        batch_op.create_index(
            "ix_conversation_waiting",
            ["office_id", "waiting_since"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "freed_time",
        sa.Column("id", BIG, nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("provider_id", BIG, nullable=False),
        sa.Column("first", BIG, nullable=False),
        sa.Column("after", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id", "provider_id"],
            ["provider.office_id", "provider.id"],
            name=op.f("fk_freed_time_office_id_provider_id"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_freed_time_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freed_time")),
    )
    with op.batch_alter_table("freed_time") as batch_op:
        batch_op.create_index("ix_freed_time_provider", ["office_id", "provider_id"], unique=False)

    op.create_table(
        "offered_reason",
        sa.Column("provider_id", BIG, nullable=False),
        sa.Column("reason_id", BIG, nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id", "provider_id"],
            ["provider.office_id", "provider.id"],
            name=op.f("fk_offered_reason_office_id_provider_id"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "reason_id"],
            ["visit_reason.office_id", "visit_reason.id"],
            name=op.f("fk_offered_reason_office_id_reason_id"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_offered_reason_office_id")),
        sa.PrimaryKeyConstraint("provider_id", "reason_id", name=op.f("pk_offered_reason")),
    )
    with op.batch_alter_table("offered_reason") as batch_op:
        batch_op.create_index("ix_offered_reason_provider", ["office_id", "provider_id"], unique=False)
        batch_op.create_index("ix_offered_reason_reason", ["office_id", "reason_id"], unique=False)

    op.create_table(
        "time_off",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("provider_id", BIG, nullable=True),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=True),
        sa.Column("ends", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(length=120), nullable=True),
        sa.CheckConstraint("from_day <= until_day", name=op.f("ck_time_off_until_day")),
        sa.ForeignKeyConstraint(
            ["office_id", "provider_id"],
            ["provider.office_id", "provider.id"],
            name=op.f("fk_time_off_office_id_provider_id"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_time_off_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_off")),
        sa.UniqueConstraint("public_id", name=op.f("uq_time_off_public_id")),
    )
    with op.batch_alter_table("time_off") as batch_op:
        batch_op.create_index("ix_time_off_office", ["office_id", "until_day"], unique=False)
        batch_op.create_index("ix_time_off_provider", ["office_id", "provider_id", "until_day"], unique=False)

    op.create_table(
        "weekly_hours",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("provider_id", BIG, nullable=False),
        sa.Column("location_id", BIG, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("pause_starts", sa.Integer(), nullable=True),
        sa.Column("pause_ends", sa.Integer(), nullable=True),
        sa.Column("slot_minutes", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("capacity between 1 and 20", name=op.f("ck_weekly_hours_capacity")),
        sa.CheckConstraint(
            "slot_minutes between 5 and 480 and slot_minutes % 5 = 0", name=op.f("ck_weekly_hours_slot_minutes")
        ),
        sa.CheckConstraint("starts >= 0 and starts < ends and ends <= 1440", name=op.f("ck_weekly_hours_starts")),
        sa.CheckConstraint("weekday between 0 and 6", name=op.f("ck_weekly_hours_weekday")),
        sa.ForeignKeyConstraint(
            ["office_id", "location_id"],
            ["location.office_id", "location.id"],
            name=op.f("fk_weekly_hours_office_id_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "provider_id"],
            ["provider.office_id", "provider.id"],
            name=op.f("fk_weekly_hours_office_id_provider_id"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_weekly_hours_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weekly_hours")),
        sa.UniqueConstraint("public_id", name=op.f("uq_weekly_hours_public_id")),
    )
    with op.batch_alter_table("weekly_hours") as batch_op:
        batch_op.create_index("ix_weekly_hours_location", ["office_id", "location_id"], unique=False)
        batch_op.create_index("ix_weekly_hours_provider", ["office_id", "provider_id"], unique=False)

    op.create_table(
        "appointment_event",
        sa.Column("id", BIG, nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("appointment_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("deed", sa.String(length=12), nullable=False),
        sa.Column("by_kind", sa.String(length=8), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("because", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["office_id", "appointment_id"],
            ["appointment.office_id", "appointment.id"],
            name=op.f("fk_appointment_event_office_id_appointment_id"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_appointment_event_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_event")),
    )
    with op.batch_alter_table("appointment_event") as batch_op:
        batch_op.create_index("ix_appointment_event_appointment", ["office_id", "appointment_id", "id"], unique=False)

    op.create_table(
        "check_in_step",
        sa.Column("appointment_id", BIG, nullable=False),
        sa.Column("step", sa.String(length=9), nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_kind", sa.String(length=8), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=True),
        sa.CheckConstraint("step in ('phone','address','insurance')", name=op.f("ck_check_in_step_step")),
        sa.ForeignKeyConstraint(
            ["office_id", "appointment_id"],
            ["appointment.office_id", "appointment.id"],
            name=op.f("fk_check_in_step_office_id_appointment_id"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_check_in_step_office_id")),
        sa.PrimaryKeyConstraint("appointment_id", "step", name=op.f("pk_check_in_step")),
    )
    with op.batch_alter_table("check_in_step") as batch_op:
        batch_op.create_index("ix_check_in_step_appointment", ["office_id", "appointment_id"], unique=False)
        batch_op.create_index("ix_check_in_step_at", ["at"], unique=False)

    op.create_table(
        "claim",
        sa.Column("provider_id", BIG, autoincrement=False, nullable=False),
        sa.Column("grain", BIG, autoincrement=False, nullable=False),
        sa.Column("seat", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("appointment_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name=op.f("fk_claim_appointment_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_claim_provider_id")),
        sa.PrimaryKeyConstraint("provider_id", "grain", "seat", name=op.f("pk_claim")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("claim") as batch_op:
        batch_op.create_index("ix_claim_appointment_id", ["appointment_id"], unique=False)

    op.create_table(
        "conversation_event",
        sa.Column("id", BIG, nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("conversation_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("deed", sa.String(length=10), nullable=False),
        sa.Column("by_kind", sa.String(length=7), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("staff_member_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["office_id", "conversation_id"],
            ["conversation.office_id", "conversation.id"],
            name=op.f("fk_conversation_event_office_id_conversation_id"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_conversation_event_office_id")),
        sa.ForeignKeyConstraint(
            ["staff_member_id"], ["staff_member.id"], name=op.f("fk_conversation_event_staff_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation_event")),
    )
    with op.batch_alter_table("conversation_event") as batch_op:
        batch_op.create_index(
            "ix_conversation_event_conversation", ["office_id", "conversation_id", "id"], unique=False
        )
        batch_op.create_index("ix_conversation_event_staff_member_id", ["staff_member_id"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", BIG, nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("conversation_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_kind", sa.String(length=7), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("by_role", sa.String(length=16), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("by_kind in ('patient','staff')", name=op.f("ck_message_by_kind")),
        sa.ForeignKeyConstraint(
            ["office_id", "conversation_id"],
            ["conversation.office_id", "conversation.id"],
            name=op.f("fk_message_office_id_conversation_id"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_message_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("conversation_id", "number", name=op.f("uq_message_conversation_id_number")),
    )
    with op.batch_alter_table("message") as batch_op:
        batch_op.create_index("ix_message_conversation", ["office_id", "conversation_id", "number"], unique=False)

    op.create_table(
        "proposed_time",
        sa.Column("appointment_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("provider_id", BIG, nullable=False),
        sa.Column("location_id", BIG, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.CheckConstraint("number between 1 and 3", name=op.f("ck_proposed_time_number")),
        sa.ForeignKeyConstraint(
            ["office_id", "appointment_id"],
            ["appointment.office_id", "appointment.id"],
            name=op.f("fk_proposed_time_office_id_appointment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "location_id"],
            ["location.office_id", "location.id"],
            name=op.f("fk_proposed_time_office_id_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "provider_id"],
            ["provider.office_id", "provider.id"],
            name=op.f("fk_proposed_time_office_id_provider_id"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_proposed_time_office_id")),
        sa.PrimaryKeyConstraint("appointment_id", "number", name=op.f("pk_proposed_time")),
    )
    with op.batch_alter_table("proposed_time") as batch_op:
        batch_op.create_index("ix_proposed_time_appointment", ["office_id", "appointment_id"], unique=False)
        batch_op.create_index("ix_proposed_time_location", ["office_id", "location_id"], unique=False)
        batch_op.create_index("ix_proposed_time_provider", ["office_id", "provider_id"], unique=False)

    op.create_table(
        "read_mark",
        sa.Column("conversation_id", BIG, nullable=False),
        sa.Column("by_kind", sa.String(length=7), nullable=False),
        sa.Column("by_id", BIG, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("unread", sa.Integer(), nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.CheckConstraint("by_kind in ('patient','staff')", name=op.f("ck_read_mark_by_kind")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_read_mark_conversation_id")),
        sa.PrimaryKeyConstraint("conversation_id", "by_kind", "by_id", name=op.f("pk_read_mark")),
    )
    with op.batch_alter_table("read_mark") as batch_op:
        batch_op.create_index(
            "ix_read_mark_unread",
            ["by_id", "conversation_id"],
            unique=False,
            sqlite_where=sa.text("unread > 0"),
            postgresql_where=sa.text("unread > 0"),
        )

    op.create_table(
        "reminder",
        sa.Column("appointment_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("kind in ('days','hours')", name=op.f("ck_reminder_kind")),
        sa.ForeignKeyConstraint(
            ["office_id", "appointment_id"],
            ["appointment.office_id", "appointment.id"],
            name=op.f("fk_reminder_office_id_appointment_id"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_reminder_office_id")),
        sa.PrimaryKeyConstraint("appointment_id", "kind", "starts_at", name=op.f("pk_reminder")),
    )
    with op.batch_alter_table("reminder") as batch_op:
        batch_op.create_index("ix_reminder_appointment", ["office_id", "appointment_id"], unique=False)
        batch_op.create_index("ix_reminder_starts_at", ["starts_at"], unique=False)

    op.create_table(
        "staff_note",
        sa.Column("id", BIG, nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("conversation_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("staff_member_id", BIG, nullable=False),
        sa.Column("body", sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id", "conversation_id"],
            ["conversation.office_id", "conversation.id"],
            name=op.f("fk_staff_note_office_id_conversation_id"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_staff_note_office_id")),
        sa.ForeignKeyConstraint(["staff_member_id"], ["staff_member.id"], name=op.f("fk_staff_note_staff_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_note")),
    )
    with op.batch_alter_table("staff_note") as batch_op:
        batch_op.create_index("ix_staff_note_conversation", ["office_id", "conversation_id", "id"], unique=False)
        batch_op.create_index("ix_staff_note_staff_member_id", ["staff_member_id"], unique=False)

    op.create_table(
        "time_question",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("chart_id", BIG, nullable=False),
        sa.Column("provider_id", BIG, nullable=False),
        sa.Column("reason_id", BIG, nullable=False),
        sa.Column("appointment_id", BIG, nullable=True),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("part_of_day", sa.String(length=9), nullable=False),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("by_phone", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("part_of_day in ('any','morning','afternoon')", name=op.f("ck_time_question_part_of_day")),
        sa.CheckConstraint("state in ('open','answered','withdrawn')", name=op.f("ck_time_question_state")),
        sa.CheckConstraint("weekdays between 1 and 127", name=op.f("ck_time_question_weekdays")),
        sa.ForeignKeyConstraint(
            ["office_id", "appointment_id"],
            ["appointment.office_id", "appointment.id"],
            name=op.f("fk_time_question_office_id_appointment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "chart_id"], ["chart.office_id", "chart.id"], name=op.f("fk_time_question_office_id_chart_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "provider_id"],
            ["provider.office_id", "provider.id"],
            name=op.f("fk_time_question_office_id_provider_id"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "reason_id"],
            ["visit_reason.office_id", "visit_reason.id"],
            name=op.f("fk_time_question_office_id_reason_id"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_time_question_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_question")),
        sa.UniqueConstraint("public_id", name=op.f("uq_time_question_public_id")),
    )
    with op.batch_alter_table("time_question") as batch_op:
        batch_op.create_index("ix_time_question_appointment", ["office_id", "appointment_id"], unique=False)
        batch_op.create_index("ix_time_question_chart", ["office_id", "chart_id"], unique=False)
        batch_op.create_index(
            "ix_time_question_open",
            ["office_id", "asked_at"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index("ix_time_question_provider", ["office_id", "provider_id"], unique=False)
        batch_op.create_index("ix_time_question_reason", ["office_id", "reason_id"], unique=False)

    op.create_table(
        "wait_list_entry",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("chart_id", BIG, nullable=False),
        sa.Column("reason_id", BIG, nullable=False),
        sa.Column("provider_id", BIG, nullable=True),
        sa.Column("appointment_id", BIG, nullable=True),
        sa.Column("offer_id", BIG, nullable=True),
        sa.Column("part_of_day", sa.String(length=9), nullable=False),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("notice_hours", sa.Integer(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", sa.String(length=7), nullable=True),
        sa.Column("because", sa.String(length=500), nullable=True),
        sa.CheckConstraint("ended_by in ('patient','staff','portal')", name=op.f("ck_wait_list_entry_ended_by")),
        sa.CheckConstraint("part_of_day in ('any','morning','afternoon')", name=op.f("ck_wait_list_entry_part_of_day")),
        sa.CheckConstraint("state in ('waiting','offered','taken','ended')", name=op.f("ck_wait_list_entry_state")),
        sa.CheckConstraint("weekdays between 1 and 127", name=op.f("ck_wait_list_entry_weekdays")),
        sa.ForeignKeyConstraint(
            ["office_id", "appointment_id"],
            ["appointment.office_id", "appointment.id"],
            name=op.f("fk_wait_list_entry_office_id_appointment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "chart_id"],
            ["chart.office_id", "chart.id"],
            name=op.f("fk_wait_list_entry_office_id_chart_id"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "offer_id"],
            ["appointment.office_id", "appointment.id"],
            name=op.f("fk_wait_list_entry_office_id_offer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "provider_id"],
            ["provider.office_id", "provider.id"],
            name=op.f("fk_wait_list_entry_office_id_provider_id"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "reason_id"],
            ["visit_reason.office_id", "visit_reason.id"],
            name=op.f("fk_wait_list_entry_office_id_reason_id"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_wait_list_entry_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wait_list_entry")),
        sa.UniqueConstraint("office_id", "id", name=op.f("uq_wait_list_entry_office_id_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_wait_list_entry_public_id")),
    )
    with op.batch_alter_table("wait_list_entry") as batch_op:
        batch_op.create_index("ix_wait_list_entry_appointment", ["office_id", "appointment_id"], unique=False)
        batch_op.create_index("ix_wait_list_entry_chart", ["office_id", "chart_id"], unique=False)
        batch_op.create_index(
            "ix_wait_list_entry_line",
            ["office_id", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.create_index("ix_wait_list_entry_offer", ["office_id", "offer_id"], unique=False)
        batch_op.create_index("ix_wait_list_entry_provider", ["office_id", "provider_id"], unique=False)
        batch_op.create_index("ix_wait_list_entry_reason", ["office_id", "reason_id"], unique=False)
        batch_op.create_index(
            "uq_wait_list_entry_visit",
            ["office_id", "appointment_id"],
            unique=True,
            sqlite_where=sa.text("ended_at is null and appointment_id is not null"),
            postgresql_where=sa.text("ended_at is null and appointment_id is not null"),
        )

    op.create_table(
        "message_attachment",
        sa.Column("file_id", BIG, autoincrement=False, nullable=False),
        sa.Column("by_kind", sa.String(length=7), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("place", sa.String(length=32), nullable=True),
        sa.Column("conversation_id", BIG, nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.CheckConstraint("by_kind in ('patient','staff')", name=op.f("ck_message_attachment_by_kind")),
        sa.CheckConstraint("(conversation_id is null) = (number is null)", name=op.f("ck_message_attachment_message")),
        sa.CheckConstraint("(place is null) <> (number is null)", name=op.f("ck_message_attachment_place_or_message")),
        sa.ForeignKeyConstraint(
            ["conversation_id", "number"],
            ["message.conversation_id", "message.number"],
            name=op.f("fk_message_attachment_conversation_id_number"),
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_message_attachment_file_id")),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_message_attachment")),
    )
    with op.batch_alter_table("message_attachment") as batch_op:
        batch_op.create_index(
            "ix_message_attachment_draft",
            ["by_id", "place"],
            unique=False,
            sqlite_where=sa.text("place is not null"),
            postgresql_where=sa.text("place is not null"),
        )
        batch_op.create_index("ix_message_attachment_message", ["conversation_id", "number"], unique=False)

    op.create_table(
        "wait_list_offer",
        sa.Column("id", BIG, nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("entry_id", BIG, nullable=False),
        sa.Column("provider_id", BIG, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("offered_at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("became", sa.String(length=9), nullable=True),
        sa.CheckConstraint(
            "became in ('taken','declined','lapsed','withdrawn')", name=op.f("ck_wait_list_offer_became")
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "entry_id"],
            ["wait_list_entry.office_id", "wait_list_entry.id"],
            name=op.f("fk_wait_list_offer_office_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "provider_id"],
            ["provider.office_id", "provider.id"],
            name=op.f("fk_wait_list_offer_office_id_provider_id"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_wait_list_offer_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wait_list_offer")),
    )
    with op.batch_alter_table("wait_list_offer") as batch_op:
        batch_op.create_index("ix_wait_list_offer_entry", ["office_id", "entry_id", "id"], unique=False)
        batch_op.create_index("ix_wait_list_offer_provider", ["office_id", "provider_id"], unique=False)
        batch_op.create_index(
            "ix_wait_list_offer_until",
            ["until"],
            unique=False,
            sqlite_where=sa.text("ended_at is null"),
            postgresql_where=sa.text("ended_at is null"),
        )
        batch_op.create_index(
            "uq_wait_list_offer_open",
            ["office_id", "entry_id"],
            unique=True,
            sqlite_where=sa.text("ended_at is null"),
            postgresql_where=sa.text("ended_at is null"),
        )

    with op.batch_alter_table("connection") as batch_op:
        batch_op.add_column(sa.Column("end_note", sa.String(length=500), nullable=True))

    with op.batch_alter_table("emergency_contact") as batch_op:
        batch_op.add_column(sa.Column("changed_at", MOMENT, nullable=True))

    with op.batch_alter_table("enrollment_run") as batch_op:
        batch_op.add_column(sa.Column("awaited_account_id", BIG, nullable=True))
        batch_op.add_column(sa.Column("other_phone", sa.String(length=20), nullable=True))
        batch_op.create_index("ix_enrollment_run_awaited_account_id", ["awaited_account_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_enrollment_run_awaited_account_id"), "account", ["awaited_account_id"], ["id"]
        )

    with op.batch_alter_table("insurance") as batch_op:
        batch_op.add_column(sa.Column("changed_at", MOMENT, nullable=True))

    with op.batch_alter_table("kiosk") as batch_op:
        batch_op.add_column(sa.Column("ended_at", MOMENT, nullable=True))

    with op.batch_alter_table("kiosk_session") as batch_op:
        batch_op.add_column(sa.Column("other_phone", sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table("location") as batch_op:
        batch_op.add_column(sa.Column("ended_at", MOMENT, nullable=True))

    with op.batch_alter_table("office") as batch_op:
        batch_op.add_column(sa.Column("phone_match", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(
            sa.Column("cancel_notice_hours", sa.Integer(), server_default=sa.text("24"), nullable=False)
        )
        batch_op.add_column(sa.Column("cancels_at_once", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(
            sa.Column("book_ahead_minutes", sa.Integer(), server_default=sa.text("120"), nullable=False)
        )

    with op.batch_alter_table("own_provider") as batch_op:
        batch_op.add_column(sa.Column("changed_at", MOMENT, nullable=True))

    with op.batch_alter_table("password_reset") as batch_op:
        batch_op.add_column(sa.Column("second_channel", sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column("second_proven_at", MOMENT, nullable=True))

    with op.batch_alter_table("provider") as batch_op:
        batch_op.add_column(sa.Column("ended_at", MOMENT, nullable=True))

    with op.batch_alter_table("enrollment_run") as batch_op:
        if op.get_bind().dialect.name == "sqlite":
            batch_op.create_check_constraint(op.f("ck_enrollment_run_door"), "door in ('web','kiosk')")
            batch_op.create_check_constraint(
                op.f("ck_enrollment_run_way"), "way in ('invited','in_person','open','joining','activating')"
            )


def downgrade() -> None:
    with op.batch_alter_table("provider") as batch_op:
        batch_op.drop_column("ended_at")

    with op.batch_alter_table("password_reset") as batch_op:
        batch_op.drop_column("second_proven_at")
        batch_op.drop_column("second_channel")

    with op.batch_alter_table("own_provider") as batch_op:
        batch_op.drop_column("changed_at")

    with op.batch_alter_table("office") as batch_op:
        batch_op.drop_column("book_ahead_minutes")
        batch_op.drop_column("cancels_at_once")
        batch_op.drop_column("cancel_notice_hours")
        batch_op.drop_column("phone_match")

    with op.batch_alter_table("location") as batch_op:
        batch_op.drop_column("ended_at")

    with op.batch_alter_table("kiosk_session") as batch_op:
        batch_op.drop_column("other_phone")

    with op.batch_alter_table("kiosk") as batch_op:
        batch_op.drop_column("ended_at")

    with op.batch_alter_table("insurance") as batch_op:
        batch_op.drop_column("changed_at")

    with op.batch_alter_table("enrollment_run") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_enrollment_run_awaited_account_id"), type_="foreignkey")
        batch_op.drop_index("ix_enrollment_run_awaited_account_id")
        batch_op.drop_column("other_phone")
        batch_op.drop_column("awaited_account_id")

    with op.batch_alter_table("emergency_contact") as batch_op:
        batch_op.drop_column("changed_at")

    with op.batch_alter_table("connection") as batch_op:
        batch_op.drop_column("end_note")

    with op.batch_alter_table("wait_list_offer") as batch_op:
        batch_op.drop_index(
            "uq_wait_list_offer_open",
            sqlite_where=sa.text("ended_at is null"),
            postgresql_where=sa.text("ended_at is null"),
        )
        batch_op.drop_index(
            "ix_wait_list_offer_until",
            sqlite_where=sa.text("ended_at is null"),
            postgresql_where=sa.text("ended_at is null"),
        )
        batch_op.drop_index("ix_wait_list_offer_provider")
        batch_op.drop_index("ix_wait_list_offer_entry")

    op.drop_table("wait_list_offer")
    with op.batch_alter_table("message_attachment") as batch_op:
        batch_op.drop_index("ix_message_attachment_message")
        batch_op.drop_index(
            "ix_message_attachment_draft",
            sqlite_where=sa.text("place is not null"),
            postgresql_where=sa.text("place is not null"),
        )

    op.drop_table("message_attachment")
    with op.batch_alter_table("wait_list_entry") as batch_op:
        batch_op.drop_index(
            "uq_wait_list_entry_visit",
            sqlite_where=sa.text("ended_at is null and appointment_id is not null"),
            postgresql_where=sa.text("ended_at is null and appointment_id is not null"),
        )
        batch_op.drop_index("ix_wait_list_entry_reason")
        batch_op.drop_index("ix_wait_list_entry_provider")
        batch_op.drop_index("ix_wait_list_entry_offer")
        batch_op.drop_index(
            "ix_wait_list_entry_line",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index("ix_wait_list_entry_chart")
        batch_op.drop_index("ix_wait_list_entry_appointment")

    op.drop_table("wait_list_entry")
    with op.batch_alter_table("time_question") as batch_op:
        batch_op.drop_index("ix_time_question_reason")
        batch_op.drop_index("ix_time_question_provider")
        batch_op.drop_index(
            "ix_time_question_open", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index("ix_time_question_chart")
        batch_op.drop_index("ix_time_question_appointment")

    op.drop_table("time_question")
    with op.batch_alter_table("staff_note") as batch_op:
        batch_op.drop_index("ix_staff_note_staff_member_id")
        batch_op.drop_index("ix_staff_note_conversation")

    op.drop_table("staff_note")
    with op.batch_alter_table("reminder") as batch_op:
        batch_op.drop_index("ix_reminder_starts_at")
        batch_op.drop_index("ix_reminder_appointment")

    op.drop_table("reminder")
    with op.batch_alter_table("read_mark") as batch_op:
        batch_op.drop_index(
            "ix_read_mark_unread", sqlite_where=sa.text("unread > 0"), postgresql_where=sa.text("unread > 0")
        )

    op.drop_table("read_mark")
    with op.batch_alter_table("proposed_time") as batch_op:
        batch_op.drop_index("ix_proposed_time_provider")
        batch_op.drop_index("ix_proposed_time_location")
        batch_op.drop_index("ix_proposed_time_appointment")

    op.drop_table("proposed_time")
    with op.batch_alter_table("message") as batch_op:
        batch_op.drop_index("ix_message_conversation")

    op.drop_table("message")
    with op.batch_alter_table("conversation_event") as batch_op:
        batch_op.drop_index("ix_conversation_event_staff_member_id")
        batch_op.drop_index("ix_conversation_event_conversation")

    op.drop_table("conversation_event")
    with op.batch_alter_table("claim") as batch_op:
        batch_op.drop_index("ix_claim_appointment_id")

    op.drop_table("claim")
    with op.batch_alter_table("check_in_step") as batch_op:
        batch_op.drop_index("ix_check_in_step_at")
        batch_op.drop_index("ix_check_in_step_appointment")

    op.drop_table("check_in_step")
    with op.batch_alter_table("appointment_event") as batch_op:
        batch_op.drop_index("ix_appointment_event_appointment")

    op.drop_table("appointment_event")
    with op.batch_alter_table("weekly_hours") as batch_op:
        batch_op.drop_index("ix_weekly_hours_provider")
        batch_op.drop_index("ix_weekly_hours_location")

    op.drop_table("weekly_hours")
    with op.batch_alter_table("time_off") as batch_op:
        batch_op.drop_index("ix_time_off_provider")
        batch_op.drop_index("ix_time_off_office")

    op.drop_table("time_off")
    with op.batch_alter_table("offered_reason") as batch_op:
        batch_op.drop_index("ix_offered_reason_reason")
        batch_op.drop_index("ix_offered_reason_provider")

    op.drop_table("offered_reason")
    with op.batch_alter_table("freed_time") as batch_op:
        batch_op.drop_index("ix_freed_time_provider")

    op.drop_table("freed_time")
    with op.batch_alter_table("conversation") as batch_op:
        batch_op.drop_index(
            "ix_conversation_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index("ix_conversation_state")
        batch_op.drop_index("ix_conversation_provider")
        batch_op.drop_index("ix_conversation_person")
        batch_op.drop_index("ix_conversation_chart")
        batch_op.drop_index("ix_conversation_assigned")

    op.drop_table("conversation")
    with op.batch_alter_table("appointment") as batch_op:
        batch_op.drop_index(
            "ix_appointment_to_answer",
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.drop_index("ix_appointment_replaces")
        batch_op.drop_index("ix_appointment_reason")
        batch_op.drop_index("ix_appointment_provider")
        batch_op.drop_index(
            "ix_appointment_proposed",
            sqlite_where=sa.text("state = 'proposed'"),
            postgresql_where=sa.text("state = 'proposed'"),
        )
        batch_op.drop_index("ix_appointment_location")
        batch_op.drop_index(
            "ix_appointment_leaving",
            sqlite_where=sa.text("cancel_asked_at is not null"),
            postgresql_where=sa.text("cancel_asked_at is not null"),
        )
        batch_op.drop_index(
            "ix_appointment_held", sqlite_where=sa.text("state = 'held'"), postgresql_where=sa.text("state = 'held'")
        )
        batch_op.drop_index(
            "ix_appointment_freed",
            sqlite_where=sa.text("cancelled_by = 'patient'"),
            postgresql_where=sa.text("cancelled_by = 'patient'"),
        )
        batch_op.drop_index("ix_appointment_day")
        batch_op.drop_index("ix_appointment_chart")
        batch_op.drop_index(
            "ix_appointment_ahead",
            sqlite_where=sa.text("state = 'booked'"),
            postgresql_where=sa.text("state = 'booked'"),
        )

    op.drop_table("appointment")
    op.drop_table("insurance_card")
    op.drop_table("visit_reason")
    with op.batch_alter_table("stored_file") as batch_op:
        batch_op.drop_index("ix_stored_file_person")
        batch_op.drop_index(
            "ix_stored_file_held", sqlite_where=sa.text("state = 'held'"), postgresql_where=sa.text("state = 'held'")
        )

    op.drop_table("stored_file")
    with op.batch_alter_table("saved_reply") as batch_op:
        batch_op.drop_index("ix_saved_reply_office_id")

    op.drop_table("saved_reply")
    op.drop_table("notice_preference")
    with op.batch_alter_table("message_draft") as batch_op:
        batch_op.drop_index("ix_message_draft_saved_at")

    op.drop_table("message_draft")
