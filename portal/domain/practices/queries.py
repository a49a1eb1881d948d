from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, Uuid, bindparam, exists, func, literal, select

from portal.domain.practices.models import Location, Office, Position, Provider, StaffInvitation
from portal.domain.practices.rules import mark_of
from portal.domain.practices.types import (
    KeptLocation,
    KeptProvider,
    LocationFacts,
    OfficeLine,
    OfficeSettings,
    Policy,
    ProviderFacts,
    PublicOffice,
)
from portal.domain.viewer import Role, StaffViewer
from portal.kernel import database
from portal.kernel.refusal import Missing
from portal.kernel.rows import Flat

#: How many offices the public list holds.
LISTED = 500


class Workplace(NamedTuple):
    """An office that somebody works in, and as what."""

    public_id: UUID
    name: str
    role: str


_WORKPLACES = (
    select(Office.public_id, Office.name, Position.role)
    .join(Position, Position.office_id == Office.id)
    .where(Position.staff_member_id == bindparam("staff_member_id"), Position.ended_at.is_(None))
    .order_by(Office.name, Office.id)
)


def _not_set_up(kind: str, *missing: ColumnElement[bool]) -> Select[str, int]:
    """For the office's Today: something that an office needs before people can come, where it is not there yet."""
    return select(literal(kind).label("kind"), literal(1).label("number")).where(
        Office.id == bindparam("office_id"), *missing
    )


#: For the office's Today: who was asked and has not come yet, and what is still to be set up. Value: office_id.
INVITED_SUMMARY = (
    select(literal("staff_invited").label("kind"), func.count().label("number"))
    .where(StaffInvitation.office_id == bindparam("office_id"), StaffInvitation.state == "waiting")
    .having(func.count() > 0)
)
NO_ADDRESS = _not_set_up("no_address", Office.line1.is_(None))
NO_LOCATION = _not_set_up("no_location", ~exists().where(Location.office_id == Office.id, Location.ended_at.is_(None)))
NO_PROVIDER = _not_set_up("no_provider", ~exists().where(Provider.office_id == Office.id, Provider.ended_at.is_(None)))
DESK_SUMMARIES = (NO_ADDRESS, NO_LOCATION, NO_PROVIDER, INVITED_SUMMARY)


def workplaces_of(staff_member_id: int) -> list[Workplace]:
    """The offices of a member of staff who has not chosen one yet, by name."""
    return database.read(Workplace, _WORKPLACES, staff_member_id=staff_member_id)


def _settings() -> Select[Any]:
    return select(*(getattr(Office, name) for name in OfficeSettings._fields))


_MINE = _settings().where(Office.id == bindparam("office_id"))
_PUBLIC = _settings().where(Office.public_id == bindparam("public_id", type_=Uuid()))
_LISTING = (
    select(*(getattr(Office, name) for name in PublicOffice._fields)).order_by(Office.name, Office.id).limit(LISTED)
)


def settings_of(viewer: StaffViewer) -> OfficeSettings:
    """How the viewer's office is set up.

    Raises:
        Missing: the viewer is above all offices.
    """
    found = database.read_one(OfficeSettings, _MINE, office_id=viewer.office_id or 0)
    if found is None:
        raise Missing
    return found


_LOCATIONS = (
    select(Location.public_id, Location.ended_at, *(getattr(Location, name) for name in LocationFacts._fields))
    .where(Location.office_id == bindparam("office_id"))
    .order_by(Location.name, Location.id)
)
_LOCATION = _LOCATIONS.where(Location.public_id == bindparam("public_id"))


def locations_of(viewer: StaffViewer) -> list[KeptLocation]:
    """The places of the viewer's office, by name; also those that were taken off."""
    return [_location(row) for row in database.read(Flat, _LOCATIONS, office_id=viewer.office_id or 0)]


def open_locations_of(viewer: StaffViewer) -> list[KeptLocation]:
    """Those where somebody can work."""
    return [one for one in locations_of(viewer) if one.ended_at is None]


