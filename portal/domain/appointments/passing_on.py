"""What has become free goes to the first in line whom it fits, held for them until they answer or the offer lapses.

The sweep calls this. One process at a time looks after an office (its row is locked meanwhile), so that the order of
the line is kept; who has a time is decided by the claims, as for everybody.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, func, select, union_all

from portal.domain.accounts.models import Person
from portal.domain.appointments import claims, history, line, wait_list
from portal.domain.appointments.models import Appointment
from portal.domain.appointments.offering import Offering, free_times, office_offerings_of
from portal.domain.appointments.types import Reason, Slot, State, grain
from portal.domain.appointments.waiting_models import FreedTime, WaitListEntry, WaitListOffer
from portal.domain.appointments.waiting_rules import Wish, next_offer, offer_until
from portal.domain.practices.models import Office
from portal.kernel import database
from portal.kernel.database import Moment
from portal.kernel.refusal import Refused

_AT_ONCE = 200
#: PostgreSQL's FOR NO KEY UPDATE: others may still write rows that name this one.
_ONE_AT_A_TIME = {"key_share": True}
_DUE = union_all(
    select(func.count().label("number")).select_from(select(FreedTime.id).limit(1).subquery()),
    select(func.count()).where(
        WaitListOffer.ended_at.is_(None), WaitListOffer.until <= bindparam("now", type_=Moment())
    ),
)


class _Count(NamedTuple):
    number: int


def is_due(now: datetime) -> bool:
    """Whether something became free or lapsed: asked often, so that nobody writes for nothing."""
    return any(one.number for one in database.read(_Count, _DUE, now=now))


def lapse(now: datetime) -> int:
    """Offers that nobody answered are over; what they held is put down as free. How many."""
    late = (
        select(WaitListEntry)
        .join(
            WaitListOffer,
            (WaitListOffer.office_id == WaitListEntry.office_id) & (WaitListOffer.entry_id == WaitListEntry.id),
        )
        .where(WaitListOffer.ended_at.is_(None), WaitListOffer.until <= now, WaitListEntry.state == "offered")
        .order_by(WaitListEntry.id)
        .limit(_AT_ONCE)
        .with_for_update(of=WaitListEntry, skip_locked=True)
    )
    found = list(database.session().scalars(late))
    for entry in found:
        wait_list.let_offer_go(entry, "lapsed", now)
    return len(found)


def pass_on(now: datetime) -> int:
    """Offer what became free at the office where that happened first. How many times were looked at."""
    session = database.session()
    office_id = session.scalar(select(FreedTime.office_id).order_by(FreedTime.id).limit(1))
    if office_id is None:
        return 0
    office = session.get_one(Office, office_id, with_for_update=_ONE_AT_A_TIME)
    mine = select(FreedTime).where(FreedTime.office_id == office_id).order_by(FreedTime.id).limit(_AT_ONCE)
    freed = list(session.scalars(mine))
    waiting = line.of_office(office_id) if freed else []
    spans: dict[int, list[range]] = {}
    for one in freed:
        spans.setdefault(one.provider_id, []).append(range(one.first, one.after))
    for offering in office_offerings_of(office_id, now) if waiting else []:
        if offering.is_open and offering.provider_id in spans:
            _offer_all(_Freed(offering, spans[offering.provider_id], ZoneInfo(office.time_zone), now), waiting)
    session.execute(delete(FreedTime).where(FreedTime.id.in_([one.id for one in freed])))
    return len(freed)


class _Freed(NamedTuple):
    """Spans of a provider's time (grains) that became free, and what the provider offers."""

    offering: Offering
    spans: list[range]
    zone: ZoneInfo
    now: datetime

    def times(self, reason_id: int) -> list[Slot]:
        """Free times for a reason that need some of it, in order."""
        reason = self.reason(reason_id)
        if reason is None:
            return []
        first, after = min(span.start for span in self.spans), max(span.stop for span in self.spans)
        days = [day for day in self.offering.days(self.now) if _begins(day, 1) > first and _begins(day, -1) < after]
        found = free_times(self.offering, reason, days, self.now)
        return [slot for slot in found if self._needs(reason.length.grains(slot.starts_at))]

    def reason(self, reason_id: int) -> Reason | None:
        """One that the provider sees people for, by its inner id."""
        return next((one for one in self.offering.reasons if one.id == reason_id), None)

    def _needs(self, grains: range) -> bool:
        return any(grains.start < span.stop and span.start < grains.stop for span in self.spans)


def _begins(day: date, more: int) -> int:
    """The grain in which a day so much later begins in London; a day of a margin is enough for any zone."""
    return grain(datetime.combine(day + timedelta(days=more), time(), UTC))


def _offer_all(freed: _Freed, waiting: list[Wish]) -> None:
    """As long as any of it fits anybody: to the first in line, who is out of it then."""
    offering, times = freed.offering, cache(freed.times)
    while found := next_offer(waiting, times, offering.provider_id, freed.now, freed.zone):
        wish, slot = found
        reason = freed.reason(wish.reason_id)
        assert reason is not None
        grains = reason.length.grains(slot.starts_at)
        try:
            seat: range | None = _offer(freed, wish, slot, reason)
        except Refused:
            seat = range(slot.capacity)  # somebody was quicker
        if seat is None or len(seat) == 1:
            waiting.remove(wish)
        offering.taken.take(grains, seat or ())
        times.cache_clear()


def _offer(freed: _Freed, wish: Wish, slot: Slot, reason: Reason) -> range | None:
    """Hold the time for whoever wishes for it, and tell them; the seat, or None where they want nothing any more.

    Raises:
        Refused: `time_taken`.
    """
    session, now = database.session(), freed.now
    session.get_one(Person, wish.person_id, with_for_update=_ONE_AT_A_TIME)
    entry = session.get_one(WaitListEntry, wish.id, with_for_update=True, populate_existing=True)
    if entry.state != "waiting" or line.has_an_offer(wish.person_id):
        return None
    until = offer_until(slot.starts_at, now, freed.zone) or now
    old = session.get(Appointment, entry.appointment_id) if entry.appointment_id else None
    with session.begin_nested():
        row = Appointment(
            office_id=entry.office_id,
            chart_id=entry.chart_id,
            provider_id=freed.offering.provider_id,
            location_id=slot.location_id,
            reason_id=entry.reason_id,
            starts_at=slot.starts_at,
            minutes=reason.minutes,
            state=State.OFFERED,
            held_until=until,
            note=old.note if old else None,
            replaces_id=entry.appointment_id,
        )
        session.add(row)
        session.flush()
        seat = claims.claim(row, reason.length, range(slot.capacity), starts_at=slot.starts_at, now=now)
    _write_down(entry, row, now)
    return range(seat, seat + 1)


def _write_down(entry: WaitListEntry, row: Appointment, now: datetime) -> None:
    entry.state, entry.offer_id = "offered", row.id
    database.session().add(
        WaitListOffer(
            office_id=entry.office_id,
            entry_id=entry.id,
            provider_id=row.provider_id,
            starts_at=row.starts_at,
            offered_at=now,
            until=row.held_until,
        )
    )
    database.session().flush()
    history.tell_person("appointment_offer", row, lapses_at=row.held_until)
