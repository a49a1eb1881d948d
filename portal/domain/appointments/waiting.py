"""A person waits for an earlier time: joins the list, takes or declines what is offered, leaves (APT-10)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from portal.domain.accounts.models import Person
from portal.domain.appointments import answering, asking_rules, history, offering, wait_list, waiting_rules
from portal.domain.appointments.answering import Visit
from portal.domain.appointments.models import Appointment
from portal.domain.appointments.slots import DAYS_AHEAD
from portal.domain.appointments.types import PartOfDay, State
from portal.domain.appointments.waiting_models import WaitListEntry
from portal.domain.audit.actions import record
from portal.domain.charts.models import Chart
from portal.domain.connections.models import Connection
from portal.domain.practices.models import Office
from portal.domain.viewer import Actor, Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing, refuse_if

_PORTAL = Actor("portal", 0)


class Wishes(NamedTuple):
    """Which times somebody would take. `weekdays`: bits, Monday is 1; `anybody`: any provider with the reason."""

    anybody: bool
    part: PartOfDay
    weekdays: int
    notice_hours: int


def wait_for_earlier(viewer: Viewer, appointment_id: UUID, wishes: Wishes, now: datetime) -> UUID:
    """Wait for an earlier time than that of a visit; the entry's outer id.

    Raises:
        Missing: no such visit, or somebody else's.
        Refused: `nothing_earlier` (it is over, or they want to cancel it), `waits_already`, `many_wishes`.
    """
    visit = _visit(viewer, appointment_id)
    state = State(visit.state)
    refuse_if(waiting_rules.why_not_wish_earlier(state, visit.starts_at, visit.cancel_asked_at, now))
    office = database.session().get_one(Office, visit.office_id)
    day = visit.starts_at.astimezone(ZoneInfo(office.time_zone)).date()
    provider = None if wishes.anybody else visit.provider_id
    entry = _entry(visit.office_id, visit.chart_id, visit.reason_id, provider, wishes, day, now)
    entry.appointment_id = visit.id
    return _join(viewer, entry)


def wait_for_any(viewer: Viewer, provider: UUID, reason: UUID, wishes: Wishes, now: datetime) -> UUID:
    """Wait for a time of a provider for a reason, within the days that times are offered; the entry's outer id.

    Raises:
        Missing: no such provider or reason at the person's offices.
        Refused: `provider_takes_no_requests`, `waits_already`, `many_wishes`.
    """
    offer = offering.offering_of(viewer, provider, now)
    refuse_if(asking_rules.why_not_choose(is_open=offer.is_open))
    wanted = offer.reason(reason)
    if wanted is None or offer.chart_id is None:
        raise Missing
    until = now.astimezone(offer.zone).date() + timedelta(days=DAYS_AHEAD)
    whom = None if wishes.anybody else offer.provider_id
    return _join(viewer, _entry(offer.office_id, offer.chart_id, wanted.id, whom, wishes, until, now))


def leave(viewer: Viewer, entry_id: UUID, now: datetime) -> None:
    """Off the list; what is offered just now goes to the next in line.

    Raises:
        Missing: no such entry, or somebody else's.
        Refused: `waits_no_more`.
    """
    entry = _mine(viewer, entry_id)
    refuse_if(waiting_rules.why_not_end(entry.state))
    wait_list.end(entry, by="patient", now=now)
    _record(viewer, "left", entry)


def take(viewer: Viewer, entry_id: UUID, now: datetime) -> UUID:
    """Take the time that is offered: it is agreed on, and the visit that it replaces goes in the same moment.

    Returns:
        The visit's outer id.

    Raises:
        Missing: no such entry, or somebody else's.
        Refused: `offer_gone`: it went to the next in line.
    """
    session, entry = database.session(), _mine(viewer, entry_id, holds=False)
    if entry.appointment_id is not None:
        # In the order in which canceling it would: the visit, then what waits for an earlier time than that.
        session.get(Appointment, entry.appointment_id, with_for_update=True)
    session.refresh(entry, with_for_update=True)
    row = session.get(Appointment, entry.offer_id, with_for_update=True) if entry.offer_id else None
    refuse_if(waiting_rules.why_not_take(entry.state, row.held_until if row else None, now))
    assert row is not None
    offer = wait_list.settle(entry, "taken", now)
    entry.state, entry.ended_at, entry.ended_by = "taken", now, "patient"
    session.flush()
    row.requested_at = entry.asked_at
    history.note(row, "offered", by=_PORTAL, now=offer.offered_at if offer else now)
    answering.agree(Visit(row, session.get_one(Chart, row.chart_id)), by=viewer.actor, deed="picked", now=now)
    record("appointment.picked", by=viewer, about=row.public_id, section="appointments")
    history.tell_person("appointment_moved" if row.replaces_id else "appointment_confirmed", row)
    return row.public_id


def decline(viewer: Viewer, entry_id: UUID, now: datetime) -> None:
    """Not this one: it goes to the next in line, and the person waits on.

    Raises:
        Missing, Refused: as `take`.
    """
    entry = _mine(viewer, entry_id)
    row = database.session().get(Appointment, entry.offer_id) if entry.offer_id else None
    refuse_if(waiting_rules.why_not_take(entry.state, row.held_until if row else None, now))
    wait_list.let_offer_go(entry, "declined", now)
    _record(viewer, "declined", entry)


def _entry(
    office_id: int, chart_id: int, reason_id: int, provider_id: int | None, wishes: Wishes, until: date, now: datetime
) -> WaitListEntry:
    return WaitListEntry(
        office_id=office_id,
        chart_id=chart_id,
        reason_id=reason_id,
        provider_id=provider_id,
        part_of_day=wishes.part,
        weekdays=wishes.weekdays,
        notice_hours=wishes.notice_hours,
        until_day=until,
        asked_at=now,
    )


def _join(viewer: Viewer, entry: WaitListEntry) -> UUID:
    """At the end of the line, once for each wish."""
    session = database.session()
    session.execute(select(Person.id).where(Person.id == viewer.person_id).with_for_update())
    mine = (
        WaitListEntry.office_id == entry.office_id,
        WaitListEntry.chart_id == entry.chart_id,
        WaitListEntry.state.in_(wait_list.STANDING),
    )
    same = (
        WaitListEntry.appointment_id == entry.appointment_id
        if entry.appointment_id
        else (WaitListEntry.reason_id == entry.reason_id) & WaitListEntry.appointment_id.is_(None)
    )
    number = session.scalar(select(func.count()).where(*mine)) or 0
    is_there = session.scalar(select(WaitListEntry.id).where(*mine, same).limit(1)) is not None
    refuse_if(waiting_rules.why_not_wait(number, is_there=is_there))
    session.add(entry)
    session.flush()
    _record(viewer, "joined", entry)
    return entry.public_id


def _mine(viewer: Viewer, entry_id: UUID, *, holds: bool = True) -> WaitListEntry:
    """An entry of the person, held until the transaction ends unless somebody does that later."""
    mine = (
        select(WaitListEntry)
        .join(
            Connection,
            (Connection.office_id == WaitListEntry.office_id) & (Connection.chart_id == WaitListEntry.chart_id),
        )
        .where(
            WaitListEntry.public_id == entry_id,
            Connection.person_id == viewer.person_id,
            Connection.ended_at.is_(None),
        )
    )
    entry = database.session().scalar(mine.with_for_update(of=WaitListEntry) if holds else mine)
    if entry is None:
        raise Missing
    return entry


def _visit(viewer: Viewer, appointment_id: UUID) -> Appointment:
    mine = (
        select(Appointment)
        .join(
            Connection, (Connection.office_id == Appointment.office_id) & (Connection.chart_id == Appointment.chart_id)
        )
        .where(
            Appointment.public_id == appointment_id,
            Appointment.state.not_in([State.HELD, State.OFFERED]),
            Connection.person_id == viewer.person_id,
            Connection.ended_at.is_(None),
        )
        .with_for_update(of=Appointment)
    )
    row = database.session().scalar(mine)
    if row is None:
        raise Missing
    return row


def _record(viewer: Viewer, deed: str, entry: WaitListEntry) -> None:
    record(f"wait_list.{deed}", by=viewer, about=entry.public_id, section="appointments")
