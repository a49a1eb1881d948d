"""Who waits for a time at an office, first to last: wishes as the rules walk them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, or_, select, text
from sqlalchemy.orm import aliased

from portal.domain.accounts.models import Account
from portal.domain.appointments.models import Appointment, VisitReason
from portal.domain.appointments.rules import OPEN
from portal.domain.appointments.types import PartOfDay, State
from portal.domain.appointments.waiting_models import WaitListEntry, WaitListOffer
from portal.domain.appointments.waiting_rules import Wish
from portal.domain.connections.models import Connection
from portal.kernel import database

#: The words of the partial index, as they stand there.
_IS_WAITING = text("wait_list_entry.state = 'waiting'")
_other, _others = aliased(WaitListEntry), aliased(Connection)
_HAS_AN_OFFER = (
    select(_other.id)
    .join(_others, (_others.office_id == _other.office_id) & (_others.chart_id == _other.chart_id))
    .where(_other.state == "offered", _others.person_id == Connection.person_id, _others.ended_at.is_(None))
)
_IN_LINE = (
    select(
        WaitListEntry.id,
        Connection.person_id,
        WaitListEntry.chart_id,
        WaitListEntry.reason_id,
        WaitListEntry.provider_id,
        Appointment.starts_at,
        WaitListEntry.part_of_day,
        WaitListEntry.weekdays,
        WaitListEntry.notice_hours,
        WaitListEntry.until_day,
        VisitReason.minutes,
    )
    .join(
        VisitReason,
        (VisitReason.office_id == WaitListEntry.office_id) & (VisitReason.id == WaitListEntry.reason_id),
    )
    .join(
        Connection,
        (Connection.office_id == WaitListEntry.office_id) & (Connection.chart_id == WaitListEntry.chart_id),
    )
    .join(Account, Account.person_id == Connection.person_id)
    .outerjoin(
        Appointment,
        (Appointment.office_id == WaitListEntry.office_id) & (Appointment.id == WaitListEntry.appointment_id),
    )
    .where(
        WaitListEntry.office_id == bindparam("office_id"),
        _IS_WAITING,
        Connection.ended_at.is_(None),
        Account.state == "active",
        or_(
            WaitListEntry.appointment_id.is_(None),
            or_(Appointment.state == State.PENDING, Appointment.state == State.BOOKED)
            & Appointment.cancel_asked_at.is_(None),
        ),
        ~_HAS_AN_OFFER.exists(),
    )
    .order_by(WaitListEntry.id)
)


def of_office(office_id: int) -> list[Wish]:
    """Those who can be offered something now: with an account in use, and no other offer at any office."""
    rows = list(database.session().execute(_IN_LINE, {"office_id": office_id}))
    had, busy = _had(office_id), _busy(office_id)
    return [
        Wish._make(
            (*row[:6], PartOfDay(row[6]), *row[7:10], had.get(row.id, frozenset()), row.minutes, busy.get(row.id, ()))
        )
        for row in rows
    ]


def has_an_offer(person_id: int) -> bool:
    """Whether something is offered to a person just now, at whatever office."""
    theirs = (
        select(WaitListEntry.id)
        .join(
            Connection,
            (Connection.office_id == WaitListEntry.office_id) & (Connection.chart_id == WaitListEntry.chart_id),
        )
        .where(WaitListEntry.state == "offered", Connection.person_id == person_id, Connection.ended_at.is_(None))
    )
    return database.session().scalar(theirs.limit(1)) is not None


def _had(office_id: int) -> dict[int, frozenset[tuple[int, datetime]]]:
    """Which times were offered to those who wait: (provider, time)."""
    offered = (
        select(WaitListOffer.entry_id, WaitListOffer.provider_id, WaitListOffer.starts_at)
        .join(
            WaitListEntry,
            (WaitListEntry.office_id == WaitListOffer.office_id) & (WaitListEntry.id == WaitListOffer.entry_id),
        )
        .where(WaitListEntry.office_id == office_id, _IS_WAITING)
    )
    found: dict[int, set[tuple[int, datetime]]] = {}
    for entry_id, provider_id, starts_at in database.session().execute(offered):
        found.setdefault(entry_id, set()).add((provider_id, starts_at))
    return {entry_id: frozenset(times) for entry_id, times in found.items()}


def _busy(office_id: int) -> dict[int, tuple[tuple[datetime, datetime], ...]]:
    """When those who wait have other visits at the office, than the one that they would give up."""
    theirs = (
        select(WaitListEntry.id, Appointment.starts_at, Appointment.minutes)
        .join(
            Appointment,
            (Appointment.office_id == WaitListEntry.office_id) & (Appointment.chart_id == WaitListEntry.chart_id),
        )
        .where(
            WaitListEntry.office_id == office_id,
            _IS_WAITING,
            Appointment.state.in_(OPEN),
            Appointment.id.is_distinct_from(WaitListEntry.appointment_id),
        )
    )
    found: dict[int, tuple[tuple[datetime, datetime], ...]] = {}
    for entry_id, starts_at, minutes in database.session().execute(theirs):
        found[entry_id] = (*found.get(entry_id, ()), (starts_at, starts_at + timedelta(minutes=minutes)))
    return found
