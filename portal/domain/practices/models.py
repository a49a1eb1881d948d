from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.database import BIG, Base, key, outer_id


class Office(Base):
    """A medical practice. Its policy of enrollment is any of open, by invitation, in person.

    Proofing: `asks_postal_code` besides the birth date; `phone_match`: the code goes to the phone on file and to no
    other. `code_days`: how long an activation code works (90 at most). `resets_by_…`: by which channels its patients
    may reset a password. `answer_days`: business days within which messages are answered. `adult_age` in years.
    """

    __tablename__ = "office"

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


class Location(Base):
    """A place where an office sees people."""

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


class Provider(Base):
    """A clinician of an office, with a switch for each thing that they take part in (ENR-7)."""

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


class Position(Base):
    """What a staff member is in an office. One person may be staff in several and chooses."""

    __tablename__ = "position"
    __table_args__ = (
        CheckConstraint("role in ('front_desk','clinician','billing','administrator')", name="role"),
        Index("ix_position_staff_member_id", "staff_member_id"),
    )

    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"), primary_key=True)
    staff_member_id: Mapped[int] = mapped_column(BIG, ForeignKey("staff_member.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(16))
