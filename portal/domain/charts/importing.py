"""Taking in the list of people of another program: read and told first, done when somebody has looked at it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from secrets import randbelow
from typing import Any, NamedTuple, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, bindparam, select

from portal.domain.audit.actions import record, record_list
from portal.domain.charts import reading, rules
from portal.domain.charts.models import Chart, ChartChange, ChartImport
from portal.domain.charts.reading import BadLine, GoodLine, Read
from portal.domain.charts.types import Demographics, Found, text_of
from portal.domain.viewer import StaffViewer
from portal.formats import csv_table
from portal.kernel import clock, database, secrets
from portal.kernel.refusal import Missing, Refusal, Refused, refuse_if

_AT_ONCE = 400
_FOUND = tuple(getattr(Chart, name) for name in Found._fields)
_ONE = select(ChartImport.at, ChartImport.content, ChartImport.charts).where(
    ChartImport.public_id == bindparam("public_id"), ChartImport.office_id == bindparam("office_id")
)
One = TypeVar("One")


class Double(NamedTuple):
    """A line that may be somebody who has a chart (`chart`, with name and number), or who stands on another `line`."""

    line: int
    name: str
    chart: UUID | None
    number: str
    other: int | None


class Report(NamedTuple):
    """An uploaded list as it stands. `content` None: it was taken in, and `charts` were created."""

    at: datetime
    content: Read | None
    doubles: list[Double]
    charts: int | None


class _Row(NamedTuple):
    at: datetime
    content: bytes | None
    charts: int | None


def upload(viewer: StaffViewer, data: bytes, *, now: datetime) -> UUID:
    """Read a file and keep what was read until somebody has looked at it. No chart is created yet.

    Raises:
        Refused: not theirs to do, or the file is no list of people; the reason says why.
    """
    refuse_if(rules.why_not_import(viewer.role))
    try:
        table = csv_table.read(data, reading.MOST_LINES)
    except csv_table.Unreadable as unreadable:
        raise Refused(Refusal(f"import_{unreadable.code}")) from unreadable
    found = _sorted_out(viewer, reading.read(table, clock.today(viewer.time_zone)))
    doubles = _doubles(viewer, found.good)
    row = ChartImport(public_id=uuid4(), office_id=viewer.office_id, staff_member_id=viewer.actor.id, at=now)
    row.content = secrets.seal("imports", _packed(found, doubles), row.public_id.hex)
    database.session().add(row)
    database.session().flush()
    record("charts.uploaded", by=viewer, about=row.public_id, section="charts")
    return row.public_id


def report_of(viewer: StaffViewer, public_id: UUID) -> Report:
    """An uploaded list of the viewer's office.

    Raises:
        Missing: it is not there (any more), or another office's.
    """
    row = database.read_one(_Row, _ONE, public_id=public_id, office_id=viewer.office_id)
    if row is None:
        raise Missing
    if row.content is None:
        return Report(row.at, None, [], row.charts)
    return Report(row.at, *_unpacked(secrets.unseal("imports", row.content, public_id.hex)), None)


def confirm(viewer: StaffViewer, public_id: UUID, *, with_doubles: bool, now: datetime) -> int:
    """Create the charts of an uploaded list; how many. `with_doubles`: also those who may have one already.

    Raises:
        Missing: it is not there (any more), or another office's.
        Refused: not theirs to do, or done already.
    """
    refuse_if(rules.why_not_import(viewer.role))
    row = database.session().scalar(
        select(ChartImport)
        .where(ChartImport.public_id == public_id, ChartImport.office_id == viewer.office_id)
        .with_for_update()
    )
    if row is None:
        raise Missing
    if row.content is None:
        raise Refused(Refusal("import_done"))
    found, _ = _unpacked(secrets.unseal("imports", row.content, public_id.hex))
    lines = _sorted_out(viewer, found).good  # somebody may have taken a number meanwhile
    if not with_doubles:
        left_out = {one.line for one in _doubles(viewer, lines)}
        lines = [one for one in lines if one.line not in left_out]
    _create(viewer, lines, now)
    row.content, row.charts = None, len(lines)
    return len(lines)


def _create(viewer: StaffViewer, lines: list[GoodLine], now: datetime) -> None:
    free = _free_numbers(viewer, sum(one.number is None for one in lines))
    charts = [
        Chart(public_id=uuid4(), office_id=viewer.office_id, number=one.number or next(free), **one.facts._asdict())
        for one in lines
    ]
    session = database.session()
    session.add_all(charts)
    session.flush()
    session.add_all(
        ChartChange(
            office_id=chart.office_id,
            chart_id=chart.id,
            staff_member_id=viewer.actor.id,
            at=now,
            version=chart.version,
            field="imported",
        )
        for chart in charts
    )
    record_list("charts.imported", by=viewer, subjects={chart.public_id: None for chart in charts}, section="charts")


def _free_numbers(viewer: StaffViewer, how_many: int) -> Iterator[str]:
    """So many numbers of our own choosing that no chart of the office has."""
    drawn: set[str] = set()
    while len(drawn) < how_many:
        more = {str(1_000_000 + randbelow(9_000_000)) for _ in range(how_many - len(drawn))} - drawn
        drawn |= more - _taken(viewer, more)
    return iter(drawn)


def _taken(viewer: StaffViewer, numbers: Iterable[str]) -> set[str]:
    statement = select(Chart.number).where(Chart.office_id == viewer.office_id)
    found: set[str] = set()
    for some in _batches(numbers):
        found |= set(database.session().scalars(statement.where(Chart.number.in_(some))))
    return found


def _sorted_out(viewer: StaffViewer, found: Read) -> Read:
    """Lines whose number another chart or another line has are bad lines."""
    taken = _taken(viewer, {one.number for one in found.good if one.number})
    good: list[GoodLine] = []
    bad = list(found.bad)
    for one in found.good:
        if one.number in taken:
            bad.append(BadLine(one.line, [Refusal("line_number_taken", number=one.number)], _cells(one)))
            continue
        good.append(one)
        if one.number:
            taken.add(one.number)
    return found._replace(good=good, bad=sorted(bad, key=lambda one: one.line))


def _cells(line: GoodLine) -> list[str]:
    facts = line.facts
    return [line.number or "", facts.given, facts.family, facts.birth_date.isoformat(), facts.phone_on_file or ""]


def _doubles(viewer: StaffViewer, lines: list[GoodLine]) -> list[Double]:
    """Lines that may be of somebody who has a chart, or of whom an earlier line is."""
    there = _by_key(_near(viewer, lines))
    before: dict[Any, list[tuple[GoodLine, Found]]] = {}
    doubles = []
    for line in lines:
        facts, keys = line.facts, (line.facts.birth_date, line.facts.phone_on_file or line.line)
        charts = [one for key in keys for one in there.get(key, ()) if rules.is_alike(facts, one)]
        others = [one for key in keys for one, row in before.get(key, ()) if rules.is_alike(facts, row)]
        name = f"{facts.family}, {facts.given}"
        if charts:
            doubles.append(Double(line.line, name, charts[0].public_id, charts[0].number, None))
        elif others:
            doubles.append(Double(line.line, name, None, "", others[0].line))
        for key in keys:
            before.setdefault(key, []).append((line, _as_found(facts)))
    return doubles


def _as_found(facts: Demographics) -> Found:
    return Found(UUID(int=0), None, "", facts.given, facts.family, None, facts.birth_date, facts.phone_on_file, None)


def _near(viewer: StaffViewer, lines: list[GoodLine]) -> list[Found]:
    """The office's charts with a birth date or a phone of the list."""
    days = {one.facts.birth_date for one in lines}
    phones = {one.facts.phone_on_file for one in lines if one.facts.phone_on_file}
    conditions: list[ColumnElement[bool]] = [Chart.birth_date.in_(some) for some in _batches(days)]
    conditions += [Chart.phone_on_file.in_(some) for some in _batches(phones)]
    here = select(*_FOUND).where(Chart.office_id == viewer.office_id, Chart.merged_into_id.is_(None))
    found: dict[UUID, Found] = {}
    for condition in conditions:
        rows = database.session().execute(here.where(condition)).all()
        found |= {row.public_id: Found._make(row) for row in rows}
    return list(found.values())


