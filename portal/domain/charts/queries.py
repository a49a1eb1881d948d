from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Date, String, and_, bindparam, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from portal.domain.charts import names
from portal.domain.charts.models import Chart
from portal.domain.charts.rules import MOST_FOUND
from portal.domain.charts.types import Demographics, Found, OpenChart, Wanted
from portal.domain.viewer import StaffViewer
from portal.kernel import database

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
