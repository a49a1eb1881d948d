"""Time that becomes free is put down for the wait list, in the transaction that frees it; the sweep passes it on.

Where nobody waits at the office nothing is written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select, text

from portal.domain.appointments.models import Claim
from portal.domain.appointments.slots import DAYS_AHEAD
from portal.domain.appointments.types import grain
from portal.domain.appointments.waiting_models import FreedTime, WaitListEntry
from portal.domain.practices.models import Provider
from portal.kernel import database

#: The words of the partial index, as they stand there.
_IS_WAITING = text("wait_list_entry.state = 'waiting'")


def put_down(appointments: Collection[int], but_seat: tuple[range, int] | None = None) -> None:
    """What these visits (inner ids) have is about to be given back; with `but_seat` (grains, seat) all but that."""
    somebody = select(WaitListEntry.id).where(WaitListEntry.office_id == Provider.office_id, _IS_WAITING)
    theirs = (
        select(Provider.office_id, Claim.provider_id, Claim.grain, Claim.seat)
        .join(Provider, Provider.id == Claim.provider_id)
        .where(Claim.appointment_id.in_(appointments), somebody.exists())
        .order_by(Claim.provider_id, Claim.grain)
    )
    grains, seat = but_seat or (range(0), 0)
    found: dict[tuple[int, int], list[int]] = {}
    for office_id, provider_id, one, taken in database.session().execute(theirs):
        if one not in grains or taken != seat:
            found.setdefault((office_id, provider_id), []).append(one)
    for (office_id, provider_id), freed in found.items():
        _keep(office_id, provider_id, _spans(freed))


def open_days(office_id: int, provider_id: int | None, first: date, last: date | None, today: date) -> None:
    """Hours were added on these days, or time off was taken back; of a provider, or (None) of the whole office."""
    session = database.session()
    waits = select(WaitListEntry.id).where(WaitListEntry.office_id == office_id, _IS_WAITING)
    if session.scalar(waits.limit(1)) is None:
        return
    begins = max(first, today)
    ends = min(last or date.max, today + timedelta(days=DAYS_AHEAD))
    whose = [provider_id]
    if provider_id is None:
        there = select(Provider.id).where(Provider.office_id == office_id, Provider.ended_at.is_(None))
        whose = list(session.scalars(there))
    if begins <= ends:
        # A day more at both ends, in whatever zone; what is not free, or was before, does no harm.
        span = range(grain(_midnight(begins) - timedelta(days=1)), grain(_midnight(ends) + timedelta(days=2)))
        for one in whose:
            _keep(office_id, one, [span])


def _keep(office_id: int, provider_id: int | None, spans: Iterable[range]) -> None:
    database.session().add_all(
        FreedTime(office_id=office_id, provider_id=provider_id, first=span.start, after=span.stop) for span in spans
    )


def _spans(grains: list[int]) -> Iterator[range]:
    """Grains in order as spans without gaps."""
    first = last = grains[0]
    for one in grains[1:]:
        if one > last + 1:
            yield range(first, last + 1)
            first = one
        last = one
    yield range(first, last + 1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
