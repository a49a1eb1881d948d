"""The house stands: people, offices, charts, sign-in, audit, outbox, receipts, announcements, address book."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

#: A bigint that counts up by itself on SQLite, and a moment: sortable text there, timestamptz on PostgreSQL.
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("chain", sa.String(length=8), nullable=False),
        sa.Column("subject_id", BIG, autoincrement=False, nullable=False),
        sa.Column("seq", BIG, autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_kind", sa.String(length=8), nullable=False),
        sa.Column("actor_id", BIG, nullable=False),
        sa.Column("office_id", BIG, nullable=True),
        sa.Column("event", sa.String(length=48), nullable=False),
        sa.Column("section", sa.String(length=32), nullable=False),
        sa.Column("about", sa.Uuid(), nullable=True),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("chain", "subject_id", "seq", name=op.f("pk_audit_entry")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "nightly_run",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_nightly_run")),
    )
    op.create_table(
        "office",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("palette", sa.String(length=12), nullable=False),
        sa.Column("enrolls_openly", sa.Boolean(), nullable=False),
        sa.Column("enrolls_by_invitation", sa.Boolean(), nullable=False),
        sa.Column("enrolls_in_person", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office")),
        sa.UniqueConstraint("public_id", name=op.f("uq_office_public_id")),
    )
    op.create_table(
        "outbox_message",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("message", sa.String(length=48), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("to_kind", sa.String(length=8), nullable=False),
        sa.Column("to_id", BIG, nullable=False),
        sa.Column("office_id", BIG, nullable=True),
        sa.Column("about", sa.Uuid(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("crashes", sa.Integer(), nullable=False),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("lapses_at", MOMENT, nullable=True),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("problem", sa.String(length=40), nullable=True),
        sa.Column("provider_ref", sa.String(length=80), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("rendered", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("channel in ('email','sms','voice')", name=op.f("ck_outbox_message_channel")),
        sa.CheckConstraint(
            "state in ('queued','sent','delivered','failed','lapsed','parked')", name=op.f("ck_outbox_message_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("public_id", name=op.f("uq_outbox_message_public_id")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_message_due",
            ["due_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )
        batch_op.create_index(
            "ix_outbox_message_kept",
            ["settled_at", "id"],
            unique=False,
            sqlite_where=sa.text("address is not null"),
            postgresql_where=sa.text("address is not null"),
        )
        batch_op.create_index(
            "ix_outbox_message_line",
            ["to_kind", "to_id", "channel", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )
        batch_op.create_index(
            "ix_outbox_message_texts",
            ["settled_at"],
            unique=False,
            sqlite_where=sa.text("channel in ('sms','voice')"),
            postgresql_where=sa.text("channel in ('sms','voice')"),
        )
        batch_op.create_index("ix_outbox_message_to", ["to_kind", "to_id", "id"], unique=False)
        batch_op.create_index(
            "ix_outbox_message_trouble",
            ["office_id", "id"],
            unique=False,
            sqlite_where=sa.text("state in ('failed','parked')"),
            postgresql_where=sa.text("state in ('failed','parked')"),
        )

    op.create_table(
        "person",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("given", sa.String(length=80), nullable=False),
        sa.Column("family", sa.String(length=80), nullable=False),
        sa.Column("preferred", sa.String(length=80), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("marital_status", sa.String(length=3), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("public_id", name=op.f("uq_person_public_id")),
    )
    op.create_table(
        "receipt",
        sa.Column("id", BIG, nullable=False),
        sa.Column("form_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("actor_kind", sa.String(length=8), nullable=False),
        sa.Column("actor_id", BIG, nullable=False),
        sa.Column("subject_kind", sa.String(length=8), nullable=False),
        sa.Column("subject_id", BIG, nullable=False),
        sa.Column("deed", sa.String(length=64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("form_key", name=op.f("uq_receipt_form_key")),
        sa.UniqueConstraint("number", name=op.f("uq_receipt_number")),
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index("ix_receipt_actor", ["actor_kind", "actor_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_receipt_at"), ["at"], unique=False)

    op.create_table(
        "staff_member",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("given", sa.String(length=80), nullable=False),
        sa.Column("family", sa.String(length=80), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("username_key", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(length=160), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.Column("authenticator", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", BIG, nullable=False),
        sa.Column("is_operator", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.CheckConstraint("state in ('active','off')", name=op.f("ck_staff_member_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_member")),
        sa.UniqueConstraint("public_id", name=op.f("uq_staff_member_public_id")),
        sa.UniqueConstraint("username_key", name=op.f("uq_staff_member_username_key")),
    )
    op.create_table(
        "throttle",
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("blocked_until", MOMENT, nullable=True),
        sa.Column("touched_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )
    with op.batch_alter_table("throttle", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_throttle_touched_at"), ["touched_at"], unique=False)

    op.create_table(
        "account",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("username_key", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(length=160), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("state in ('active','deactivated')", name=op.f("ck_account_state")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("person_id", name=op.f("uq_account_person_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_account_public_id")),
        sa.UniqueConstraint("username_key", name=op.f("uq_account_username_key")),
    )
    op.create_table(
        "address",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("line1", sa.String(length=120), nullable=False),
        sa.Column("line2", sa.String(length=120), nullable=True),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=2), nullable=False),
        sa.Column("postal_code", sa.String(length=10), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_address_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
        sa.UniqueConstraint("public_id", name=op.f("uq_address_public_id")),
    )
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.create_index("ix_address_person_id", ["person_id", "id"], unique=False)
        batch_op.create_index(
            "uq_address_default",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("is_default"),
            postgresql_where=sa.text("is_default"),
        )

    op.create_table(
        "announcement",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", BIG, nullable=True),
        sa.Column("author_id", BIG, nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("title_es", sa.String(length=120), nullable=True),
        sa.Column("body_es", sa.Text(), nullable=True),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("audience in ('everyone','patients','staff')", name=op.f("ck_announcement_audience")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_announcement_ends_after_start")),
        sa.ForeignKeyConstraint(["author_id"], ["staff_member.id"], name=op.f("fk_announcement_author_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_announcement_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
        sa.UniqueConstraint("public_id", name=op.f("uq_announcement_public_id")),
    )
    with op.batch_alter_table("announcement", schema=None) as batch_op:
        batch_op.create_index("ix_announcement_author_id", ["author_id"], unique=False)
        batch_op.create_index("ix_announcement_office_id", ["office_id", "ends_at"], unique=False)

    op.create_table(
        "chart",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("given", sa.String(length=80), nullable=False),
        sa.Column("family", sa.String(length=80), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("phone_on_file", sa.String(length=20), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_chart_office_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_chart_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chart")),
        sa.UniqueConstraint("office_id", "id", name=op.f("uq_chart_office_id_id")),
        sa.UniqueConstraint("office_id", "number", name="uq_chart_number"),
        sa.UniqueConstraint("public_id", name=op.f("uq_chart_public_id")),
    )
    with op.batch_alter_table("chart", schema=None) as batch_op:
        batch_op.create_index("ix_chart_name", ["office_id", "family", "given"], unique=False)
        batch_op.create_index("ix_chart_person_id", ["person_id"], unique=False)

    op.create_table(
        "emergency_contact",
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("relationship", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("other_phone", sa.String(length=20), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_emergency_contact_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_contact")),
        sa.UniqueConstraint("public_id", name=op.f("uq_emergency_contact_public_id")),
    )
    with op.batch_alter_table("emergency_contact", schema=None) as batch_op:
        batch_op.create_index("ix_emergency_contact_deleted_at", ["deleted_at"], unique=False)
        batch_op.create_index("ix_emergency_contact_person_id", ["person_id", "deleted_at"], unique=False)

    op.create_table(
        "insurance",
        sa.Column("company", sa.String(length=120), nullable=False),
        sa.Column("member_id", sa.String(length=40), nullable=False),
        sa.Column("group_number", sa.String(length=40), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("subscriber", sa.String(length=160), nullable=True),
        sa.Column("good_until", sa.Date(), nullable=True),
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.CheckConstraint("kind in ('medical','vision','dental','drugs','other')", name=op.f("ck_insurance_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_insurance_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insurance")),
        sa.UniqueConstraint("public_id", name=op.f("uq_insurance_public_id")),
    )
    with op.batch_alter_table("insurance", schema=None) as batch_op:
        batch_op.create_index("ix_insurance_deleted_at", ["deleted_at"], unique=False)
        batch_op.create_index("ix_insurance_person_id", ["person_id", "deleted_at"], unique=False)

    op.create_table(
        "location",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("line1", sa.String(length=120), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=2), nullable=False),
        sa.Column("postal_code", sa.String(length=10), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_location_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
        sa.UniqueConstraint("office_id", "id", name=op.f("uq_location_office_id_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_location_public_id")),
    )
    op.create_table(
        "own_provider",
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("specialty", sa.String(length=80), nullable=True),
        sa.Column("practice", sa.String(length=120), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=240), nullable=True),
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_own_provider_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_provider")),
        sa.UniqueConstraint("public_id", name=op.f("uq_own_provider_public_id")),
    )
    with op.batch_alter_table("own_provider", schema=None) as batch_op:
        batch_op.create_index("ix_own_provider_deleted_at", ["deleted_at"], unique=False)
        batch_op.create_index("ix_own_provider_person_id", ["person_id", "deleted_at"], unique=False)

    op.create_table(
        "position",
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("staff_member_id", BIG, nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "role in ('front_desk','clinician','billing','administrator')", name=op.f("ck_position_role")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_position_office_id")),
        sa.ForeignKeyConstraint(["staff_member_id"], ["staff_member.id"], name=op.f("fk_position_staff_member_id")),
        sa.PrimaryKeyConstraint("office_id", "staff_member_id", name=op.f("pk_position")),
    )
    with op.batch_alter_table("position", schema=None) as batch_op:
        batch_op.create_index("ix_position_staff_member_id", ["staff_member_id"], unique=False)

    op.create_table(
        "connection",
        sa.Column("id", BIG, nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("chart_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["office_id", "chart_id"], ["chart.office_id", "chart.id"], name=op.f("fk_connection_office_id_chart_id")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_connection_office_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_connection_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connection")),
    )
    with op.batch_alter_table("connection", schema=None) as batch_op:
        batch_op.create_index("ix_connection_chart", ["office_id", "chart_id"], unique=False)
        batch_op.create_index("ix_connection_person_id", ["person_id", "office_id"], unique=False)
        batch_op.create_index(
            "uq_connection_open",
            ["chart_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "dismissal",
        sa.Column("announcement_id", BIG, nullable=False),
        sa.Column("reader_kind", sa.String(length=8), nullable=False),
        sa.Column("reader_id", BIG, autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["announcement_id"], ["announcement.id"], name=op.f("fk_dismissal_announcement_id")),
        sa.PrimaryKeyConstraint("announcement_id", "reader_kind", "reader_id", name=op.f("pk_dismissal")),
    )
    with op.batch_alter_table("dismissal", schema=None) as batch_op:
        batch_op.create_index("ix_dismissal_reader", ["reader_kind", "reader_id"], unique=False)

    op.create_table(
        "known_device",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", BIG, nullable=True),
        sa.Column("staff_member_id", BIG, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.CheckConstraint("(account_id is null) <> (staff_member_id is null)", name=op.f("ck_known_device_one_owner")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_known_device_account_id")),
        sa.ForeignKeyConstraint(["staff_member_id"], ["staff_member.id"], name=op.f("fk_known_device_staff_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_device")),
    )
    with op.batch_alter_table("known_device", schema=None) as batch_op:
        batch_op.create_index("ix_known_device_account_id", ["account_id"], unique=False)
        batch_op.create_index("ix_known_device_staff_member_id", ["staff_member_id"], unique=False)
        batch_op.create_index("ix_known_device_token_hash", ["token_hash"], unique=False)

    op.create_table(
        "parked_form",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", BIG, nullable=True),
        sa.Column("staff_member_id", BIG, nullable=True),
        sa.Column("parked_at", MOMENT, nullable=False),
        sa.Column("offered_at", MOMENT, nullable=True),
        sa.Column("form", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("(account_id is null) <> (staff_member_id is null)", name=op.f("ck_parked_form_one_owner")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_parked_form_account_id")),
        sa.ForeignKeyConstraint(["staff_member_id"], ["staff_member.id"], name=op.f("fk_parked_form_staff_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parked_form")),
        sa.UniqueConstraint("public_id", name=op.f("uq_parked_form_public_id")),
    )
    with op.batch_alter_table("parked_form", schema=None) as batch_op:
        batch_op.create_index("ix_parked_form_account_id", ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_parked_form_parked_at"), ["parked_at"], unique=False)
        batch_op.create_index("ix_parked_form_staff_member_id", ["staff_member_id"], unique=False)

    op.create_table(
        "provider",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("location_id", BIG, nullable=False),
        sa.Column("given", sa.String(length=80), nullable=False),
        sa.Column("family", sa.String(length=80), nullable=False),
        sa.Column("credentials", sa.String(length=20), nullable=False),
        sa.Column("specialty", sa.String(length=80), nullable=False),
        sa.Column("takes_messages", sa.Boolean(), nullable=False),
        sa.Column("takes_appointments", sa.Boolean(), nullable=False),
        sa.Column("takes_documents", sa.Boolean(), nullable=False),
        sa.Column("takes_payments", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id", "location_id"],
            ["location.office_id", "location.id"],
            name=op.f("fk_provider_office_id_location_id"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_provider_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
        sa.UniqueConstraint("office_id", "id", name=op.f("uq_provider_office_id_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_provider_public_id")),
    )
    with op.batch_alter_table("provider", schema=None) as batch_op:
        batch_op.create_index("ix_provider_location", ["office_id", "location_id"], unique=False)

    op.create_table(
        "sign_in_session",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", BIG, nullable=True),
        sa.Column("staff_member_id", BIG, nullable=True),
        sa.Column("awaiting_code", sa.Boolean(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("stepped_up_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("end_reason", sa.String(length=16), nullable=True),
        sa.Column("device", sa.String(length=60), nullable=False),
        sa.CheckConstraint(
            "(account_id is null) <> (staff_member_id is null)", name=op.f("ck_sign_in_session_one_owner")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_session_account_id")),
        sa.ForeignKeyConstraint(
            ["staff_member_id"], ["staff_member.id"], name=op.f("fk_sign_in_session_staff_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sign_in_session_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_session_token_hash")),
    )
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_session_account_id", ["account_id", "ended_at"], unique=False)
        batch_op.create_index("ix_sign_in_session_staff_member_id", ["staff_member_id", "ended_at"], unique=False)

    op.create_table(
        "care_team_member",
        sa.Column("id", BIG, nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("chart_id", BIG, nullable=False),
        sa.Column("provider_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id", "chart_id"],
            ["chart.office_id", "chart.id"],
            name=op.f("fk_care_team_member_office_id_chart_id"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "provider_id"],
            ["provider.office_id", "provider.id"],
            name=op.f("fk_care_team_member_office_id_provider_id"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_care_team_member_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_team_member")),
        sa.UniqueConstraint("chart_id", "provider_id", name=op.f("uq_care_team_member_chart_id_provider_id")),
    )
    with op.batch_alter_table("care_team_member", schema=None) as batch_op:
        batch_op.create_index("ix_care_team_member_chart", ["office_id", "chart_id"], unique=False)
        batch_op.create_index("ix_care_team_member_provider", ["office_id", "provider_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("care_team_member", schema=None) as batch_op:
        batch_op.drop_index("ix_care_team_member_provider")
        batch_op.drop_index("ix_care_team_member_chart")

    op.drop_table("care_team_member")
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_session_staff_member_id")
        batch_op.drop_index("ix_sign_in_session_account_id")

    op.drop_table("sign_in_session")
    with op.batch_alter_table("provider", schema=None) as batch_op:
        batch_op.drop_index("ix_provider_location")

    op.drop_table("provider")
    with op.batch_alter_table("parked_form", schema=None) as batch_op:
        batch_op.drop_index("ix_parked_form_staff_member_id")
        batch_op.drop_index(batch_op.f("ix_parked_form_parked_at"))
        batch_op.drop_index("ix_parked_form_account_id")

    op.drop_table("parked_form")
    with op.batch_alter_table("known_device", schema=None) as batch_op:
        batch_op.drop_index("ix_known_device_token_hash")
        batch_op.drop_index("ix_known_device_staff_member_id")
        batch_op.drop_index("ix_known_device_account_id")

    op.drop_table("known_device")
    with op.batch_alter_table("dismissal", schema=None) as batch_op:
        batch_op.drop_index("ix_dismissal_reader")

    op.drop_table("dismissal")
    with op.batch_alter_table("connection", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_connection_open", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")
        )
        batch_op.drop_index("ix_connection_person_id")
        batch_op.drop_index("ix_connection_chart")

    op.drop_table("connection")
    with op.batch_alter_table("position", schema=None) as batch_op:
        batch_op.drop_index("ix_position_staff_member_id")

    op.drop_table("position")
    with op.batch_alter_table("own_provider", schema=None) as batch_op:
        batch_op.drop_index("ix_own_provider_person_id")
        batch_op.drop_index("ix_own_provider_deleted_at")

    op.drop_table("own_provider")
    op.drop_table("location")
    with op.batch_alter_table("insurance", schema=None) as batch_op:
        batch_op.drop_index("ix_insurance_person_id")
        batch_op.drop_index("ix_insurance_deleted_at")

    op.drop_table("insurance")
    with op.batch_alter_table("emergency_contact", schema=None) as batch_op:
        batch_op.drop_index("ix_emergency_contact_person_id")
        batch_op.drop_index("ix_emergency_contact_deleted_at")

    op.drop_table("emergency_contact")
    with op.batch_alter_table("chart", schema=None) as batch_op:
        batch_op.drop_index("ix_chart_person_id")
        batch_op.drop_index("ix_chart_name")

    op.drop_table("chart")
    with op.batch_alter_table("announcement", schema=None) as batch_op:
        batch_op.drop_index("ix_announcement_office_id")
        batch_op.drop_index("ix_announcement_author_id")

    op.drop_table("announcement")
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_address_default", sqlite_where=sa.text("is_default"), postgresql_where=sa.text("is_default")
        )
        batch_op.drop_index("ix_address_person_id")

    op.drop_table("address")
    op.drop_table("account")
    with op.batch_alter_table("throttle", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_throttle_touched_at"))

    op.drop_table("throttle")
    op.drop_table("staff_member")
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_receipt_at"))
        batch_op.drop_index("ix_receipt_actor")

    op.drop_table("receipt")
    op.drop_table("person")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_message_trouble",
            sqlite_where=sa.text("state in ('failed','parked')"),
            postgresql_where=sa.text("state in ('failed','parked')"),
        )
        batch_op.drop_index("ix_outbox_message_to")
        batch_op.drop_index(
            "ix_outbox_message_texts",
            sqlite_where=sa.text("channel in ('sms','voice')"),
            postgresql_where=sa.text("channel in ('sms','voice')"),
        )
        batch_op.drop_index(
            "ix_outbox_message_line",
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )
        batch_op.drop_index(
            "ix_outbox_message_kept",
            sqlite_where=sa.text("address is not null"),
            postgresql_where=sa.text("address is not null"),
        )
        batch_op.drop_index(
            "ix_outbox_message_due",
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )

    op.drop_table("outbox_message")
    op.drop_table("office")
    op.drop_table("nightly_run")
    op.drop_table("audit_entry")
