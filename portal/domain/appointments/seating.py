"""Where staff give a visit its time by hand: which hours it lies in, and a seat of theirs or beside others."""

from __future__ import annotations

from datetime import datetime

from portal.domain.appointments import claims, offering, slots
from portal.domain.appointments.busy import BESIDE
from portal.domain.appointments.models import Appointment, VisitReason
from portal.domain.appointments.offering import Offering
from portal.domain.appointments.types import Hours, Length
from portal.domain.practices.models import Provider
from portal.domain.viewer import StaffViewer
from portal.kernel import database
from portal.kernel.refusal import Refused

_BESIDE = range(BESIDE, 2 * BESIDE)


def hours_at(offer: Offering, minutes: int, starts_at: datetime, location_id: int | None) -> Hours | None:
    """The hours of the provider (at a location) in which a visit of so many minutes lies, at whatever step."""
    there = [one for one in offer.hours if location_id in (None, one.location_id)]
    return slots.hours_at(there, offer.offs, starts_at, minutes, offer.zone)


def take(row: Appointment, length: Length, capacity: int, now: datetime, *, is_beside: bool = False) -> bool:
    """Claim the time of a visit; whether that went beyond the capacity, which only `is_beside` allows.

    Raises:
        Refused: `time_taken`.
    """
    try:
        claims.claim(row, length, range(capacity), starts_at=row.starts_at, now=now)
    except Refused:
        if not is_beside:
            raise
        claims.claim(row, length, _BESIDE, starts_at=row.starts_at, now=now)
        return True
    return False


def take_time(viewer: StaffViewer, row: Appointment, now: datetime) -> None:
    """Claim the time of a visit that has none any more.

    Raises:
        Missing: its provider was taken off.
        Refused: `time_taken`.
    """
    session = database.session()
    provider, reason = session.get_one(Provider, row.provider_id), session.get_one(VisitReason, row.reason_id)
    offer = offering.office_offering_of(viewer, provider.public_id, now)
    rule = hours_at(offer, row.minutes, row.starts_at, row.location_id)
    take(row, Length(row.minutes, reason.buffer_minutes), rule.capacity if rule else 1, now)
