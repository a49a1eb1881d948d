"""What an address says about how somebody looks for a time, and the month or week that answers it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from flask import request
from werkzeug.datastructures import MultiDict

from portal.blueprints.appointments import month
from portal.blueprints.appointments.wording import moment_of
from portal.domain.appointments import asking_rules, offering
from portal.domain.appointments.holding import Wanted
from portal.domain.appointments.offering import Mine, Offering
from portal.domain.appointments.types import PartOfDay, Reason, Slot, State

#: So many of the soonest times stand above the calendar.
_SOONEST = 3


class Looking(NamedTuple):
    """How somebody looks: for what, where, when; `at` is the time that they look at more closely.

    `replaces`: outer id of the visit that the new one would take the place of. `week`: its Sunday, None for the month.
    `has_chosen`: they said what for; until then they are asked.
    """

    offer: Offering
    reason: Reason
    location_id: int | None
    part: PartOfDay
    first: date
    week: date | None
    day: date | None
    at: datetime | None
    replaces: UUID | None
    now: datetime
    has_chosen: bool

    @property
    def today(self) -> date:
        """On the office's calendar."""
        return self.now.astimezone(self.offer.zone).date()

    def free(self, days: list[date]) -> Iterator[Slot]:
        """The times on some of the days that are offered, as they were filtered."""
        there = set(self.offer.days(self.now))
        wanted = [day for day in days if day in there]
        return offering.free_times(
            self.offer, self.reason, wanted, self.now, part=self.part, location_id=self.location_id
        )

    def picked(self) -> Slot | None:
        """The free time that is looked at more closely."""
        return next((slot for slot in self.free([self.day]) if slot.starts_at == self.at), None) if self.day else None

    @property
    def old(self) -> Mine | None:
        """The visit that is to be moved, while it is not over."""
        return next((one for one in self.offer.mine if one.id == self.replaces and one.state != State.HELD), None)

    def soonest(self) -> list[Slot]:
        """The first free times at all."""
        return list(islice(self.free(self.offer.days(self.now)), _SOONEST))

    def kept(self) -> str:
        """What every link keeps: the filters, and what is replaced. Ends with what the next part is joined by."""
        place = self.offer.places.get(self.location_id or 0)
        values = {
            "reason": self.reason.public_id,
            "place": place.public_id if place else None,
            "part": None if self.part is PartOfDay.ANY else self.part.value,
            "replaces": self.replaces,
        }
        return "?" + urlencode({name: value for name, value in values.items() if value}) + "&"

    def shown(self) -> str:
        """How links keep the view: the month, or the week."""
        return f"week={self.week}&" if self.week else ""

    @staticmethod
    def first_open(weeks: list[list[OpenDay | None]]) -> date | None:
        """The first day of a month that has free times."""
        return next((one.day for week in weeks for one in week if one and one.times), None)


class OpenDay(NamedTuple):
    """A day of the calendar: free times, and what the person has on it already."""

    day: date
    is_today: bool
    times: list[Slot]
    mine: list[Mine]


def looking(offer: Offering, now: datetime, missed: Wanted | None = None) -> Looking:
    """What the address of this request asks for; what makes no sense in it is as if it were not there.

    `missed`: what a form wanted, and did not get.
    """
    args: Any = request.args if missed is None else MultiDict(_as_address(missed))
    today = now.astimezone(offer.zone).date()
    reason = offer.reason(args.get("reason", type=UUID)) or offer.reasons[0]
    places = {place.public_id: place.id for place in offer.places.values()}
    at, day = moment_of(args.get("at")), _day_of(args.get("day"))
    if at:
        day = at.astimezone(offer.zone).date()
    written = args.get("month") or (f"{day:%Y-%m}" if day else None)
    week = _day_of(args.get("week"))
    return Looking(
        offer,
        reason,
        places.get(args.get("place", type=UUID)),  # type: ignore[arg-type]
        _part_of(args.get("part")),
        month.first_of(written, today),
        _sunday(week) if week else None,
        day,
        at,
        args.get("replaces", type=UUID),
        now,
        "reason" in args,
    )


def _as_address(wanted: Wanted) -> dict[str, str]:
    at = str(int(wanted.starts_at.timestamp()))
    return {"reason": str(wanted.reason), "at": at, "replaces": str(wanted.replaces or "")}


def holds(offer: Offering, now: datetime) -> list[Mine]:
    """What the person holds of this provider's time, with enough left to go on with it."""
    mine = [one for one in offer.mine if one.provider_id == offer.provider_id and one.state == State.HELD]
    return [one for one in mine if asking_rules.is_safe(one.held_until, now)]


def days_of_month(look: Looking) -> list[list[OpenDay | None]]:
    """The month's weeks; None stands for a day of another month."""
    dates = month.dates_of(look.first)
    open_days = _filled(look, [day for week in dates for day in week if day.month == look.first.month])
    return [[open_days.get(day) for day in week] for week in dates]


def days_of_week(look: Looking) -> list[OpenDay]:
    """Seven days from Sunday."""
    sunday = look.week or _sunday(look.today)
    return list(_filled(look, [sunday + timedelta(days=number) for number in range(7)]).values())


def pages(look: Looking) -> tuple[date | None, date | None]:
    """The month (or week) before and after, where times are offered in it."""
    last = look.offer.days(look.now)[-1]
    if look.week:
        before, after = look.week - timedelta(days=7), look.week + timedelta(days=7)
        return (before if look.week > look.today else None), (after if after <= last else None)
    earlier, later = month.beside(look.first, look.today)
    return (earlier if look.first > look.today else None), (later if later and later <= last else None)


def _filled(look: Looking, days: list[date]) -> dict[date, OpenDay]:
    times: dict[date, list[Slot]] = {}
    for slot in look.free(days):
        times.setdefault(slot.day, []).append(slot)
    mine: dict[date, list[Mine]] = {}
    for one in look.offer.mine:
        if one.state != State.HELD:
            mine.setdefault(one.starts_at.astimezone(look.offer.zone).date(), []).append(one)
    return {day: OpenDay(day, day == look.today, times.get(day, []), mine.get(day, [])) for day in days}


def _sunday(day: date) -> date:
    return day - timedelta(days=(day.weekday() + 1) % 7)


def _day_of(written: str | None) -> date | None:
    try:
        found = date.fromisoformat(written or "")
    except ValueError:
        return None
    return found if 2000 < found.year < 2200 else None


def _part_of(written: str | None) -> PartOfDay:
    return PartOfDay(written) if written in list(PartOfDay) else PartOfDay.ANY
