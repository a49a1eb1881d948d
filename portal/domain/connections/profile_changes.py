"""Changes of a profile on their way into the charts of its offices (ACC-5): told, then taken or left field by field.

An account's own phone and a chart's phone on file never change each other silently: here somebody of the office
looks at it and takes it, or does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, bindparam, cast, func, literal, null, select

from portal.domain.accounts.models import Account
from portal.domain.accounts.types import Profile
from portal.domain.audit.actions import append
from portal.domain.charts import actions as charts
from portal.domain.charts.models import Chart
from portal.domain.charts.types import Demographics, OpenChart
from portal.domain.connections import rules
from portal.domain.connections.models import Connection, ProfileChange
from portal.domain.connections.types import Bond, Change, ChangedChart, MyChange, WhyLeft
from portal.domain.outbox.actions import queue
from portal.domain.practices.models import Office
from portal.domain.viewer import Actor, StaffViewer, Viewer
from portal.kernel import database
from portal.kernel.refusal import Refusal, Refused, refuse_if

_SECTION = "connections"
_WAITS = (ProfileChange.state == "waiting", ProfileChange.office_id == bindparam("office_id"))
_AT_CHART = (
    select(ProfileChange.public_id, ProfileChange.field, ProfileChange.after, ProfileChange.told_at)
    .where(*_WAITS, ProfileChange.chart_id == bindparam("chart_id"))
    .order_by(ProfileChange.id)
)
_CHARTS = (
    select(
        Chart.public_id,
        Chart.number,
        func.count().label("changes"),
        func.min(ProfileChange.told_at).label("since"),
    )
    .select_from(ProfileChange)
    .join(Chart, Chart.id == ProfileChange.chart_id)
    .where(*_WAITS)
    .group_by(Chart.id, Chart.public_id, Chart.number)
    .order_by(func.min(ProfileChange.id))
    .limit(100)
)
_MINE = (
    select(
        Office.name.label("office"),
        Office.phone,
        ProfileChange.field,
        ProfileChange.after,
        ProfileChange.state,
        ProfileChange.told_at,
        ProfileChange.answered_at,
        ProfileChange.why,
        ProfileChange.note,
    )
    .join(Office, Office.id == ProfileChange.office_id)
    .where(ProfileChange.person_id == bindparam("person_id"), ProfileChange.state != "gone")
    .order_by(ProfileChange.id.desc())
    .limit(30)
)
_WAITING_OF_CHART = (
    select(func.count())
    .where(*_WAITS, ProfileChange.chart_id == bindparam("chart_id"))
    .select_from(ProfileChange)
    .scalar_subquery()
)
_BOND = (
    select(Connection.since, _WAITING_OF_CHART.label("changes"))
    .select_from(Chart)
    .outerjoin(Connection, (Connection.chart_id == Chart.id) & Connection.ended_at.is_(None))
    .where(Chart.id == bindparam("chart_id"), Chart.office_id == bindparam("office_id"))
)
#: For the office's first page: charts with changes that wait. Columns kind, number; value office_id.
TO_ANSWER = (
    select(
        literal("profile_changes").label("kind"),
        func.count(ProfileChange.chart_id.distinct()).label("number"),
    )
    .where(*_WAITS)
    .having(func.count() > 0)
)
#: For home: changes that an office did not take lately. Columns kind, count, first_at; values person_id, told_since.
LEFT = (
    select(
        literal("profile_change_left").label("kind"),
        cast(func.count(), Integer()).label("count"),
        cast(null(), Date()).label("first_at"),
    )
    .where(
        ProfileChange.person_id == bindparam("person_id"),
        ProfileChange.state == "left",
        ProfileChange.answered_at > bindparam("told_since"),
    )
    .having(func.count() > 0)
)


def tell(viewer: Viewer, before: Profile, after: Profile, now: datetime) -> None:
    """Tell each connected office what a person changed, in the transaction under way that changed it."""
    _tell(viewer, rules.changes_between(before, after), now)


def tell_contact(viewer: Viewer, kind: str, old: str | None, new: str, now: datetime) -> None:
    """As `tell`, for the account's own email or phone (`kind`), which was proven with a code."""
    (column,) = rules.FIELDS[kind]
    _tell(viewer, {kind: ({column: old}, {column: new})}, now)


def tell_phone(chart: Chart, person_id: int, phone: str, now: datetime) -> None:
    """Tell the office of one chart of a phone (E.164) that its person proved there; the chart stays as it is."""
    tell_chart(chart, person_id, "phone", (phone,), now)


def tell_chart(chart: Chart, person_id: int, field: str, values: Sequence[str | None], now: datetime) -> None:
    """Tell the office of one chart what a field is by now (columns as in rules.FIELDS); the chart stays as it is."""
    columns = rules.FIELDS[field]
    before = {name: getattr(chart, name) for name in columns}
    if _note(person_id, chart, field, before, dict(zip(columns, values, strict=True)), now):
        queue("profile_changed", to=Actor("office", chart.office_id))


