"""Hours and visit reasons of the providers who take requests, and visits of their patients in every state."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select

from portal.commands.demo.world import World
from portal.domain.appointments import claims, slots
from portal.domain.appointments.busy import Busy
from portal.domain.appointments.models import (
    Appointment,
    AppointmentEvent,
    OfferedReason,
    TimeOff,
    VisitReason,
    WeeklyHours,
)
from portal.domain.appointments.rules import CLAIMING
from portal.domain.appointments.types import Hours, Length, Slot, State
from portal.domain.connections.models import CareTeamMember, Connection
from portal.domain.practices.models import Office
from portal.kernel import database

_DESK = {"L": "tamsin", "R": "paloma"}
_FROM = date(2020, 1, 1)
#: English, Spanish, minutes, minutes after it, booked at once, by video.
_REASONS = (
    ("Follow-up", "Seguimiento", 20, 0, False, False),
    ("New problem", "Problema nuevo", 30, 5, False, False),
    ("Yearly check-up", "Chequeo anual", 40, 5, False, False),
    ("Flu shot", "Vacuna contra la gripe", 10, 0, True, False),
    ("Video visit", "Visita por video", 20, 0, False, True),
)


class _Week(NamedTuple):
    """Hours of one provider: office, place among its providers, weekdays, from and to, pause, step, capacity."""

    office: str
    provider: int
    weekdays: tuple[int, ...]
    starts: int
    ends: int
    pause: tuple[int, int] | None
    step: int = 20
    capacity: int = 1
    location: int = 0


_WEEKS = (
    _Week("L", 0, (0, 1, 2, 3), 8 * 60, 16 * 60, (12 * 60, 13 * 60)),
    _Week("L", 0, (4,), 9 * 60, 12 * 60, None, location=1),
    _Week("L", 1, (0, 2, 4), 10 * 60, 18 * 60, (13 * 60, 14 * 60), 30, 2),
    _Week("R", 0, (0, 1, 2, 3, 4), 8 * 60 + 30, 15 * 60, (12 * 60, 12 * 60 + 30)),
    _Week("R", 1, (1, 3), 9 * 60, 17 * 60, (12 * 60, 13 * 60), 30),
)
#: Days from today, and what became of the visit; each person's first connection takes them in turn.
_VISITS = (
    ((-63, State.FULFILLED), (-21, State.NO_SHOW), (9, State.BOOKED), (12, State.CANCELLED), (16, State.PENDING)),
    ((2, State.BOOKED), (16, State.PENDING)),
    ((-21, State.NO_SHOW), (6, State.PENDING)),
    ((-35, State.FULFILLED), (12, State.CANCELLED)),
    ((1, State.BOOKED),),
)
_DEEDS = {
    State.FULFILLED: ("requested", "approved", "arrived", "fulfilled"),
    State.BOOKED: ("requested", "approved"),
    State.PENDING: ("requested",),
    State.NO_SHOW: ("requested", "approved", "noshow"),
    State.CANCELLED: ("requested", "approved", "cancelled"),
}


def add(world: World) -> None:
    """Reasons, hours, a holiday of each office, then visits."""
    reasons = {key: _add_reasons(world, key) for key in world.offices}
    rules: dict[int, list[Hours]] = {}
    for week in _WEEKS:
        rules.setdefault(world.providers[week.office][week.provider].id, []).extend(_add_week(world, week))
    for key, office in world.offices.items():
        day = date(world.now.year + 1, 1, 1)
        holiday = TimeOff(
            public_id=world.uuid(), office_id=office.id, from_day=day, until_day=day, why="New Year's Day"
        )
        world.keep(holiday)
        _offer(world, key, reasons[key], rules)
        _add_visits(world, key, reasons[key], rules)
        _ask_to_cancel(world, office)


def _add_reasons(world: World, key: str) -> list[VisitReason]:
    found = []
    for name, name_es, minutes, buffer, at_once, by_video in _REASONS:
        reason = VisitReason(
            public_id=world.uuid(),
            office_id=world.offices[key].id,
            name=name,
            name_es=name_es,
            minutes=minutes,
            buffer_minutes=buffer,
            at_once=at_once,
            by_video=by_video,
        )
        found.append(reason)
    world.keep(*found)
    return found


def _add_week(world: World, week: _Week) -> list[Hours]:
    provider, location = world.providers[week.office][week.provider], world.locations[week.office][week.location]
    pause_starts, pause_ends = week.pause or (None, None)
    rules = [
        Hours(location.id, day, week.starts, week.ends, pause_starts, pause_ends, week.step, week.capacity, _FROM, None)
        for day in week.weekdays
    ]
    for rule in rules:
        world.keep(
            WeeklyHours(public_id=world.uuid(), office_id=provider.office_id, provider_id=provider.id, **rule._asdict())
        )
    return rules


def _offer(world: World, key: str, reasons: list[VisitReason], rules: dict[int, list[Hours]]) -> None:
    for provider in world.providers[key]:
        if provider.id in rules:
            world.keep(
                *(
                    OfferedReason(office_id=provider.office_id, provider_id=provider.id, reason_id=reason.id)
                    for reason in reasons
                )
            )


def _add_visits(world: World, key: str, reasons: list[VisitReason], rules: dict[int, list[Hours]]) -> None:
    """Visits of each connected person whose provider has hours, at the first free time on or after a day."""
    office = world.offices[key]
    had: dict[int, Busy] = {}
    sees_people = next(provider.id for provider in world.providers[key] if provider.id in rules)
    for place, (chart_id, looks_after) in enumerate(_patients(world, office)):
        provider_id = looks_after if looks_after in rules else sees_people
        visits, reason = _VISITS[place % len(_VISITS)], reasons[place % len(reasons)]
        for days, state in visits:
            first = world.now.astimezone(ZoneInfo(office.time_zone)).date() + timedelta(days=days)
            spread = slots.expand(rules[provider_id], [], slots.days(first, 5), ZoneInfo(office.time_zone))
            length = Length(reason.minutes, reason.buffer_minutes)
            taken = had.setdefault(provider_id, Busy())
            free = list(slots.free(spread[place % 4 * 3 :], taken, length, since=spread[0].starts_at))
            taken.take(length.grains(free[0].starts_at), [0])
            _add_visit(world, chart_id, provider_id, reason, free[0], state)


def _ask_to_cancel(world: World, office: Office) -> None:
    """One of those who have a visit ahead wants out, and waits for the office's answer."""
    ahead = select(Appointment).where(Appointment.office_id == office.id, Appointment.state == State.BOOKED)
    visit = database.session().scalars(ahead.order_by(Appointment.id.desc()).limit(1)).first()
    if visit is not None:
        visit.cancel_asked_at = world.now - timedelta(hours=5)
        _tell(world, visit, "cancel_asked", visit.cancel_asked_at, ("patient", visit.chart_id))


