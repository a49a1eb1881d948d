from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Integer, String, Uuid, and_, bindparam, exists, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from portal.domain.accounts.models import StaffMember
from portal.domain.audit.models import AuditEntry
from portal.domain.charts import names
from portal.domain.charts.models import Chart, ChartChange
from portal.domain.charts.rules import MOST_FOUND, is_alike
from portal.domain.charts.types import Access, Change, Demographics, Found, Meanwhile, OpenChart, Wanted
from portal.domain.practices.models import Office
from portal.domain.viewer import StaffViewer
from portal.kernel import database, paging
from portal.kernel.database import Moment
from portal.kernel.paging import Page
from portal.kernel.refusal import Missing
from portal.kernel.rows import Flat

#: The chart that took another's place.
KEPT = aliased(Chart)
_BEFORE_FACTS = ("id", "public_id", "office_id", "person_id", "number", "version")
#: The columns of OpenChart, in its order; KEPT is to be joined.
OPEN_CHART = (
    *(getattr(Chart, name) for name in _BEFORE_FACTS),
    KEPT.public_id.label("merged_into"),
    *(getattr(Chart, name) for name in Demographics._fields),
)
_FOUND = tuple(getattr(Chart, name) for name in Found._fields)
_LIST = select(*_FOUND).where(Chart.office_id == bindparam("office_id")).order_by(Chart.name_key, Chart.id)
_SOME = _LIST.limit(MOST_FOUND + 1)
_MORE_WORDS = 3
#: Lines on a page of a chart's history or access log.
PAGE = 50
#: The part of a chart that shows its access log. Looks at that stand in the audit and not in the log.
ACCESS_LOG = "access_log"