def _tell(viewer: Viewer, changes: Mapping[str, tuple[rules.Columns, rules.Columns]], now: datetime) -> None:
    if not changes:
        return
    mine = select(Chart).join(Connection, Connection.chart_id == Chart.id)
    for chart in database.session().scalars(
        mine.where(Connection.person_id == viewer.person_id, Connection.ended_at.is_(None)).order_by(Chart.id)
    ):
        told = [_note(viewer.person_id, chart, field, *columns, now) for field, columns in changes.items()]
        if any(told):
            queue("profile_changed", to=Actor("office", chart.office_id))


def waiting_at(viewer: StaffViewer, chart: OpenChart) -> list[Change]:
    """The changes that wait for one chart of the viewer's office, oldest first."""
    return database.read(Change, _AT_CHART, office_id=viewer.office_id, chart_id=chart.id)


def charts_with_changes(viewer: StaffViewer) -> list[ChangedChart]:
    """The charts of the viewer's office with changes that wait, by their numbers; who waits longest first."""
    return database.read(ChangedChart, _CHARTS, office_id=viewer.office_id or 0)


def mine_of(viewer: Viewer) -> list[MyChange]:
    """What the person's offices did with their changes, newest first, thirty at most."""
    return database.read(MyChange, _MINE, person_id=viewer.person_id)


def bond_of(viewer: StaffViewer, chart: OpenChart) -> Bond:
    """Whether a chart is connected to an account, and how many changes wait."""
    return database.read_one(Bond, _BOND, office_id=viewer.office_id, chart_id=chart.id) or Bond(None, 0)


def answer(
    viewer: StaffViewer,
    chart_id: UUID,
    answers: Mapping[UUID, bool],
    *,
    why: WhyLeft | None,
    note: str | None,
    now: datetime,
) -> None:
    """Take some changes into the chart, leave others with a reason. `answers`: by change, whether it is taken.

    Raises:
        Missing: no such chart in the viewer's office.
        Refused: `changes_answered`: another answer came first; `say_why_left`; what charts.change says.
    """
    chart = charts.for_update(viewer, chart_id)
    waiting = select(ProfileChange).filter_by(office_id=viewer.office_id, chart_id=chart.id, state="waiting")
    rows = {row.public_id: row for row in database.session().scalars(waiting.with_for_update())}
    if not answers or not set(answers) <= set(rows):
        raise Refused(Refusal("changes_answered"))
    taken = [rows[one] for one, is_taken in answers.items() if is_taken]
    left = [rows[one] for one, is_taken in answers.items() if not is_taken]
    if left:
        refuse_if(rules.why_not_leave(why))
    columns = {name: value for row in taken for name, value in row.after.items()}
    if columns:
        _take(viewer, chart, columns, now)
    for row in (*taken, *left):
        row.state, row.answered_at, row.staff_member_id = "left" if row in left else "taken", now, viewer.actor.id
    for row in left:
        row.why, row.note = why, note
    _tell_answered(viewer, chart, bool(left))


def _note(person_id: int, chart: Chart, field: str, before: rules.Columns, after: rules.Columns, now: datetime) -> bool:
    """Write one field down for one chart; whether the office has something to hear."""
    session = database.session()
    waiting = session.scalar(select(ProfileChange).filter_by(chart_id=chart.id, field=field, state="waiting"))
    is_known = all(getattr(chart, name) == value for name, value in after.items())
    if waiting is not None and is_known:
        waiting.state, waiting.answered_at = "gone", now
        return False
    if is_known:
        return False
    if waiting is not None:
        waiting.after, waiting.told_at = dict(after), now
        return True
    session.add(
        ProfileChange(
            office_id=chart.office_id,
            chart_id=chart.id,
            person_id=person_id,
            field=field,
            before=dict(before),
            after=dict(after),
            state="waiting",
            told_at=now,
        )
    )
    return True


def _take(viewer: StaffViewer, chart: Chart, columns: Mapping[str, Any], now: datetime) -> None:
    """As if staff had typed it: with its line in the history of the chart."""
    facts = Demographics._make(getattr(chart, name) for name in Demographics._fields)._replace(**columns)
    charts.change(viewer, chart.public_id, facts, version=chart.version, now=now)


def _tell_answered(viewer: StaffViewer, chart: Chart, has_left: bool) -> None:
    """Write it down; the person hears of it by email where something was not taken."""
    if chart.person_id is None:
        return
    append(
        "profile_change.answered",
        chain=("person", chart.person_id),
        actor=viewer.actor,
        office_id=viewer.office_id,
        about=chart.public_id,
        section=_SECTION,
    )
    owner = select(Account.id).where(Account.person_id == chart.person_id, Account.state == "active")
    account = database.session().scalar(owner) if has_left else None
    if account is not None:
        queue("office_answered", to=Actor("patient", account), office_id=viewer.office_id)
