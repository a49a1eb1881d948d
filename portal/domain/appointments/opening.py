"""An office sets its hours. What is booked stays; the page of the provider lists what lies beside the new ones."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.domain.appointments import freeing, hours, rules
from portal.domain.appointments.hours_types import HoursFacts
from portal.domain.appointments.models import TimeOff, WeeklyHours
from portal.domain.appointments.types import Hours, Off
from portal.domain.audit.actions import record
from portal.domain.practices.models import Location, Provider
from portal.domain.viewer import StaffViewer
from portal.kernel import clock, database
from portal.kernel.refusal import Missing, Stale, refuse_if


def add_hours(viewer: StaffViewer, provider: UUID, facts: HoursFacts, weekdays: tuple[int, ...]) -> None:
    """A weekly rule for each of these weekdays (`facts.weekday` does not count).

    Raises:
        Missing: the provider or the location is not there, or another office's.
        Refused: the times make no sense, or lie over other hours of the provider.
    """
    row, place = _provider(viewer, provider), _location(viewer, facts.location)
    for weekday in weekdays:
        wanted = facts._replace(weekday=weekday)
        refuse_if(rules.why_not_open(wanted.hours, _others(row, None)))
        kept = WeeklyHours(office_id=row.office_id, provider_id=row.id, location_id=place.id, **_columns(wanted))
        database.session().add(kept)
        database.session().flush()
        freeing.open_days(row.office_id, row.id, facts.from_day, facts.until_day, _today(viewer))
        _record(viewer, "hours.added", kept.public_id)


def change_hours(viewer: StaffViewer, provider: UUID, hours_id: UUID, facts: HoursFacts, *, mark: str) -> None:
    """Put a new rule in place of the one that the form was opened with.

    Raises:
        Missing: it is not there, or another office's or provider's.
        Refused: as above.
        Stale: somebody changed it meanwhile; `theirs` is the KeptHours.
    """
    row, place = _provider(viewer, provider), _location(viewer, facts.location)
    kept, mine = hours.hours_of(viewer, provider, hours_id), _hours(row, hours_id)
    if kept.facts == facts:
        return
    if kept.mark != mark:
        raise Stale(kept)
    refuse_if(rules.why_not_open(facts.hours, _others(row, mine.id)))
    mine.location_id = place.id
    for name, value in _columns(facts).items():
        setattr(mine, name, value)
    database.session().flush()
    freeing.open_days(row.office_id, row.id, facts.from_day, facts.until_day, _today(viewer))
    _record(viewer, "hours.changed", hours_id)


def remove_hours(viewer: StaffViewer, provider: UUID, hours_id: UUID) -> None:
    """Take a rule away; what was booked in it stays.

    Raises:
        Missing: it is not there (any more), or another office's or provider's.
    """
    database.session().delete(_hours(_provider(viewer, provider), hours_id))
    _record(viewer, "hours.removed", hours_id)


def add_time_off(viewer: StaffViewer, provider: UUID | None, off: Off, why: str | None, *, today: date) -> None:
    """Days off of a provider, or (None) of the whole office.

    Raises:
        Missing: the provider is not there, or another office's.
        Refused: the days or times make no sense, or are over.
    """
    refuse_if(rules.why_not_close(off, today))
    whose = _provider(viewer, provider).id if provider else None
    kept = TimeOff(office_id=viewer.office_id or 0, provider_id=whose, why=why, **off._asdict())
    database.session().add(kept)
    database.session().flush()
    _record(viewer, "time_off.added", kept.public_id)


def remove_time_off(viewer: StaffViewer, off_id: UUID) -> None:
    """Open again.

    Raises:
        Missing: it is not there (any more), or another office's.
    """
    mine = select(TimeOff).where(TimeOff.public_id == off_id, TimeOff.office_id == viewer.office_id)
    off: TimeOff = _found(database.session().scalar(mine.with_for_update()))
    database.session().delete(off)
    freeing.open_days(off.office_id, off.provider_id, off.from_day, off.until_day, _today(viewer))
    _record(viewer, "time_off.removed", off_id)


def _today(viewer: StaffViewer) -> date:
    return clock.today(viewer.time_zone)


def _columns(facts: HoursFacts) -> dict[str, Any]:
    return {name: value for name, value in facts._asdict().items() if name != "location"}


def _others(row: Provider, but: int | None) -> list[Hours]:
    every = select(WeeklyHours).where(
        WeeklyHours.office_id == row.office_id, WeeklyHours.provider_id == row.id, WeeklyHours.id != (but or 0)
    )
    return [Hours._make(getattr(one, name) for name in Hours._fields) for one in database.session().scalars(every)]


def _provider(viewer: StaffViewer, public_id: UUID) -> Provider:
    """Held until the end, so that two do not set hours over each other."""
    mine = select(Provider).where(Provider.public_id == public_id, Provider.office_id == viewer.office_id)
    found: Provider = _found(database.session().scalar(mine.with_for_update()))
    return found


def _location(viewer: StaffViewer, public_id: UUID) -> Location:
    mine = select(Location).where(Location.public_id == public_id, Location.office_id == viewer.office_id)
    found: Location = _found(database.session().scalar(mine))
    return found


def _hours(provider: Provider, public_id: UUID) -> WeeklyHours:
    mine = select(WeeklyHours).where(
        WeeklyHours.office_id == provider.office_id,
        WeeklyHours.provider_id == provider.id,
        WeeklyHours.public_id == public_id,
    )
    found: WeeklyHours = _found(database.session().scalar(mine.with_for_update()))
    return found


def _found(row: Any) -> Any:
    if row is None:
        raise Missing
    return row


def _record(viewer: StaffViewer, event: str, about: UUID) -> None:
    record(event, by=viewer, about=about, section="appointments")
