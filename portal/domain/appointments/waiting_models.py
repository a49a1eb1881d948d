from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    TextClause,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.charts.following import follows
from portal.kernel.database import BIG, Base, key, outer_id

_WAITING, _OPEN = text("state = 'waiting'"), text("ended_at is null")
_FOR_A_VISIT = text("ended_at is null and appointment_id is not null")


def _once(name: str, column: str, where: TextClause) -> Index:
    """At most one of these at a time."""
    return Index(name, "office_id", column, unique=True, sqlite_where=where, postgresql_where=where)


class WaitListEntry(Base):
    """Somebody wants an earlier time (APT-10): than that of `appointment_id`, or (None) any with this reason.

    `provider_id` None: any provider of the reason. `part_of_day`: any, morning, afternoon; `weekdays`: bits, Monday is
    1, Sunday 64. No time less than `notice_hours` ahead is offered, and none after `until_day`. States: waiting →
    offered (the time stands in `offer_id`, a visit in the state offered, until that lapses; then waiting again) →
    taken (`offer_id` is the visit); or ended, by `ended_by` (patient, staff, portal), staff say why in `because`.
    """

    __tablename__ = "wait_list_entry"
    __table_args__ = (
        ForeignKeyConstraint(["office_id", "chart_id"], ["chart.office_id", "chart.id"]),
        ForeignKeyConstraint(["office_id", "provider_id"], ["provider.office_id", "provider.id"]),
        ForeignKeyConstraint(["office_id", "reason_id"], ["visit_reason.office_id", "visit_reason.id"]),
        ForeignKeyConstraint(["office_id", "appointment_id"], ["appointment.office_id", "appointment.id"]),
        ForeignKeyConstraint(["office_id", "offer_id"], ["appointment.office_id", "appointment.id"]),
        UniqueConstraint("office_id", "id"),
        CheckConstraint("state in ('waiting','offered','taken','ended')", name="state"),
        CheckConstraint("part_of_day in ('any','morning','afternoon')", name="part_of_day"),
        CheckConstraint("weekdays between 1 and 127", name="weekdays"),
        CheckConstraint("ended_by in ('patient','staff','portal')", name="ended_by"),
        Index("ix_wait_list_entry_chart", "office_id", "chart_id"),
        Index("ix_wait_list_entry_provider", "office_id", "provider_id"),
        Index("ix_wait_list_entry_reason", "office_id", "reason_id"),
        Index("ix_wait_list_entry_appointment", "office_id", "appointment_id"),
        Index("ix_wait_list_entry_offer", "office_id", "offer_id"),
        _once("uq_wait_list_entry_visit", "appointment_id", _FOR_A_VISIT),
        Index("ix_wait_list_entry_line", "office_id", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    chart_id: Mapped[int] = mapped_column(BIG)
    reason_id: Mapped[int] = mapped_column(BIG)
    provider_id: Mapped[int | None] = mapped_column(BIG)
    appointment_id: Mapped[int | None] = mapped_column(BIG)
    offer_id: Mapped[int | None] = mapped_column(BIG)
    part_of_day: Mapped[str] = mapped_column(String(9), default="any")
    weekdays: Mapped[int] = mapped_column(default=127)
    notice_hours: Mapped[int] = mapped_column(default=24)
    until_day: Mapped[date]
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(7))
    because: Mapped[str | None] = mapped_column(String(500))


class WaitListOffer(Base):
    """A time that was offered to somebody on the wait list: the same one is never offered to them again.

    `became`: taken, declined, lapsed, withdrawn (the wish was over); None while it is open, until `until`.
    """

    __tablename__ = "wait_list_offer"
    __table_args__ = (
        ForeignKeyConstraint(["office_id", "entry_id"], ["wait_list_entry.office_id", "wait_list_entry.id"]),
        ForeignKeyConstraint(["office_id", "provider_id"], ["provider.office_id", "provider.id"]),
        CheckConstraint("became in ('taken','declined','lapsed','withdrawn')", name="became"),
        Index("ix_wait_list_offer_entry", "office_id", "entry_id", "id"),
        _once("uq_wait_list_offer_open", "entry_id", _OPEN),
        Index("ix_wait_list_offer_provider", "office_id", "provider_id"),
        Index("ix_wait_list_offer_until", "until", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = key()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    entry_id: Mapped[int] = mapped_column(BIG)
    provider_id: Mapped[int] = mapped_column(BIG)
    starts_at: Mapped[datetime]
    offered_at: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    became: Mapped[str | None] = mapped_column(String(9))


class FreedTime(Base):
    """Time of a provider that has become free and was not looked at yet for the wait list: grains, `after` excluded.

    Written only where somebody waits, in the transaction that frees the time; the sweep takes it away.
    """

    __tablename__ = "freed_time"
    __table_args__ = (
        ForeignKeyConstraint(["office_id", "provider_id"], ["provider.office_id", "provider.id"]),
        Index("ix_freed_time_provider", "office_id", "provider_id"),
    )

    id: Mapped[int] = key()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    provider_id: Mapped[int] = mapped_column(BIG)
    first: Mapped[int] = mapped_column(BIG)
    after: Mapped[int] = mapped_column(BIG)


follows("wait_list", WaitListEntry)
