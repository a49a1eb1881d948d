"""When somebody may check in and say that they are here, and why not. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from portal.domain.address_book.types import Entry
from portal.domain.appointments.types import State
from portal.domain.check_in.types import CheckIn, Near, Offer, Step, Words
from portal.kernel.refusal import Refusal

#: By the office's calendar: over a change of the clocks it opens at the same time of day.
DAYS_BEFORE = timedelta(days=3)
#: "I am here" is no use from home: from so long before the visit on.
HERE_FROM = timedelta(minutes=60)


def opens_at(visit: Near) -> datetime:
    """From when on people check in."""
    return (visit.starts_at.astimezone(ZoneInfo(visit.zone)) - DAYS_BEFORE).astimezone(visit.starts_at.tzinfo)


def why_not_check_in(visit: Near, now: datetime) -> Refusal | None:
    """From three days before an agreed visit until it begins; also who waits in line already."""
    if visit.state not in (State.BOOKED, State.ARRIVED):
        return Refusal("check_in_not_agreed")
    if visit.cancel_asked_at is not None:
        return Refusal("check_in_leaving")
    if now < opens_at(visit):
        return Refusal("check_in_early", opens_at=opens_at(visit), zone=visit.zone)
    return Refusal("check_in_late") if now >= visit.starts_at else None


def why_not_arrive(visit: Near, now: datetime) -> Refusal | None:
    """From an hour before an agreed visit until it is over; nobody comes to a visit by video."""
    if visit.by_video:
        return Refusal("arrive_by_video")
    if visit.state != State.BOOKED:
        return Refusal("check_in_not_agreed")
    if now < visit.starts_at - HERE_FROM:
        return Refusal("arrive_early", minutes=int(HERE_FROM.total_seconds()) // 60)
    is_over = now >= visit.starts_at + timedelta(minutes=visit.minutes)
    return Refusal("arrive_late") if is_over else None


def why_not_as_seen(version: str, seen: str) -> Refusal | None:
    """People say yes to what they had before their eyes."""
    return Refusal("check_in_changed") if version != seen else None


def offers(visit: Near, now: datetime) -> frozenset[Offer]:
    """What the pages of a visit offer its person."""
    found = set()
    if visit.checked_in_at is None and why_not_check_in(visit, now) is None:
        found.add(Offer.CHECK_IN)
    if why_not_arrive(visit, now) is None:
        found.add(Offer.ARRIVE)
    if visit.state == State.ARRIVED:
        found.add(Offer.WAIT)
    return frozenset(found)


def version_of(found: CheckIn, step: Step) -> str:
    """What stands in an open form for the facts that somebody says yes to."""
    return version_of_entries(found.cards) if step is Step.INSURANCE else version_of_words(found.on_file[step].shown)


def version_of_words(words: Words | None) -> str:
    """What stands for a phone or an address in an open form: 64 bits of the SHA-256 of its words."""
    return sha256(json.dumps(words).encode()).hexdigest()[:16]


def version_of_entries(entries: Iterable[Entry]) -> str:
    """The same for a list of entries: which they are, and how often each was saved."""
    return sha256(json.dumps([(one.id.hex, one.version) for one in entries]).encode()).hexdigest()[:16]


def since_last(changed_at: datetime | None, last_visit: datetime | None) -> datetime | None:
    """When something was changed, if that was after the last visit: only then the office does not know it."""
    is_news = changed_at is not None and (last_visit is None or changed_at > last_visit)
    return changed_at if is_news else None
