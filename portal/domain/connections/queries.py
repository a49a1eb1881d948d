from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, SQLColumnExpression, bindparam, case, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from portal.domain.charts.models import Chart
from portal.domain.charts.types import OpenChart
from portal.domain.connections.models import CareTeamMember, Connection
from portal.domain.practices.models import Location, Office, Provider
from portal.domain.viewer import StaffViewer, Viewer
from portal.kernel import database


class CareProvider(NamedTuple):
    """A provider of one's own, with how to reach the office (read only)."""

    name: str
    credentials: str
    specialty: str
    office: str
    phone: str
    location: str
    line1: str
    city: str
    state: str
    postal_code: str
    office_id: UUID


#: The columns of CareProvider, for the person in `person_id`; the address book reads it with its own entries.
CARE_TEAM = (
    select(
        (Provider.given + " " + Provider.family).label("name"),
        Provider.credentials,
        Provider.specialty,
        Office.name.label("office"),
        Location.phone,
        Location.name.label("location"),
        Location.line1,
        Location.city,
        Location.state,
        Location.postal_code,
        Office.public_id.label("office_id"),
    )
    .select_from(Connection)
    .join(CareTeamMember, CareTeamMember.chart_id == Connection.chart_id)
    .join(Provider, Provider.id == CareTeamMember.provider_id)
    .join(Location, Location.id == Provider.location_id)
    .join(Office, Office.id == Provider.office_id)
    .where(Connection.person_id == bindparam("person_id"), Connection.ended_at.is_(None), Provider.ended_at.is_(None))
)
#: The order of the care team: by office, then by name.
CARE_ORDER = (Office.name, Provider.family, Provider.given)
_OFFICES = (
    select(Connection.office_id)
    .where(Connection.person_id == bindparam("person_id"), Connection.ended_at.is_(None))
    .distinct()
)


#: Who looks after the person of one chart.
_TEAM_OF_CHART = (
    select(
        (Provider.given + " " + Provider.family).label("name"),
        Provider.credentials,
        Provider.specialty,
        Location.name.label("location"),
        Location.phone,
        Provider.ended_at,
    )
    .select_from(CareTeamMember)
    .join(Provider, Provider.id == CareTeamMember.provider_id)
    .join(Location, Location.id == Provider.location_id)
    .where(CareTeamMember.office_id == bindparam("office_id"), CareTeamMember.chart_id == bindparam("chart_id"))
    .order_by(Provider.family, Provider.given, Provider.id)
)


class TeamMember(NamedTuple):
    """A provider who looks after the person of a chart, and where they work. `ended_at`: the office took them off."""

    name: str
    credentials: str
    specialty: str
    location: str
    phone: str
    ended_at: datetime | None


#: Why a connection ended: the person closed their account. So long an office is shown that, on Today.
DEACTIVATED = "deactivated"
_SHOWN = timedelta(days=30)
_LEFT_LATELY: tuple[ColumnElement[bool], ...] = (
    Connection.office_id == bindparam("office_id"),
    Connection.end_reason == DEACTIVATED,
    Connection.ended_at > bindparam("since"),
)
_LEFT = (
    select(Chart.public_id.label("chart"), Chart.number, Connection.ended_at.label("at"))
    .join(Chart, Chart.id == Connection.chart_id)
    .where(*_LEFT_LATELY)
    .order_by(Connection.ended_at.desc(), Connection.id.desc())
)
#: For Today of an office: how many closed their account lately. Columns kind, number; values office_id, since.
LEFT_SUMMARY = (
    select(literal("people_left").label("kind"), func.count().label("number"))
    .where(*_LEFT_LATELY)
    .having(func.count() > 0)
)


class Left(NamedTuple):
    """A chart whose person closed their account; by its number, for a list of names would be a look at records."""

    chart: UUID
    number: str
    at: datetime


class _OfficeId(NamedTuple):
    id: int


def office_ids_of(viewer: Viewer) -> list[int]:
    """The offices that the person is connected to."""
    return [row.id for row in database.read(_OfficeId, _OFFICES, person_id=viewer.person_id)]


def team_of_chart(viewer: StaffViewer, chart: OpenChart) -> list[TeamMember]:
    """Who looks after the person of a chart of the viewer's office, by name."""
    return database.read(TeamMember, _TEAM_OF_CHART, office_id=viewer.office_id, chart_id=chart.id)


def brand_of(person_id: SQLColumnExpression[int]) -> ScalarSelect[str | None]:
    """Whose name stands in the menu: the office's where there is just one, else nobody's (the portal's)."""
    return _of_the_one_office(person_id, Office.name)


def palette_of(person_id: SQLColumnExpression[int]) -> ScalarSelect[str | None]:
    """In whose colors the pages stand: those of the office whose name stands in the menu."""
    return _of_the_one_office(person_id, Office.palette)


def _of_the_one_office(
    person_id: SQLColumnExpression[int], column: InstrumentedAttribute[str]
) -> ScalarSelect[str | None]:
    return (
        select(case((func.count() == 1, func.max(column))))
        .select_from(Connection)
        .join(Office, Office.id == Connection.office_id)
        .where(Connection.person_id == person_id, Connection.ended_at.is_(None))
        .scalar_subquery()
    )


def left_since(now: datetime) -> datetime:
    """From when on an office is shown who left."""
    return now - _SHOWN


def left_lately(viewer: StaffViewer, now: datetime) -> list[Left]:
    """Who closed their account in the last 30 days, of this office's charts, latest first."""
    if viewer.office_id is None:
        return []
    return database.read(Left, _LEFT, office_id=viewer.office_id, since=left_since(now))
