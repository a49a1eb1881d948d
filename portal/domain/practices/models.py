from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.database import BIG, Base, key, outer_id


class Office(Base):
    """A medical practice. Its policy of enrollment is any of open, by invitation, in person.

    Proofing: `asks_postal_code` besides the birth date. `phone_match`: the code goes to the phone in the chart also at
    a kiosk; off, somebody whose papers were checked may give another one there (docs/decisions/0013). `code_days`: how
    long an activation code works (90 at most). `resets_by_…`: by which channels its patients may reset a password.
    `answer_days`: business days within which messages are answered. `adult_age` in years. Visits: a patient cancels up
    to `cancel_notice_hours` before, at once or (`cancels_at_once` off) by the office's answer; times are offered from
    `book_ahead_minutes` from now on.
    `welcome`: what the office itself says to people who want to enroll; English with an optional Spanish twin.
    """

    __tablename__ = "office"
    __table_args__ = (Index("ix_office_name", "name", "id"),)

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    name: Mapped[str] = mapped_column(String(120))
    time_zone: Mapped[str] = mapped_column(String(40))
    phone: Mapped[str] = mapped_column(String(20))
    email: Mapped[str] = mapped_column(String(254))
    palette: Mapped[str] = mapped_column(String(12), default="fig")
    enrolls_openly: Mapped[bool] = mapped_column(default=False)
    enrolls_by_invitation: Mapped[bool] = mapped_column(default=False)
    enrolls_in_person: Mapped[bool] = mapped_column(default=True)
    line1: Mapped[str | None] = mapped_column(String(120))
    city: Mapped[str | None] = mapped_column(String(80))
    state: Mapped[str | None] = mapped_column(String(2))
    postal_code: Mapped[str | None] = mapped_column(String(10))
    asks_postal_code: Mapped[bool] = mapped_column(default=True)
    phone_match: Mapped[bool] = mapped_column(default=True)
    code_days: Mapped[int] = mapped_column(default=90)
    resets_by_email: Mapped[bool] = mapped_column(default=True)
    resets_by_sms: Mapped[bool] = mapped_column(default=True)
    resets_by_voice: Mapped[bool] = mapped_column(default=True)
    answer_days: Mapped[int] = mapped_column(default=3)
    adult_age: Mapped[int] = mapped_column(default=18)
    cancel_notice_hours: Mapped[int] = mapped_column(default=24)
    cancels_at_once: Mapped[bool] = mapped_column(default=True)
    book_ahead_minutes: Mapped[int] = mapped_column(default=120)
    welcome: Mapped[str | None] = mapped_column(String(600))
    welcome_es: Mapped[str | None] = mapped_column(String(600))


class Location(Base):
    """A place where an office sees people. `ended_at`: taken off then, offered nowhere; it can be put back."""

    __tablename__ = "location"
    __table_args__ = (UniqueConstraint("office_id", "id"),)

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    name: Mapped[str] = mapped_column(String(80))
    line1: Mapped[str] = mapped_column(String(120))
    city: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(2))
    postal_code: Mapped[str] = mapped_column(String(10))
    phone: Mapped[str] = mapped_column(String(20))
    ended_at: Mapped[datetime | None]


class Provider(Base):
    """A clinician of an office, with a switch for each thing that they take part in (ENR-7).

    `ended_at`: taken off then, offered nowhere; what was done with them stays theirs, and they can be put back.
    """

    __tablename__ = "provider"
    __table_args__ = (
        UniqueConstraint("office_id", "id"),
        ForeignKeyConstraint(["office_id", "location_id"], ["location.office_id", "location.id"]),
        Index("ix_provider_location", "office_id", "location_id"),
    )

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    location_id: Mapped[int] = mapped_column(BIG)
    given: Mapped[str] = mapped_column(String(80))
    family: Mapped[str] = mapped_column(String(80))
    credentials: Mapped[str] = mapped_column(String(20))
    specialty: Mapped[str] = mapped_column(String(80))
    takes_messages: Mapped[bool] = mapped_column(default=True)
    takes_appointments: Mapped[bool] = mapped_column(default=True)
    takes_documents: Mapped[bool] = mapped_column(default=True)
    takes_payments: Mapped[bool] = mapped_column(default=True)
    ended_at: Mapped[datetime | None]


class Position(Base):
    """What a staff member is in an office. One person may be staff in several and chooses.

    `ended_at`: switched off then; it opens no door any more, and can be switched on again.
    """

    __tablename__ = "position"
    __table_args__ = (
        CheckConstraint("role in ('front_desk','clinician','billing','administrator')", name="role"),
        Index("ix_position_staff_member_id", "staff_member_id"),
    )

    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"), primary_key=True)
    staff_member_id: Mapped[int] = mapped_column(BIG, ForeignKey("staff_member.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(16))
    ended_at: Mapped[datetime | None]


class StaffInvitation(Base):
    """Somebody was asked by email to work in an office. States: waiting, accepted, void (replaced or taken back).

    Only the SHA-256 of the link's token is kept. While they set up their sign-in, what they chose waits here until a
    code of their authenticator app was right: `username`, `password_hash`, `authenticator` (TOTP secret, sealed).
    """

    __tablename__ = "staff_invitation"
    __table_args__ = (
        CheckConstraint("role in ('front_desk','clinician','billing','administrator')", name="role"),
        CheckConstraint("state in ('waiting','accepted','void')", name="state"),
        Index("ix_staff_invitation_office_id", "office_id", "state"),
        Index("ix_staff_invitation_invited_by", "invited_by"),
        Index("ix_staff_invitation_accepted_by", "accepted_by"),
        Index("ix_staff_invitation_expires_at", "expires_at"),
    )

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    role: Mapped[str] = mapped_column(String(16))
    given: Mapped[str] = mapped_column(String(80))
    family: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2), default="en")
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    invited_by: Mapped[int] = mapped_column(BIG, ForeignKey("staff_member.id"))
    accepted_by: Mapped[int | None] = mapped_column(BIG, ForeignKey("staff_member.id"))
    username: Mapped[str | None] = mapped_column(String(64))
    password_hash: Mapped[str | None] = mapped_column(String(160))
    authenticator: Mapped[bytes | None] = mapped_column(LargeBinary)
