from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.database import BIG, Base, key, outer_id


class Person(Base):
    """The one a record is about; with or without an account. Names as FHIR HumanName: given, family."""

    __tablename__ = "person"

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    given: Mapped[str] = mapped_column(String(80))
    family: Mapped[str] = mapped_column(String(80))
    preferred: Mapped[str | None] = mapped_column(String(80))
    birth_date: Mapped[date] = mapped_column(index=True)
    marital_status: Mapped[str] = mapped_column(String(3), default="UNK")
    language: Mapped[str] = mapped_column(String(2), default="en")
    time_zone: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Address(Base):
    """Where a person lives or lived; one is the default (the index allows no second)."""

    __tablename__ = "address"
    __table_args__ = (
        Index(
            "uq_address_default",
            "person_id",
            unique=True,
            sqlite_where=text("is_default"),
            postgresql_where=text("is_default"),
        ),
        Index("ix_address_person_id", "person_id", "id"),
    )

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    label: Mapped[str] = mapped_column(String(60))
    line1: Mapped[str] = mapped_column(String(120))
    line2: Mapped[str | None] = mapped_column(String(120))
    city: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(2))
    postal_code: Mapped[str] = mapped_column(String(10))
    is_default: Mapped[bool] = mapped_column(default=False)


class Account(Base):
    """A sign-in of one person. `username_key` is the casefolded name and never given out twice.

    `data_key` (sealed by the key file) encrypts what deactivation must destroy. States: waiting (self-registered, its
    activation code is still to come), active, deactivated (for good).
    `authenticator` is the TOTP secret of the second step, sealed under `data_key`, None while it is off;
    `authenticator_new` is one that no code has confirmed yet; `last_step` as for staff. Until `frozen_until` no contact
    is changed and no record shared (SECURITY A13).
    """

    __tablename__ = "account"
    __table_args__ = (CheckConstraint("state in ('waiting','active','deactivated')", name="state"),)

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"), unique=True)
    username: Mapped[str] = mapped_column(String(64))
    username_key: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str] = mapped_column(String(160))
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(20))
    data_key: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(12), default="active")
    created_at: Mapped[datetime]
    password_changed_at: Mapped[datetime | None]
    authenticator: Mapped[bytes | None] = mapped_column(LargeBinary)
    authenticator_new: Mapped[bytes | None] = mapped_column(LargeBinary)
    last_step: Mapped[int] = mapped_column(BIG, default=0)
    frozen_until: Mapped[datetime | None]


class StaffMember(Base):
    """Somebody who works in offices, or the operator. Never a patient account.

    `authenticator` is the TOTP secret, sealed under this person's `data_key`; `last_step` is the time step
    (RFC 6238, 30 s each) of the last code taken, so that no code works twice.
    """

    __tablename__ = "staff_member"
    __table_args__ = (CheckConstraint("state in ('active','off')", name="state"),)

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    given: Mapped[str] = mapped_column(String(80))
    family: Mapped[str] = mapped_column(String(80))
    username: Mapped[str] = mapped_column(String(64))
    username_key: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str] = mapped_column(String(160))
    email: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2), default="en")
    data_key: Mapped[bytes] = mapped_column(LargeBinary)
    authenticator: Mapped[bytes] = mapped_column(LargeBinary)
    last_step: Mapped[int] = mapped_column(BIG, default=0)
    is_operator: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(6), default="active")
