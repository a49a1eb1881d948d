from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, or_, select

from portal.domain.accounts.models import StaffMember
from portal.domain.announcements import rules
from portal.domain.announcements.models import Announcement, Dismissal
from portal.domain.announcements.types import Audience, Banner, State, Written
from portal.domain.connections.models import Connection
from portal.domain.practices.models import Office
from portal.domain.viewer import Anybody, StaffViewer, Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing

_KEPT_IN_VIEW = 60
_STARTED = Announcement.starts_at < bindparam("now")
_NOT_OVER = Announcement.ends_at > bindparam("now")
_CLOSED = exists().where(
    Dismissal.announcement_id == Announcement.id,
    Dismissal.reader_kind == bindparam("reader_kind"),
    Dismissal.reader_id == bindparam("reader_id"),
)
_OF_MY_OFFICES = Announcement.office_id.in_(
    select(Connection.office_id).where(Connection.person_id == bindparam("person_id"), Connection.ended_at.is_(None))
)
_FOR_PATIENTS = and_(Announcement.audience != Audience.STAFF, or_(Announcement.office_id.is_(None), _OF_MY_OFFICES))
_FOR_STAFF = and_(
    Announcement.audience != Audience.PATIENTS,
    or_(Announcement.office_id.is_(None), Announcement.office_id == bindparam("office_id")),
)
_BANNER = (
    Announcement.public_id,
    Office.name.label("office"),
    Announcement.starts_at,
    Announcement.title,
    Announcement.body,
    Announcement.title_es,
    Announcement.body_es,
)
_WRITTEN = (
    Announcement.public_id,
    Announcement.office_id,
    Announcement.audience,
    Announcement.title,
    Announcement.body,
    Announcement.title_es,
    Announcement.body_es,
    Announcement.starts_at,
    Announcement.ends_at,
    Announcement.version,
    (StaffMember.given + " " + StaffMember.family).label("author"),
)

#: What home shows: a `Banner` each. Values: person_id, reader_kind, reader_id, now.
FOR_PERSON = (
    select(*_BANNER)
    .outerjoin(Office, Office.id == Announcement.office_id)
    .where(_FOR_PATIENTS, _STARTED, _NOT_OVER, ~_CLOSED)
)


class Closable(NamedTuple):
    """An announcement by its inner id, and whether the reader closed it already."""

    id: int
    is_closed: bool


class _Current(NamedTuple):
    """A running or planned announcement of an office, or of the operator, with whether the reader closed it."""

    office: str | None
    is_closed: bool
    public_id: UUID
    office_id: int | None
    audience: str
    title: str
    body: str
    title_es: str | None
    body_es: str | None
    starts_at: datetime
    ends_at: datetime
    version: int
    author: str


class Current(NamedTuple):
    """What a member of staff is told, and what their office (or the operator) tells with how it stands."""

    banners: list[Banner]
    own: list[tuple[Written, State]]


def _closable(concerned: ColumnElement[bool]) -> Select[int, bool]:
    return select(Announcement.id, _CLOSED.label("is_closed")).where(
        Announcement.public_id == bindparam("public_id"), concerned, _STARTED
    )


def _written(*where: ColumnElement[bool]) -> Select[*tuple[object, ...]]:
    return select(*_WRITTEN).join(StaffMember, StaffMember.id == Announcement.author_id).where(*where)


_OF_THIS_OFFICE = Announcement.office_id == bindparam("office_id")
_OF_OPERATOR = Announcement.office_id.is_(None)
_THIS_ONE = Announcement.public_id == bindparam("public_id")
_LATEST = {
    above: _written(whose).order_by(Announcement.ends_at.desc(), Announcement.id.desc()).limit(_KEPT_IN_VIEW)
    for above, whose in ((False, _OF_THIS_OFFICE), (True, _OF_OPERATOR))
}
_ONE = {above: _written(_THIS_ONE, whose) for above, whose in ((False, _OF_THIS_OFFICE), (True, _OF_OPERATOR))}
_CURRENT = (
    select(Office.name.label("office"), _CLOSED.label("is_closed"), *_WRITTEN)
    .join(StaffMember, StaffMember.id == Announcement.author_id)
    .outerjoin(Office, Office.id == Announcement.office_id)
    .where(or_(_OF_OPERATOR, _OF_THIS_OFFICE), _NOT_OVER)
    .order_by(Announcement.starts_at, Announcement.id)
)
_CLOSABLE_BY_PATIENT = _closable(_FOR_PATIENTS)
_CLOSABLE_BY_STAFF = _closable(_FOR_STAFF)


def written_in(viewer: StaffViewer) -> list[Written]:
    """What the viewer's office (or the operator) has written, latest end first; the sixty latest."""
    above = viewer.office_id is None
    return database.read(Written, _LATEST[above], **_office_of(viewer))


def written_one(viewer: StaffViewer, public_id: UUID) -> Written:
    """One announcement of the viewer's office.

    Raises:
        Missing: it is not there, or another office's.
    """
    above = viewer.office_id is None
    found = database.read_one(Written, _ONE[above], public_id=public_id, **_office_of(viewer))
    if found is None:
        raise Missing
    return found


def current_for(viewer: StaffViewer, now: datetime) -> Current:
    """What runs for the viewer and is not closed, and what runs or is planned in their office; oldest start first."""
    banners, own = [], []
    for row in database.read(_Current, _CURRENT, office_id=viewer.office_id, now=now, **reader(viewer)):
        state = rules.state_of(row.starts_at, row.ends_at, now)
        if row.office_id == viewer.office_id:
            own.append((Written(*row[2:]), state))
        if state is State.RUNNING and row.audience != Audience.PATIENTS and not row.is_closed:
            banners.append(
                Banner(row.public_id, row.office, row.starts_at, row.title, row.body, row.title_es, row.body_es)
            )
    return Current(banners, own)


def closable_of(viewer: Anybody, public_id: UUID, now: datetime) -> Closable:
    """An announcement that the viewer has or had before their eyes; an ended one too, from a page left open.

    Raises:
        Missing: it is not for them.
    """
    if isinstance(viewer, Viewer):
        found = database.read_one(
            Closable, _CLOSABLE_BY_PATIENT, public_id=public_id, person_id=viewer.person_id, now=now, **reader(viewer)
        )
    else:
        found = database.read_one(
            Closable, _CLOSABLE_BY_STAFF, public_id=public_id, office_id=viewer.office_id, now=now, **reader(viewer)
        )
    if found is None:
        raise Missing
    return found


def reader(viewer: Anybody) -> dict[str, str | int]:
    """Who closes banners: the one who looks, not the one whose record is looked at."""
    return {"reader_kind": viewer.actor.kind, "reader_id": viewer.actor.id}


def _office_of(viewer: StaffViewer) -> dict[str, int]:
    return {} if viewer.office_id is None else {"office_id": viewer.office_id}