def _patients(world: World, office: Office) -> list[tuple[int, int]]:
    """(chart, provider) of each connection, the care team's first."""
    found = database.session().execute(
        select(Connection.chart_id, CareTeamMember.provider_id)
        .join(CareTeamMember, CareTeamMember.chart_id == Connection.chart_id)
        .where(Connection.office_id == office.id, Connection.ended_at.is_(None))
        .order_by(Connection.id, CareTeamMember.id)
    )
    first: dict[int, int] = {}
    for chart_id, provider_id in found:
        first.setdefault(chart_id, provider_id)
    return list(first.items())


def _add_visit(world: World, chart_id: int, provider_id: int, reason: VisitReason, slot: Slot, state: State) -> None:
    is_over = state is State.CANCELLED
    visit = Appointment(
        public_id=world.uuid(),
        office_id=reason.office_id,
        chart_id=chart_id,
        provider_id=provider_id,
        location_id=slot.location_id,
        reason_id=reason.id,
        starts_at=slot.starts_at,
        minutes=reason.minutes,
        state=state,
        requested_at=min(world.now, slot.starts_at) - timedelta(days=3, hours=chart_id % 5),
        because="The provider is away that day." if is_over else None,
        cancelled_by="staff" if is_over else None,
        video_link="https://video.example.com/larkhaven" if reason.by_video and state is State.BOOKED else None,
    )
    world.keep(visit)
    if state in CLAIMING:
        length = Length(reason.minutes, reason.buffer_minutes)
        claims.claim(visit, length, range(slot.capacity), starts_at=slot.starts_at, now=world.now)
    for number, deed in enumerate(_DEEDS[state]):
        at = visit.requested_at + timedelta(hours=2 * number) if visit.requested_at else world.now
        at = slot.starts_at if deed in {"arrived", "fulfilled", "noshow"} else at
        who = ("patient", chart_id) if deed == "requested" else ("staff", _desk(world, reason.office_id))
        _tell(world, visit, deed, at, who)


def _tell(world: World, visit: Appointment, deed: str, at: datetime, who: tuple[str, int]) -> None:
    """A line of the visit's history."""
    world.keep(
        AppointmentEvent(
            office_id=visit.office_id,
            appointment_id=visit.id,
            at=at,
            deed=deed,
            by_kind=who[0],
            by_id=who[1],
            starts_at=visit.starts_at,
        )
    )


def _desk(world: World, office_id: int) -> int:
    return next(world.staff[name].id for key, name in _DESK.items() if world.offices[key].id == office_id)
