"""An office sets itself up: its settings, its locations, its providers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.domain.audit.actions import record
from portal.domain.practices import queries, rules
from portal.domain.practices.models import Location, Office, Provider
from portal.domain.practices.types import SECTIONS, LocationFacts, ProviderFacts, Section, Values
from portal.domain.viewer import StaffViewer
from portal.kernel import database
from portal.kernel.refusal import Missing, Stale, refuse_if


def set_up(viewer: StaffViewer, section: Section, values: Values, *, mark: str) -> None:
    """Change one section of the viewer's office. `mark`: rules.mark_of the values that the form was opened with.

    Raises:
        Refused: an office can not be set up like this.
        Stale: somebody set something else meanwhile; `theirs` is the OfficeSettings as they are now.
    """
    refuse_if(rules.why_not_set(section, values))
    office = _office_for_update(viewer)
    before = {name: getattr(office, name) for name in SECTIONS[section]}
    if before == dict(values):
        return
    if rules.mark_of(before) != mark:
        raise Stale(queries.settings_of(viewer))
    for name in SECTIONS[section]:
        setattr(office, name, values[name])
    _record(viewer, f"practice.{section}_changed", office.public_id)


def add_location(viewer: StaffViewer, facts: LocationFacts) -> UUID:
    """A further place where the office sees people. Its outer id."""
    row = Location(office_id=_office_for_update(viewer).id, **facts._asdict())
    return _kept(viewer, "location.added", row)


def change_location(viewer: StaffViewer, public_id: UUID, facts: LocationFacts, *, mark: str) -> None:
    """Put new facts in place of those that the form was opened with.

    Raises:
        Missing: no such location, or another office's.
        Stale: somebody saved other facts meanwhile; `theirs` is the KeptLocation.
    """
    row = _for_update(viewer, Location, public_id)
    kept = queries.location_of(viewer, public_id)
    if kept.facts == facts:
        return
    if kept.mark != mark:
        raise Stale(kept)
    _set(row, facts._asdict())
    _kept(viewer, "location.changed", row)


def take_off_location(viewer: StaffViewer, public_id: UUID, now: datetime) -> None:
    """Offer a place nowhere any more; what points to it stays.

    Raises:
        Missing: no such location, or another office's.
        Refused: `somebody_works_there`, `is_taken_off`.
    """
    row = _for_update(viewer, Location, public_id)
    refuse_if(rules.why_not_take_off(row.ended_at, queries.who_works_at(viewer, public_id)))
    row.ended_at = now
    _kept(viewer, "location.taken_off", row)


def put_back_location(viewer: StaffViewer, public_id: UUID) -> None:
    """Offer it again.

    Raises:
        Missing: no such location, or another office's.
        Refused: `is_not_taken_off`.
    """
    row = _for_update(viewer, Location, public_id)
    refuse_if(rules.why_not_put_back(row.ended_at))
    row.ended_at = None
    _kept(viewer, "location.put_back", row)


def add_provider(viewer: StaffViewer, facts: ProviderFacts) -> UUID:
    """A further clinician of the office. Their outer id.

    Raises:
        Missing: the location is not there any more, or another office's.
    """
    place = _open_place(viewer, facts.location)
    row = Provider(office_id=place.office_id, location_id=place.id, **_own(facts))
    return _kept(viewer, "provider.added", row)


def change_provider(viewer: StaffViewer, public_id: UUID, facts: ProviderFacts, *, mark: str) -> None:
    """Put new facts in place of those that the form was opened with; the switches work at once.

    Raises:
        Missing: no such provider or open location, or another office's.
        Stale: somebody saved other facts meanwhile; `theirs` is the KeptProvider.
    """
    place, row = _open_place(viewer, facts.location), _for_update(viewer, Provider, public_id)
    kept = queries.provider_of(viewer, public_id)
    if kept.facts == facts:
        return
    if kept.mark != mark:
        raise Stale(kept)
    _set(row, {**_own(facts), "location_id": place.id})
    _kept(viewer, "provider.changed", row)
    if kept.facts.participation != facts.participation:
        _record(viewer, "provider.participation_changed", public_id)


def take_off_provider(viewer: StaffViewer, public_id: UUID, now: datetime) -> None:
    """Offer somebody nowhere any more; what was done with them stays theirs.

    Raises:
        Missing: no such provider, or another office's.
        Refused: `is_taken_off`.
    """
    row = _for_update(viewer, Provider, public_id)
    refuse_if(rules.why_not_take_off(row.ended_at))
    row.ended_at = now
    _kept(viewer, "provider.taken_off", row)


def put_back_provider(viewer: StaffViewer, public_id: UUID) -> None:
    """Offer them again, where they worked and as they took part.

    Raises:
        Missing: no such provider, or another office's.
        Refused: `their_location_is_taken_off`, `is_not_taken_off`.
    """
    kept = queries.provider_of(viewer, public_id)
    place, row = _for_update(viewer, Location, kept.facts.location), _for_update(viewer, Provider, public_id)
    refuse_if(rules.why_not_put_back(row.ended_at, place.ended_at))
    row.ended_at = None
    _kept(viewer, "provider.put_back", row)


def _open_place(viewer: StaffViewer, public_id: UUID) -> Location:
    """A location where somebody can work; held, so that it is not taken off meanwhile."""
    place: Location = _for_update(viewer, Location, public_id)
    if place.ended_at is not None:
        raise Missing
    return place


def _own(facts: ProviderFacts) -> dict[str, Any]:
    """The columns of a provider; their location is a row of its own."""
    return {name: value for name, value in facts._asdict().items() if name != "location"}


def _set(row: Location | Provider, values: Values) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _kept(viewer: StaffViewer, event: str, row: Location | Provider) -> UUID:
    database.session().add(row)
    database.session().flush()
    _record(viewer, event, row.public_id)
    return row.public_id


def _record(viewer: StaffViewer, event: str, about: UUID) -> None:
    record(event, by=viewer, about=about, section="practices")


def _office_for_update(viewer: StaffViewer) -> Office:
    found = database.session().get(Office, viewer.office_id or 0, with_for_update=True, populate_existing=True)
    if found is None:
        raise Missing
    return found


def _for_update(viewer: StaffViewer, model: Any, public_id: UUID) -> Any:
    mine = select(model).where(model.public_id == public_id, model.office_id == viewer.office_id)
    row = database.session().scalar(mine.with_for_update(), execution_options={"populate_existing": True})
    if row is None:
        raise Missing
    return row