def _begins(key: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Begins with the first word, and has the others anywhere at the beginning of a word."""
    others = ((" " + key).like(bindparam(f"word{number}", type_=String())) for number in range(1, _MORE_WORDS + 1))
    return and_(key >= bindparam("low", type_=String()), key < bindparam("high", type_=String()), *others)


_BORN = _SOME.where(Chart.birth_date == bindparam("born", type_=Date()), Chart.merged_into_id.is_(None))
_NUMBERED = _SOME.where(
    or_(
        Chart.number.in_([bindparam("number"), bindparam("other_number")]),
        Chart.phone_on_file == bindparam("phone", type_=String()),
    )
)
#: Who may be the same person: born on that day, or called at that phone. Families share phones, so there are few.
_ALIKE = _LIST.where(
    or_(Chart.birth_date == bindparam("born", type_=Date()), Chart.phone_on_file == bindparam("phone", type_=String())),
    Chart.merged_into_id.is_(None),
).limit(200)
_ONE = (
    select(*OPEN_CHART)
    .outerjoin(KEPT, KEPT.id == Chart.merged_into_id)
    .where(Chart.public_id == bindparam("public_id"), Chart.office_id == bindparam("office_id"))
)
_CHANGES = (
    select(
        ChartChange.at,
        ChartChange.version,
        ChartChange.field,
        ChartChange.before,
        ChartChange.after,
        (StaffMember.given + " " + StaffMember.family).label("author"),
    )
    .join(StaffMember, StaffMember.id == ChartChange.staff_member_id)
    .where(ChartChange.office_id == bindparam("office_id"), ChartChange.chart_id == bindparam("chart_id"))
)
_LATEST_CHANGES = (
    _CHANGES.where(ChartChange.at < bindparam("before", type_=Moment()))
    .order_by(ChartChange.at.desc(), ChartChange.id.desc())
    .limit(PAGE + 1)
)
_CHANGES_SINCE = _CHANGES.where(ChartChange.version > bindparam("version", type_=Integer())).order_by(ChartChange.id)
_ACCESSES = (
    select(
        AuditEntry.at,
        AuditEntry.event,
        AuditEntry.section,
        (StaffMember.given + " " + StaffMember.family).label("author"),
    )
    .join(StaffMember, StaffMember.id == AuditEntry.actor_id)
    .where(
        AuditEntry.office_id == bindparam("office_id"),
        AuditEntry.about == bindparam("about", type_=Uuid()),
        AuditEntry.actor_kind == "staff",
        AuditEntry.section != ACCESS_LOG,
        AuditEntry.at < bindparam("before", type_=Moment()),
    )
    .order_by(AuditEntry.at.desc(), AuditEntry.seq.desc())
    .limit(PAGE + 1)
)
#: For the office's Today: nobody has a chart yet. Columns kind, number; value office_id.
NO_CHART = select(literal("no_chart").label("kind"), literal(1).label("number")).where(
    Office.id == bindparam("office_id"), ~exists().where(Chart.office_id == Office.id)
)
_NAMED = _SOME.where(or_(_begins(Chart.name_key), _begins(Chart.given_key)), Chart.merged_into_id.is_(None))


def opened_from(columns: Sequence[Any]) -> OpenChart:
    """The chart of a row of OPEN_CHART."""
    before = len(_BEFORE_FACTS) + 1
    return OpenChart._make([*columns[:before], Demographics._make(columns[before:])])


def found_by(viewer: StaffViewer, wanted: Wanted) -> list[Found]:
    """The office's charts that a search is for, by name: MOST_FOUND + 1 at most, so that one more says "and others"."""
    office = {"office_id": viewer.office_id}
    if wanted.born:
        return database.read(Found, _BORN, born=wanted.born, **office)
    if wanted.numbers[0]:
        number, other = wanted.numbers
        return database.read(Found, _NUMBERED, number=number, other_number=other, phone=wanted.phone, **office)
    first, *others = wanted.words
    patterns = [f"% {word}%" for word in others[:_MORE_WORDS]]
    patterns += ["%"] * (_MORE_WORDS - len(patterns))
    words = {f"word{number}": pattern for number, pattern in enumerate(patterns, 1)}
    return database.read(Found, _NAMED, low=first, high=first + names.END, **words, **office)


def chart_of(viewer: StaffViewer, public_id: UUID) -> OpenChart:
    """A chart of the viewer's office.

    Raises:
        Missing: it is not there, or another office's.
    """
    row = database.read_one(Flat, _ONE, public_id=public_id, office_id=viewer.office_id)
    if row is None:
        raise Missing
    return opened_from(row)


def alike(viewer: StaffViewer, facts: Demographics) -> list[Found]:
    """The office's charts that may be of the same person, by name."""
    found = database.read(Found, _ALIKE, office_id=viewer.office_id, born=facts.birth_date, phone=facts.phone_on_file)
    return [one for one in found if is_alike(facts, one)]


def changes_of(viewer: StaffViewer, chart: OpenChart, before: datetime = paging.NEWEST) -> Page[Change]:
    """The changes of a chart before a moment, newest first; what was saved together is on one page."""
    values = {"office_id": viewer.office_id, "chart_id": chart.id, "before": before}
    return paging.cut(database.read(Change, _LATEST_CHANGES, **values), PAGE)


def accesses_of(viewer: StaffViewer, chart: OpenChart, before: datetime = paging.NEWEST) -> Page[Access]:
    """What staff of the office did with a chart before a moment, newest first, out of the audit."""
    values = {"office_id": viewer.office_id, "about": chart.public_id, "before": before}
    return paging.cut(database.read(Access, _ACCESSES, **values), PAGE)


def since(viewer: StaffViewer, chart: OpenChart, version: int) -> Meanwhile:
    """What was saved since a version, for whom has that version open."""
    changes = database.read(Change, _CHANGES_SINCE, office_id=viewer.office_id, chart_id=chart.id, version=version)
    opened_with: dict[str, str | None] = {}
    for change in changes:
        opened_with.setdefault(change.field, change.before)
    return Meanwhile(chart, {name: text for name, text in opened_with.items() if name in Demographics._fields})
