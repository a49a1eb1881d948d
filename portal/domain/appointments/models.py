from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.charts.following import follows
from portal.kernel.database import BIG, Base, key, outer_id


def _partial(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


#: States written out, so that both databases find the few such rows by an index of these alone, whatever else is asked.
HELD, PROPOSED = literal_column("'held'", String()), literal_column("'proposed'", String())


class VisitReason(Base):
    """What a visit may be for (FHIR Appointment.serviceType), as an office offers it.

    `minutes` is the visit, `buffer_minutes` what the provider needs after it; both in steps of 5. `at_once`: booked
    without an answer of the office (APT-12). `by_video`: no need to come. English with an optional Spanish twin.
    """

    __tablename__ = "visit_reason"
    __table_args__ = (
        UniqueConstraint("office_id", "id"),
        CheckConstraint("minutes between 5 and 480 and minutes % 5 = 0", name="minutes"),
        CheckConstraint("buffer_minutes between 0 and 120 and buffer_minutes % 5 = 0", name="buffer_minutes"),
    )

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    name: Mapped[str] = mapped_column(String(80))
    name_es: Mapped[str | None] = mapped_column(String(80))
    minutes: Mapped[int]
    buffer_minutes: Mapped[int] = mapped_column(default=0)
    at_once: Mapped[bool] = mapped_column(default=False)
    by_video: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class OfferedReason(Base):
    """A provider sees people for a reason."""

    __tablename__ = "offered_reason"
    __table_args__ = (
        ForeignKeyConstraint(["office_id", "provider_id"], ["provider.office_id", "provider.id"]),
        ForeignKeyConstraint(["office_id", "reason_id"], ["visit_reason.office_id", "visit_reason.id"]),
        Index("ix_offered_reason_provider", "office_id", "provider_id"),
        Index("ix_offered_reason_reason", "office_id", "reason_id"),
    )

    provider_id: Mapped[int] = mapped_column(BIG, primary_key=True)
    reason_id: Mapped[int] = mapped_column(BIG, primary_key=True)
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))


class WeeklyHours(Base):
    """When a provider sees people at a location, each week (FHIR Schedule): a rule, expanded when asked for.

    `weekday` 0 is Monday. `starts`, `ends` and the pause are minutes of the local day (0 to 1440, steps of 5);
    `slot_minutes` from one offered time to the next; `capacity` people may be seen at once. In force from `from_day`
    through `until_day` (None: until changed); one day only is how a special day is written.
    """

    __tablename__ = "weekly_hours"
    __table_args__ = (
        ForeignKeyConstraint(["office_id", "provider_id"], ["provider.office_id", "provider.id"]),
        ForeignKeyConstraint(["office_id", "location_id"], ["location.office_id", "location.id"]),
        CheckConstraint("weekday between 0 and 6", name="weekday"),
        CheckConstraint("starts >= 0 and starts < ends and ends <= 1440", name="starts"),
        CheckConstraint("slot_minutes between 5 and 480 and slot_minutes % 5 = 0", name="slot_minutes"),
        CheckConstraint("capacity between 1 and 20", name="capacity"),
        Index("ix_weekly_hours_provider", "office_id", "provider_id"),
        Index("ix_weekly_hours_location", "office_id", "location_id"),
    )

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    provider_id: Mapped[int] = mapped_column(BIG)
    location_id: Mapped[int] = mapped_column(BIG)
    weekday: Mapped[int]
    starts: Mapped[int]
    ends: Mapped[int]
    pause_starts: Mapped[int | None]
    pause_ends: Mapped[int | None]
    slot_minutes: Mapped[int] = mapped_column(default=15)
    capacity: Mapped[int] = mapped_column(default=1)
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class TimeOff(Base):
    """Days without hours: of one provider, or (provider_id None) a holiday of the whole office.

    Whole days, or from `starts` to `ends` (minutes of the local day) of each. `why` is shown to staff, not to patients.
    """

    __tablename__ = "time_off"
    __table_args__ = (
        ForeignKeyConstraint(["office_id", "provider_id"], ["provider.office_id", "provider.id"]),
        CheckConstraint("from_day <= until_day", name="until_day"),
        Index("ix_time_off_office", "office_id", "until_day"),
        Index("ix_time_off_provider", "office_id", "provider_id", "until_day"),
    )

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    provider_id: Mapped[int | None] = mapped_column(BIG)
    from_day: Mapped[date]
    until_day: Mapped[date]
    starts: Mapped[int | None]
    ends: Mapped[int | None]
    why: Mapped[str | None] = mapped_column(String(120))


