"""Two charts of one person become one: links move, rows stay, and it can be undone (MODEL, People)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from portal.domain.accounts.models import Person, StaffMember
from portal.domain.charts import actions as charts
from portal.domain.charts import following, queries, rules
from portal.domain.charts.models import Chart, ChartMerge, MovedLink
from portal.domain.charts.types import OpenChart
from portal.domain.connections.models import CareTeamMember, Connection, ProfileChange
from portal.domain.viewer import StaffViewer
from portal.kernel import database
from portal.kernel.refusal import Missing, refuse_if

_SECTION = "charts"
_OWN_KINDS = {"connection", "ended", "care_team", "change"}
_merged = aliased(Chart)
_OPEN = (
    select(
        ChartMerge.public_id,
        ChartMerge.at,
        (StaffMember.given + " " + StaffMember.family).label("author"),
        _merged.number,
        _merged.given,
        _merged.family,
        _merged.birth_date,
    )
    .join(_merged, _merged.id == ChartMerge.merged_id)
    .join(StaffMember, StaffMember.id == ChartMerge.staff_member_id)
    .where(
        ChartMerge.office_id == bindparam("office_id"),
        ChartMerge.kept_id == bindparam("kept_id"),
        ChartMerge.undone_at.is_(None),
    )
    .order_by(ChartMerge.id.desc())
)
_ACCOUNTS = (
    select(Connection.chart_id, Person.id.label("person_id"), (Person.given + " " + Person.family).label("name"))
    .join(Person, Person.id == Connection.person_id)
    .where(
        Connection.office_id == bindparam("office_id"),
        Connection.chart_id.in_([bindparam("one"), bindparam("other")]),
        Connection.ended_at.is_(None),
    )
)


class Merged(NamedTuple):
    """A chart that was merged into another one, by whom and when."""

    public_id: UUID
    at: datetime
    author: str
    number: str
    given: str
    family: str
    birth_date: date

    @property
    def name(self) -> str:
        """Oakhurst, Maribel."""
        return f"{self.family}, {self.given}"


class Connected(NamedTuple):
    """Whose account is connected to a chart."""

    chart_id: int
    person_id: int
    name: str


def open_merges_of(viewer: StaffViewer, chart: OpenChart) -> list[Merged]:
    """The charts that this one took the place of, latest first."""
    return database.read(Merged, _OPEN, office_id=viewer.office_id, kept_id=chart.id)


def accounts_of(viewer: StaffViewer, one: OpenChart, other: OpenChart) -> dict[int, Connected]:
    """Whose accounts are connected to two charts, by inner id of the chart."""
    found = database.read(Connected, _ACCOUNTS, office_id=viewer.office_id, one=one.id, other=other.id)
    return {row.chart_id: row for row in found}


def compare(viewer: StaffViewer, chart: OpenChart, other_id: UUID | None, number: str | None) -> OpenChart:
    """Open the chart that another one is to be merged with, by its outer id or its number; the look is written down.

    Raises:
        Missing: there is none in the viewer's office, or it is the same one.
        Refused: not theirs to do.
    """
    refuse_if(rules.why_not_merge_at_all(viewer.role))
    if other_id is None:
        other_id = database.session().scalar(
            select(Chart.public_id).where(Chart.office_id == viewer.office_id, Chart.number == number)
        )
    if other_id is None or other_id == chart.public_id:
        raise Missing
    other = queries.chart_of(viewer, other_id)
    charts.record_at(other, "chart.viewed", by=viewer, section=_SECTION)
    return other


def merge(viewer: StaffViewer, kept_id: UUID, merged_id: UUID, *, now: datetime) -> None:
    """Let one chart take the place of another. Its demographics count; connections and care team of both come together.

    Raises:
        Missing: one of them is not there, or another office's.
        Refused: not theirs to do; one chart is merged already; or two people's accounts are connected.
    """
    refuse_if(rules.why_not_merge_at_all(viewer.role))
    kept, merged = _both(viewer, kept_id, merged_id)
    theirs = {chart.id: _open_connection(chart) for chart in (kept, merged)}
    refuse_if(
        rules.why_not_merge(
            same=kept.id == merged.id,
            merged_before=kept.merged_into_id is not None or merged.merged_into_id is not None,
            people={one.person_id for one in theirs.values() if one is not None},
        )
    )
    done = ChartMerge(
        office_id=kept.office_id, kept_id=kept.id, merged_id=merged.id, staff_member_id=viewer.actor.id, at=now
    )
    session = database.session()
    session.add(done)
    session.flush()
    _move_connection(done, theirs[kept.id], theirs[merged.id], now)
    _move_care_team(done)
    _move_waiting(done, now)
    following.move(done)
    if kept.person_id is None and merged.person_id is not None:
        kept.person_id, done.gave_person = merged.person_id, True
    merged.merged_into_id = kept.id
    session.flush()
    _write_down(viewer, kept, merged, ("merged", "merged_away"), now)


def undo(viewer: StaffViewer, kept_id: UUID, merge_id: UUID, *, now: datetime) -> None:
    """Part two charts again: what was moved goes back, where it is still there. Undone twice is undone once.

    Raises:
        Missing: there was no such merge into this chart of the viewer's office.
        Refused: not theirs to do, or the chart was merged into a third one since: that is undone first.
    """
    refuse_if(rules.why_not_merge_at_all(viewer.role))
    kept = charts.for_update(viewer, kept_id)
    session = database.session()
    done = session.scalar(
        select(ChartMerge).where(ChartMerge.public_id == merge_id, ChartMerge.kept_id == kept.id).with_for_update()
    )
    if done is None:
        raise Missing
    if done.undone_at is not None:
        return
    refuse_if(rules.why_not_undo(kept.merged_into_id))
    merged = session.get_one(Chart, done.merged_id, with_for_update=True)
    is_connected = _open_connection(kept) is not None
    for link in session.scalars(select(MovedLink).where(MovedLink.merge_id == done.id)):
        _move_back(done, link, is_connected=is_connected)
    session.flush()
    if done.gave_person and kept.person_id == merged.person_id and _open_connection(kept) is None:
        kept.person_id = None
    merged.merged_into_id, done.undone_at = None, now
    session.flush()
    _write_down(viewer, kept, merged, ("unmerged", "unmerged"), now)


def _both(viewer: StaffViewer, kept_id: UUID, merged_id: UUID) -> tuple[Chart, Chart]:
    """Both charts, held in the same order whoever asks, so that two merges never wait for each other."""
    held = {public_id: charts.for_update(viewer, public_id) for public_id in sorted({kept_id, merged_id})}
    return held[kept_id], held[merged_id]


def _open_connection(chart: Chart) -> Connection | None:
    return database.session().scalar(
        select(Connection).where(
            Connection.office_id == chart.office_id, Connection.chart_id == chart.id, Connection.ended_at.is_(None)
        )
    )


def _move_connection(done: ChartMerge, kept: Connection | None, merged: Connection | None, now: datetime) -> None:
    if merged is None:
        return
    if kept is None:
        merged.chart_id = done.kept_id
    else:  # the same person's: one is enough
        merged.ended_at = now
    _remember(done, "connection" if kept is None else "ended", merged.id)


def _move_care_team(done: ChartMerge) -> None:
    """Those who look after the person in the one chart and not in the other."""
    team = select(CareTeamMember).where(CareTeamMember.office_id == done.office_id)
    session = database.session()
    there = {one.provider_id for one in session.scalars(team.where(CareTeamMember.chart_id == done.kept_id))}
    for one in session.scalars(team.where(CareTeamMember.chart_id == done.merged_id)):
        if one.provider_id not in there:
            one.chart_id = done.kept_id
            _remember(done, "care_team", one.id)


def _move_waiting(done: ChartMerge, now: datetime) -> None:
    """Changes of the person's profile that wait for the office's answer; the same one is asked once."""
    waiting = select(ProfileChange).filter_by(office_id=done.office_id, state="waiting")
    session = database.session()
    there = {one.field for one in session.scalars(waiting.filter_by(chart_id=done.kept_id))}
    for one in session.scalars(waiting.filter_by(chart_id=done.merged_id)):
        if one.field in there:
            one.state, one.answered_at = "gone", now
        else:
            one.chart_id = done.kept_id
            _remember(done, "change", one.id)


def _remember(done: ChartMerge, kind: str, link_id: int) -> None:
    database.session().add(MovedLink(merge_id=done.id, kind=kind, link_id=link_id))


def _move_back(done: ChartMerge, link: MovedLink, *, is_connected: bool) -> None:
    """A second connection opens again only while the first one is: not after the person left the portal."""
    row = _linked(link)
    if row is None:
        return
    if isinstance(row, Connection) and link.kind == "ended" and is_connected:
        row.ended_at = None
    is_answered = isinstance(row, ProfileChange) and row.state != "waiting"
    if row.chart_id == done.kept_id and not is_answered:
        row.chart_id = done.merged_id


def _linked(link: MovedLink) -> Any | None:
    session = database.session()
    if link.kind not in _OWN_KINDS:
        return following.row_of(link)
    if link.kind == "care_team":
        return session.get(CareTeamMember, link.link_id)
    return session.get(ProfileChange if link.kind == "change" else Connection, link.link_id)


def _write_down(viewer: StaffViewer, kept: Chart, merged: Chart, deeds: tuple[str, str], now: datetime) -> None:
    """In the history of both charts, and in the audit of both."""
    charts.note_change(viewer, kept, now, deeds[0], after=merged.number)
    charts.note_change(viewer, merged, now, deeds[1], after=kept.number)
    for chart in (kept, merged):
        charts.record_at(chart, f"charts.{deeds[0]}", by=viewer)
