"""Home in one statement: each feature offers a select of one shape, and they are joined here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CompoundSelect,
    Date,
    Integer,
    Select,
    String,
    Text,
    Uuid,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from portal.domain.accounts.models import Person
from portal.domain.address_book import queries as address_book
from portal.domain.announcements.queries import FOR_PERSON, reader
from portal.domain.announcements.types import Banner
from portal.domain.appointments import queries as appointments
from portal.domain.appointments import question_queries as questions
from portal.domain.appointments import waiting_queries as waiting
from portal.domain.appointments.queries import NextVisit
from portal.domain.connections import ending, profile_changes, requests
from portal.domain.connections.rules import TOLD_FOR
from portal.domain.export import queries as exports
from portal.domain.export.rules import KEPT
from portal.domain.messaging import queries as messaging
from portal.domain.viewer import Viewer
from portal.kernel import clock, database
from portal.kernel.database import Moment

#: What the features tell: selects of kind, count, first_at (a date). Values: person_id, today, told_since,
#: copies_since.
SUMMARIES: tuple[Select[*tuple[Any, ...]], ...] = (
    messaging.SUMMARY,
    waiting.FREE,
    questions.ANSWERED,
    requests.NO_OFFICE,
    requests.DECLINED,
    ending.ENDED,
    profile_changes.LEFT,
    address_book.SUMMARY,
    exports.READY,
)


class Line(NamedTuple):
    """Something that a feature has for the person: how many of a kind, and from when the first is."""

    kind: str
    number: int
    first_at: date | None


class Home(NamedTuple):
    """All that home shows. `called`: the name that the person goes by."""

    called: str
    banners: list[Banner]
    lines: list[Line]
    next_visit: NextVisit | None


class _Row(NamedTuple):
    """One row of any sort; `sort` says which columns are filled."""

    sort: str
    number: int | None
    first_at: date | None
    public_id: UUID | None
    office: str | None
    starts_at: datetime | None
    title: str | None
    body: str | None
    title_es: str | None
    body_es: str | None
    state: str | None
    by_video: bool | None
    cancel_asked_at: datetime | None
    checked_in_at: datetime | None


_EMPTY: dict[str, Any] = {
    "sort": String(),
    "number": Integer(),
    "first_at": Date(),
    "public_id": Uuid(),
    "office": String(),
    "starts_at": Moment(),
    "title": String(),
    "body": Text(),
    "title_es": String(),
    "body_es": Text(),
    "state": String(),
    "by_video": Boolean(),
    "cancel_asked_at": Moment(),
    "checked_in_at": Moment(),
}


#: Where the columns of NEXT stand.
_OF_VISIT = (
    *("public_id", "starts_at", "office", "title", "title_es", "body", "body_es"),
    *("state", "number", "by_video", "cancel_asked_at", "checked_in_at"),
)


def _row(**filled: Any) -> list[Any]:
    """The columns of `_Row`; what is not filled is an empty value of its type (PostgreSQL wants to know)."""
    return [filled.get(name, cast(null(), kind)).label(name) for name, kind in _EMPTY.items()]


def _whole(summaries: tuple[Select[*tuple[Any, ...]], ...]) -> CompoundSelect[Any]:
    person = select(*_row(sort=literal("person"), title=func.coalesce(Person.preferred, Person.given)))
    visit = appointments.NEXT.subquery("next_visit")
    banners, told = FOR_PERSON.subquery("banner"), [summary.subquery() for summary in summaries]
    return union_all(
        person.where(Person.id == bindparam("person_id")),
        select(*_row(sort=literal("banner"), **dict(banners.c.items()))),
        select(*_row(sort=literal("visit"), **dict(zip(_OF_VISIT, visit.c, strict=True)))),
        *(select(*_row(sort=found.c.kind, number=found.c["count"], first_at=found.c.first_at)) for found in told),
    )


_HOME = _whole(SUMMARIES)
_NO_LINES = {"banner", "person", "visit"}


def home_of(viewer: Viewer, now: datetime) -> Home:
    """What waits for the person, the next visit, banners oldest first, other things in the order of their features."""
    moments = {
        "now": now,
        "today": clock.today(viewer.time_zone),
        "told_since": now - TOLD_FOR,
        "copies_since": now - KEPT,
        "still": now - appointments.LATE,
        "answered_since": now - questions.NEW_FOR,
    }
    rows = database.read(_Row, _HOME, person_id=viewer.person_id, **moments, **reader(viewer))
    banners = [Banner._make(row[3:10]) for row in rows if row.sort == "banner"]
    called = next(row.title for row in rows if row.sort == "person")
    lines = [Line(row.sort, row.number or 0, row.first_at) for row in rows if row.sort not in _NO_LINES]
    visits = [NextVisit(*(getattr(row, name) for name in _OF_VISIT)) for row in rows if row.sort == "visit"]
    return Home(
        called or "", sorted(banners, key=lambda banner: banner.starts_at), lines, visits[0] if visits else None
    )
