from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from secrets import randbelow
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.domain.audit.actions import append, record_apart, record_list
from portal.domain.charts import queries, rules
from portal.domain.charts.models import Chart, ChartChange
from portal.domain.charts.types import Demographics, Found, OpenChart, Wanted, text_of
from portal.domain.sign_in import throttles
from portal.domain.sign_in.rules import Limit
from portal.domain.viewer import Head, StaffViewer
from portal.kernel import clock, database
from portal.kernel.refusal import Missing, Refusal, Refused, Stale, refuse_if

#: More than a busy front desk needs, less than somebody who copies the clinic name by name.
_SEARCHES = (Limit(most=60, window=timedelta(minutes=5)), Limit(most=1000, window=timedelta(days=1)))


_TRIES = 20


def count_a_search(viewer: StaffViewer, now: datetime) -> Refusal | None:
    """Take one search from what this member of staff may do in a while. Outside of any transaction."""
    buckets = [(f"charts:{place}:{viewer.actor.id}", limit) for place, limit in enumerate(_SEARCHES)]
    return throttles.take_a_try(buckets, now)


def search(viewer: StaffViewer, wanted: Wanted) -> list[Found]:
    """As `queries.found_by`; that those charts were shown is written down.

    Raises:
        Refused: it would show too many.
    """
    refuse_if(rules.why_not_search(wanted))
    found = queries.found_by(viewer, wanted)
    shown = {one.public_id: one.person_id for one in found[: rules.MOST_FOUND]}
    record_list("charts.searched", by=viewer, subjects=shown, section="charts")
    return found


def note_alike(viewer: StaffViewer, found: Collection[Found]) -> None:
    """Write down that somebody was shown charts that are alike."""
    if found:
        record_list(
            "charts.compared", by=viewer, subjects={one.public_id: one.person_id for one in found}, section="charts"
        )


def create(
    viewer: StaffViewer, facts: Demographics, *, number: str | None, seen: Collection[UUID], now: datetime
) -> UUID:
    """Open a new chart, with the office's own number or the next free one. Its outer id.

    `seen`: the charts that are alike and that the viewer has been shown.

    Raises:
        Refused: not theirs to do, nobody is born on that day, the number is taken, or there are charts alike that were
            not seen.
    """
    refuse_if(rules.why_not_write(viewer.role))
    refuse_if(rules.why_not_born(facts.birth_date, clock.today(viewer.time_zone)))
    refuse_if(rules.why_not_create(queries.alike(viewer, facts), seen))
    chart = _inserted(viewer, facts, number)
    note_change(viewer, chart, now, "created")
    record_at(chart, "chart.created", by=viewer)
    return chart.public_id


def change(viewer: StaffViewer, public_id: UUID, facts: Demographics, *, version: int, now: datetime) -> None:
    """Save what somebody typed over what they had opened. What was before stands in the chart's history.

    Raises:
        Missing: it is not there, or another office's.
        Refused: not theirs to do, nobody is born on that day, or the chart was merged into another one.
        Stale: somebody saved something else since `version`; `theirs` is a Meanwhile.
    """
    chart = for_update(viewer, public_id)
    refuse_if(rules.why_not_write(viewer.role))
    refuse_if(rules.why_not_change(chart.merged_into_id))
    refuse_if(rules.why_not_born(facts.birth_date, clock.today(viewer.time_zone)))
    before = {name: getattr(chart, name) for name in Demographics._fields}
    changed = {name: value for name, value in facts._asdict().items() if value != before[name]}
    if not changed:
        return
    if version != chart.version:
        raise Stale(queries.since(viewer, queries.chart_of(viewer, public_id), version))
    for name, value in changed.items():
        setattr(chart, name, value)
    database.session().flush()
    for name, value in changed.items():
        note_change(viewer, chart, now, name, before[name], value)
    record_at(chart, "chart.changed", by=viewer)


def for_update(viewer: StaffViewer, public_id: UUID) -> Chart:
    """A chart of the viewer's office, held until the transaction ends.

    Raises:
        Missing: it is not there, or another office's.
    """
    chart = database.session().scalar(
        select(Chart).where(Chart.public_id == public_id, Chart.office_id == viewer.office_id).with_for_update()
    )
    if chart is None:
        raise Missing
    return chart


def note_change(
    viewer: StaffViewer,
    chart: Chart,
    now: datetime,
    field: str,
    before: date | str | None = None,
    after: date | str | None = None,
) -> None:
    """A line of the chart's history."""
    database.session().add(
        ChartChange(
            office_id=chart.office_id,
            chart_id=chart.id,
            staff_member_id=viewer.actor.id,
            at=now,
            version=chart.version,
            field=field,
            before=text_of(before),
            after=text_of(after),
        )
    )


def record_at(chart: Chart | OpenChart, event: str, *, by: StaffViewer, section: str = "charts") -> None:
    """The audit line of what staff did to a chart: in the chain of its person, or in their own while it is nobody's."""
    chain = ("person", chart.person_id) if chart.person_id else by.subject
    append(event, chain=chain, actor=by.actor, office_id=by.office_id, about=chart.public_id, section=section)


def note_look(viewer: StaffViewer, chart: UUID, person_id: int | None, head: Head, section: str) -> None:
    """Staff saw something of a chart: that is written down before it is sent, outside any transaction.

    It stands in the chain of the chart's person, whose end is `head`, or in the viewer's own while it is nobody's yet.
    `chart`: the outer id.
    """
    chain, end = (("person", person_id), head) if person_id else (viewer.subject, viewer.chain)
    record_apart(
        "chart.viewed",
        chain=chain,
        actor=viewer.actor,
        head=end,
        office_id=viewer.office_id,
        about=chart,
        section=section,
    )


def _inserted(viewer: StaffViewer, facts: Demographics, number: str | None) -> Chart:
    """The row. The database says whether a number is taken; one of our own choosing is chosen again then."""
    for _ in range(_TRIES):
        chart = Chart(
            public_id=uuid4(),
            office_id=viewer.office_id,
            number=number or str(1_000_000 + randbelow(9_000_000)),
            **facts._asdict(),
        )
        try:
            with database.session().begin_nested():
                database.session().add(chart)
            return chart
        except IntegrityError:
            if number:
                raise Refused(Refusal("number_taken")) from None
    raise database.Unavailable("no free chart number")