def location_of(viewer: StaffViewer, public_id: UUID) -> KeptLocation:
    """One of them.

    Raises:
        Missing: it is not there, or another office's.
    """
    found = database.read_one(Flat, _LOCATION, office_id=viewer.office_id or 0, public_id=public_id)
    if found is None:
        raise Missing
    return _location(found)


def _location(row: Flat) -> KeptLocation:
    facts = LocationFacts._make(row[2:])
    return KeptLocation(row[0], facts, mark_of(facts), row[1])


def _providers() -> Select[Any]:
    own = (getattr(Provider, name) for name in ProviderFacts._fields if name != "location")
    where = (Location.name, Location.public_id, Location.ended_at)
    return (
        select(Provider.public_id, Provider.ended_at, *where, *own)
        .join(Location, Location.id == Provider.location_id)
        .order_by(Provider.family, Provider.given, Provider.id)
    )


_PROVIDERS = _providers().where(Provider.office_id == bindparam("office_id"))
_PROVIDER = _PROVIDERS.where(Provider.public_id == bindparam("public_id"))
_PUBLIC_PROVIDERS = (
    _providers()
    .join(Office, Office.id == Provider.office_id)
    .where(Office.public_id == bindparam("public_id", type_=Uuid()), Provider.ended_at.is_(None))
)


def providers_of(viewer: StaffViewer) -> list[KeptProvider]:
    """The clinicians of the viewer's office, by name; also those who were taken off."""
    return [_provider(row) for row in database.read(Flat, _PROVIDERS, office_id=viewer.office_id or 0)]


def provider_of(viewer: StaffViewer, public_id: UUID) -> KeptProvider:
    """One of them.

    Raises:
        Missing: they are not there, or another office's.
    """
    found = database.read_one(Flat, _PROVIDER, office_id=viewer.office_id or 0, public_id=public_id)
    if found is None:
        raise Missing
    return _provider(found)


def _provider(row: Flat) -> KeptProvider:
    provider_id, ended_at, location_name, location, location_ended_at, *own = row
    given, family, credentials, specialty, *switches = own
    facts = ProviderFacts(given, family, credentials, specialty, location, *switches)
    return KeptProvider(provider_id, facts, location_name, mark_of(facts), ended_at, location_ended_at)


def who_works_at(viewer: StaffViewer, location_id: UUID) -> list[str]:
    """The names of those who work at a place of the viewer's office."""
    return [one.name for one in providers_of(viewer) if one.facts.location == location_id and one.ended_at is None]


def offices() -> list[PublicOffice]:
    """Every office of this portal, by name: for everybody."""
    return database.read(PublicOffice, _LISTING)


def policy_of(public_id: UUID) -> Policy:
    """How an office has set this up: for everybody.

    Raises:
        Missing: there is no such office.
    """
    office = database.read_one(OfficeSettings, _PUBLIC, public_id=public_id)
    if office is None:
        raise Missing
    return Policy(office, [_provider(row) for row in database.read(Flat, _PUBLIC_PROVIDERS, public_id=public_id)])


_WAITING = StaffInvitation.state == "waiting"


def _how_many(model: type[Position | StaffInvitation], *which: ColumnElement[bool]) -> ScalarSelect[int]:
    """The administrators of an office among its positions or invitations."""
    found = select(func.count()).where(model.office_id == Office.id, model.role == Role.ADMINISTRATOR.value, *which)
    return found.correlate(Office).scalar_subquery()


_OFFICES = (
    select(
        Office.public_id,
        Office.name,
        Office.phone,
        Office.city,
        Office.state,
        _how_many(Position, Position.ended_at.is_(None)).label("administrators"),
        _how_many(StaffInvitation, _WAITING).label("waiting"),
    )
    .order_by(Office.name, Office.id)
    .limit(LISTED)
)


def offices_of(viewer: StaffViewer) -> list[OfficeLine]:
    """Every office, for the operator.

    Raises:
        Missing: the viewer is not the operator.
    """
    if viewer.role is not Role.OPERATOR:
        raise Missing
    return database.read(OfficeLine, _OFFICES)
