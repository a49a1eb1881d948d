"""What there is to read about requests to connect: for the person who asks, and for the office."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    CompoundSelect,
    Date,
    Integer,
    String,
    Uuid,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from portal.domain.accounts.models import Account, Address, Person
from portal.domain.audit.queries import with_head
from portal.domain.charts.models import Chart
from portal.domain.charts.rules import is_alike
from portal.domain.charts.types import Demographics, Found
from portal.domain.connections import rules
from portal.domain.connections.ending import MINE_ENDED
from portal.domain.connections.models import Connection, ConnectionRequest
from portal.domain.connections.types import (
    Asked,
    EndedConnection,
    MyOffice,
    MyOffices,
    MyRequest,
    OfficeChoice,
    Waiting,
)
from portal.domain.practices.models import Office
from portal.domain.viewer import Head, StaffViewer, Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing
from portal.kernel.rows import Flat

_MOST = 100
_MINE = (Connection.person_id == bindparam("person_id"), Connection.ended_at.is_(None))
_OPEN_OR_DECLINED = or_(ConnectionRequest.state == "waiting", ConnectionRequest.state == "declined")
#: Connected offices, then the requests, then what an office ended, newest first: one statement for one page.
_MINE_AND_ASKED: CompoundSelect[Any] = union_all(  # type: ignore[assignment]
    select(
        literal(0).label("sort"),
        cast(null(), Uuid()).label("public_id"),
        Office.name.label("office"),
        Office.phone,
        literal("connected").label("state"),
        func.min(Connection.since).label("at"),
        cast(null(), String()).label("why"),
        cast(null(), String()).label("note"),
        Office.id.label("row"),
    )
    .select_from(Connection)
    .join(Office, Office.id == Connection.office_id)
    .where(*_MINE)
    .group_by(Office.id, Office.name, Office.phone),
    select(
        literal(1),
        ConnectionRequest.public_id,
        Office.name,
        Office.phone,
        ConnectionRequest.state,
        ConnectionRequest.asked_at,
        ConnectionRequest.why,
        ConnectionRequest.note,
        -ConnectionRequest.id,
    )
    .join(Office, Office.id == ConnectionRequest.office_id)
    .where(ConnectionRequest.person_id == bindparam("person_id"), _OPEN_OR_DECLINED),
    MINE_ENDED,
).order_by("sort", "row")
#: Offices that take requests, but for those that this person is connected to, or has asked.
_TO_ASK = (
    select(Office.public_id, Office.name, Office.phone, Office.city, Office.state)
    .where(
        Office.enrolls_openly.is_(True),
        ~exists().where(Connection.office_id == Office.id, *_MINE),
        ~exists().where(
            ConnectionRequest.office_id == Office.id,
            ConnectionRequest.person_id == bindparam("person_id"),
            ConnectionRequest.state == "waiting",
        ),
    )
    .order_by(Office.name, Office.id)
    .limit(500)
)
_WAITING = (
    select(ConnectionRequest.public_id, ConnectionRequest.asked_at)
    .join(Account, and_(Account.person_id == ConnectionRequest.person_id, Account.state == "active"))
    .where(ConnectionRequest.office_id == bindparam("office_id"), ConnectionRequest.state == "waiting")
    .order_by(ConnectionRequest.id)
    .limit(_MOST)
)
#: In the order of Demographics.
_FACTS = (
    Person.given,
    Person.family,
    Person.birth_date,
    Person.preferred,
    Account.phone,
    Account.email,
    Person.language,
    Address.line1,
    Address.line2,
    Address.city,
    Address.state.label("state_code"),
    Address.postal_code,
)
_ASKED = with_head(
    select(
        ConnectionRequest.public_id.label("request_id"),
        ConnectionRequest.state.label("request_state"),
        ConnectionRequest.asked_at,
        ConnectionRequest.person_id.label("asks"),
    )
    .join(Person, Person.id == ConnectionRequest.person_id)
    .join(Account, and_(Account.person_id == Person.id, Account.state == "active"))
    .outerjoin(Address, and_(Address.person_id == Person.id, Address.is_default.is_(True)))
    .where(
        ConnectionRequest.public_id == bindparam("public_id"), ConnectionRequest.office_id == bindparam("office_id")
    ),
    "person",
    ConnectionRequest.person_id,
).add_columns(*_FACTS)
#: The same beside each chart of the office that was born on that day or is called at that phone (charts.alike).
_ASKED_BESIDE = (
    _ASKED.add_columns(*(getattr(Chart, name).label(f"chart_{name}") for name in Found._fields))
    .outerjoin(
        Chart,
        and_(
            Chart.office_id == ConnectionRequest.office_id,
            Chart.merged_into_id.is_(None),
            or_(Chart.birth_date == Person.birth_date, Chart.phone_on_file == Account.phone),
        ),
    )
    .order_by(Chart.name_key, Chart.id)
    .limit(200)
)
#: For home: offices that declined lately. Columns kind, count, first_at; values person_id and declined_since.
DECLINED = (
    select(
        literal("connection_declined").label("kind"),
        func.count().label("count"),
        cast(null(), Date()).label("first_at"),
    )
    .where(
        ConnectionRequest.person_id == bindparam("person_id"),
        ConnectionRequest.state == "declined",
        ConnectionRequest.answered_at > bindparam("told_since"),
    )
    .having(func.count() > 0)
)
#: For home: somebody whom no office knows yet, and who asked none.
NO_OFFICE = (
    select(
        literal("no_office").label("kind"),
        cast(literal(1), Integer()).label("count"),
        cast(null(), Date()).label("first_at"),
    )
    .select_from(Person)
    .where(
        Person.id == bindparam("person_id"),
        ~exists().where(*_MINE),
        ~exists().where(ConnectionRequest.person_id == Person.id, _OPEN_OR_DECLINED),
    )
)
#: For the office's first page: how many wait. Columns kind, number; value office_id.
TO_ANSWER = (
    select(literal("connection_requests").label("kind"), func.count().label("number"))
    .where(ConnectionRequest.office_id == bindparam("office_id"), ConnectionRequest.state == "waiting")
    .having(func.count() > 0)
)


class _MyRow(NamedTuple):
    sort: int
    public_id: UUID | None
    office: str
    phone: str
    state: str
    at: datetime
    why: str | None
    note: str | None
    row: int


class _Open(NamedTuple):
    id: int
    takes_requests: bool
    is_connected: bool


_OFFICE = select(
    Office.id,
    Office.enrolls_openly,
    exists().where(Connection.office_id == Office.id, *_MINE).label("is_connected"),
).where(Office.public_id == bindparam("public_id"))


def mine_of(viewer: Viewer, now: datetime) -> MyOffices:
    """The offices that the person is connected to, by name, and those that they are not."""
    since = now - rules.SHOWN_FOR
    rows = database.read(_MyRow, _MINE_AND_ASKED, person_id=viewer.person_id, told_since=since)
    offices = [MyOffice(row.office, row.phone, row.at) for row in rows if row.sort == 0]
    asked = [MyRequest(*row[1:8]) for row in rows if row.sort == 1]  # type: ignore[arg-type]
    ended = [EndedConnection(row.office, row.phone, row.at, row.why or "", row.note) for row in rows if row.sort == 2]
    return MyOffices(sorted(offices), asked, ended)


def offices_to_ask(viewer: Viewer) -> list[OfficeChoice]:
    """The offices that the person may ask, by name."""
    return database.read(OfficeChoice, _TO_ASK, person_id=viewer.person_id)


def office_asked(viewer: Viewer, public_id: UUID) -> _Open:
    """An office as rules.why_not_ask wants to know it.

    Raises:
        Missing: there is no such office.
    """
    found = database.read_one(_Open, _OFFICE, public_id=public_id, person_id=viewer.person_id)
    if found is None:
        raise Missing
    return found


def waiting_at(viewer: StaffViewer) -> list[Waiting]:
    """The requests that wait for the viewer's office, oldest first, a hundred at most."""
    return database.read(Waiting, _WAITING, office_id=viewer.office_id or 0)


def asked(viewer: StaffViewer, public_id: UUID) -> Asked:
    """One request to the viewer's office.

    Raises:
        Missing: it is not there, or to another office.
    """
    found = database.read_one(Flat, _ASKED, public_id=public_id, office_id=viewer.office_id or 0)
    if found is None:
        raise Missing
    return _asked(found)


def asked_beside(viewer: StaffViewer, public_id: UUID) -> tuple[Asked, list[Found]]:
    """The same, and the charts of the office that may be this person's, by name.

    Raises:
        Missing: it is not there, or to another office.
    """
    rows = database.read(Flat, _ASKED_BESIDE, public_id=public_id, office_id=viewer.office_id or 0)
    if not rows:
        raise Missing
    request, width = _asked(rows[0]), len(Found._fields)
    beside = [Found._make(row[-width:]) for row in rows if row[-width] is not None]
    return request, [one for one in beside if is_alike(request.facts, one)]


def _asked(row: Flat) -> Asked:
    head = Head.of(*row[4:6])
    return Asked(row[0], row[1], row[2], row[3], Demographics._make(row[6 : 6 + len(Demographics._fields)]), head)