def _by_key(found: Iterable[Found]) -> dict[Any, list[Found]]:
    keyed: dict[Any, list[Found]] = {}
    for one in found:
        for key in (one.birth_date, one.phone_on_file):
            keyed.setdefault(key, []).append(one)
    return keyed


def _batches(values: Iterable[One]) -> Iterator[list[One]]:
    rest = iter(values)
    while some := list(islice(rest, _AT_ONCE)):
        yield some


def _packed(found: Read, doubles: list[Double]) -> bytes:
    return json.dumps(
        {
            "good": [[one.line, one.number, [text_of(value) for value in one.facts]] for one in found.good],
            "bad": [[one.line, [[why.code, why.facts] for why in one.problems], one.cells] for one in found.bad],
            "header": found.header,
            "unused": found.unused,
            "doubles": [[*one[:2], one.chart.hex if one.chart else None, *one[3:]] for one in doubles],
        }
    ).encode()


def _unpacked(packed: bytes) -> tuple[Read, list[Double]]:
    content = json.loads(packed)
    good = [GoodLine(line, number, _facts(texts)) for line, number, texts in content["good"]]
    bad = [BadLine(line, [Refusal(code, **facts) for code, facts in why], cells) for line, why, cells in content["bad"]]
    doubles = [
        Double(line, name, UUID(chart) if chart else None, number, other)
        for line, name, chart, number, other in content["doubles"]
    ]
    return Read(good, bad, content["header"], content["unused"]), doubles


def _facts(texts: list[Any]) -> Demographics:
    facts = Demographics._make(texts)
    return facts._replace(birth_date=date.fromisoformat(str(facts.birth_date)))