class Appointment(Base):
    """A visit that is held, asked for, agreed or past (FHIR Appointment), in the office's time zone.

    States, in FHIR's spelling: held (somebody is choosing, until `held_until`; then the row goes) → pending (asked
    for) → booked; offered (to somebody on the wait list, until `held_until`; then the row goes); proposed (the office
    offers other times, see `ProposedTime`, until `held_until`); arrived → fulfilled; cancelled, noshow.
    `cancel_asked_at`: the person wants out and the office answers. `replaces_id`: the visit that goes in the same
    moment as this one is booked (APT-8). `sequence` counts what a calendar must learn (RFC 5545 SEQUENCE).
    `note`: "Additional Messages" of the person; `because`: why it was refused or canceled, in the words of who did it.
    `is_overbooked`: staff gave it a seat beyond the capacity. `checked_in_at`: the person has checked in (APT-11).
    """

    __tablename__ = "appointment"
    __table_args__ = (
        ForeignKeyConstraint(["office_id", "chart_id"], ["chart.office_id", "chart.id"]),
        ForeignKeyConstraint(["office_id", "provider_id"], ["provider.office_id", "provider.id"]),
        ForeignKeyConstraint(["office_id", "location_id"], ["location.office_id", "location.id"]),
        ForeignKeyConstraint(["office_id", "reason_id"], ["visit_reason.office_id", "visit_reason.id"]),
        ForeignKeyConstraint(["office_id", "replaces_id"], ["appointment.office_id", "appointment.id"]),
        UniqueConstraint("office_id", "id"),
        CheckConstraint(
            "state in ('held','offered','pending','proposed','booked','arrived','fulfilled','cancelled','noshow')",
            name="state",
        ),
        CheckConstraint("cancelled_by in ('patient','staff','portal')", name="cancelled_by"),
        Index("ix_appointment_chart", "office_id", "chart_id", "starts_at"),
        Index("ix_appointment_day", "office_id", "starts_at"),
        Index("ix_appointment_provider", "office_id", "provider_id", "starts_at"),
        Index("ix_appointment_location", "office_id", "location_id"),
        Index("ix_appointment_reason", "office_id", "reason_id"),
        Index("ix_appointment_replaces", "office_id", "replaces_id"),
        _partial("ix_appointment_to_answer", "office_id", "requested_at", where="state = 'pending'"),
        _partial("ix_appointment_leaving", "office_id", "cancel_asked_at", where="cancel_asked_at is not null"),
        _partial("ix_appointment_freed", "office_id", "starts_at", where="cancelled_by = 'patient'"),
        _partial("ix_appointment_held", "held_until", where="state = 'held'"),
        _partial("ix_appointment_proposed", "held_until", where="state = 'proposed'"),
        _partial("ix_appointment_ahead", "starts_at", "id", where="state = 'booked'"),
    )

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    chart_id: Mapped[int] = mapped_column(BIG)
    provider_id: Mapped[int] = mapped_column(BIG)
    location_id: Mapped[int] = mapped_column(BIG)
    reason_id: Mapped[int] = mapped_column(BIG)
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    state: Mapped[str] = mapped_column(String(9))
    held_until: Mapped[datetime | None]
    requested_at: Mapped[datetime | None]
    cancel_asked_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    checked_in_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(String(1000))
    because: Mapped[str | None] = mapped_column(String(500))
    cancelled_by: Mapped[str | None] = mapped_column(String(7))
    video_link: Mapped[str | None] = mapped_column(String(300))
    is_overbooked: Mapped[bool] = mapped_column(default=False)
    replaces_id: Mapped[int | None] = mapped_column(BIG)
    sequence: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Claim(Base):
    """Five minutes of a provider's time, taken: the primary key is what makes two visits in one slot impossible.

    `grain` counts five minutes since 1970 (UTC); `seat` is below the capacity, or from busy.BESIDE on where staff
    overbook.
    """

    __tablename__ = "claim"
    __table_args__ = (Index("ix_claim_appointment_id", "appointment_id"), {"sqlite_with_rowid": False})

    provider_id: Mapped[int] = mapped_column(BIG, ForeignKey("provider.id"), primary_key=True, autoincrement=False)
    grain: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    seat: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    appointment_id: Mapped[int] = mapped_column(BIG, ForeignKey("appointment.id"))


class ProposedTime(Base):
    """One of up to three times that the office offers instead; its time is claimed until the person picks one."""

    __tablename__ = "proposed_time"
    __table_args__ = (
        ForeignKeyConstraint(["office_id", "appointment_id"], ["appointment.office_id", "appointment.id"]),
        ForeignKeyConstraint(["office_id", "provider_id"], ["provider.office_id", "provider.id"]),
        ForeignKeyConstraint(["office_id", "location_id"], ["location.office_id", "location.id"]),
        CheckConstraint("number between 1 and 3", name="number"),
        Index("ix_proposed_time_appointment", "office_id", "appointment_id"),
        Index("ix_proposed_time_provider", "office_id", "provider_id"),
        Index("ix_proposed_time_location", "office_id", "location_id"),
    )

    appointment_id: Mapped[int] = mapped_column(BIG, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    provider_id: Mapped[int] = mapped_column(BIG)
    location_id: Mapped[int] = mapped_column(BIG)
    starts_at: Mapped[datetime]
    seat: Mapped[int]


class AppointmentEvent(Base):
    """What happened to a visit, for its history: requested, approved, rejected, proposed, picked, moved, cancel_asked,
    cancelled, kept, confirmed, checked_in, arrived, fulfilled, noshow, booked (by staff), put_back, lapsed. `by_kind`:
    patient, staff, portal. `because`: for staff, why a visit was booked beside another one or outside the hours.
    """

    __tablename__ = "appointment_event"
    __table_args__ = (
        ForeignKeyConstraint(["office_id", "appointment_id"], ["appointment.office_id", "appointment.id"]),
        Index("ix_appointment_event_appointment", "office_id", "appointment_id", "id"),
    )

    id: Mapped[int] = key()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    appointment_id: Mapped[int] = mapped_column(BIG)
    at: Mapped[datetime]
    deed: Mapped[str] = mapped_column(String(12))
    by_kind: Mapped[str] = mapped_column(String(8))
    by_id: Mapped[int] = mapped_column(BIG)
    starts_at: Mapped[datetime]
    because: Mapped[str | None] = mapped_column(String(300))


follows("visit", Appointment)
