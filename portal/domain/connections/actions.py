"""Asking an office to be connected, and its answer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.domain.accounts.models import Account
from portal.domain.audit.actions import append, record, record_apart
from portal.domain.charts import actions as charts
from portal.domain.charts.models import Chart
from portal.domain.charts.queries import alike as charts_alike
from portal.domain.connections import requests, rules
from portal.domain.connections.binding import bind
from portal.domain.connections.models import ConnectionRequest
from portal.domain.connections.types import Asked, RequestState, WhyNot
from portal.domain.outbox.actions import queue
from portal.domain.sign_in import throttles
from portal.domain.viewer import Actor, StaffViewer, Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing, Refusal, refuse_if

_SECTION = "connections"


def count_an_ask(viewer: Viewer, now: datetime) -> Refusal | None:
    """Take one request from what an account may ask in a while. Outside of any transaction."""
    buckets = [(f"connect:{place}:{viewer.actor.id}", limit) for place, limit in enumerate(rules.ASKS)]
    return throttles.take_a_try(buckets, now)


def ask(viewer: Viewer, office: UUID, now: datetime) -> None:
    """Ask an office to connect its chart. Asked twice is once.

    Raises:
        Missing: there is no such office.
        Refused: `connected_before`, `takes_no_requests`.
    """
    found = requests.office_asked(viewer, office)
    refuse_if(rules.why_not_ask(takes_requests=found.takes_requests, is_connected=found.is_connected))
    row = ConnectionRequest(office_id=found.id, person_id=viewer.person_id, state=RequestState.WAITING, asked_at=now)
    try:
        with database.session().begin_nested():
            database.session().add(row)
    except IntegrityError:
        return
    record("connection.asked", by=viewer, about=row.public_id, section=_SECTION)
    queue("connection_asked", to=Actor("office", found.id))


def withdraw(viewer: Viewer, request_id: UUID, now: datetime) -> None:
    """Take a request back.

    Raises:
        Missing: this person made no such request.
        Refused: `request_answered`.
    """
    mine = select(ConnectionRequest).filter_by(public_id=request_id, person_id=viewer.person_id).with_for_update()
    row = database.session().scalar(mine)
    if row is None:
        raise Missing
    refuse_if(rules.why_not_answer(row.state))
    row.state, row.answered_at = RequestState.WITHDRAWN, now
    record("connection.withdrawn", by=viewer, about=request_id, section=_SECTION)


def note_look(viewer: StaffViewer, request: Asked) -> None:
    """That a request was shown is written into the chain of whoever asks, before the answer is sent."""
    record_apart(
        "connection.viewed",
        chain=("person", request.person_id),
        actor=viewer.actor,
        head=request.head,
        office_id=viewer.office_id,
        about=request.public_id,
        section=_SECTION,
    )


def connect(viewer: StaffViewer, request_id: UUID, chart_id: UUID, now: datetime) -> None:
    """Yes: this chart is theirs.

    Raises:
        Missing: no such request or chart in the viewer's office.
        Refused: `request_answered`; `chart_merged`, `chart_of_another`, `born_on_another_day`.
    """
    row, request = _for_update(viewer, request_id), requests.asked(viewer, request_id)
    refuse_if(rules.why_not_answer(row.state))
    chart = charts.for_update(viewer, chart_id)
    refuse_if(
        rules.why_not_connect(
            is_merged=chart.merged_into_id is not None,
            chart_person_id=chart.person_id,
            chart_born=chart.birth_date,
            person_id=request.person_id,
            person_born=request.facts.birth_date,
        )
    )
    _connect(viewer, row, chart, now)


def connect_new(viewer: StaffViewer, request_id: UUID, now: datetime) -> UUID:
    """Yes, with a new chart that holds what the person says. Its outer id. Those that are alike were on the page.

    Raises:
        Missing: no such request to the viewer's office.
        Refused: `request_answered`; what charts.create says.
    """
    row, request = _for_update(viewer, request_id), requests.asked(viewer, request_id)
    refuse_if(rules.why_not_answer(row.state))
    seen = [one.public_id for one in charts_alike(viewer, request.facts)]
    made = charts.create(viewer, request.facts, number=None, seen=seen, now=now)
    _connect(viewer, row, charts.for_update(viewer, made), now)
    return made


def decline(viewer: StaffViewer, request_id: UUID, why: WhyNot, note: str | None, now: datetime) -> None:
    """No, and why.

    Raises:
        Missing: no such request to the viewer's office.
        Refused: `request_answered`.
    """
    row = _for_update(viewer, request_id)
    refuse_if(rules.why_not_answer(row.state))
    row.why, row.note = why, note
    _answer(viewer, row, RequestState.DECLINED, now)


def _for_update(viewer: StaffViewer, request_id: UUID) -> ConnectionRequest:
    mine = select(ConnectionRequest).filter_by(public_id=request_id, office_id=viewer.office_id).with_for_update()
    row = database.session().scalar(mine)
    if row is None:
        raise Missing
    return row


def _connect(viewer: StaffViewer, row: ConnectionRequest, chart: Chart, now: datetime) -> None:
    bind(chart, row.person_id, now)
    row.chart_id = chart.id
    _answer(viewer, row, RequestState.CONNECTED, now)


def _answer(viewer: StaffViewer, row: ConnectionRequest, state: RequestState, now: datetime) -> None:
    """Write it down, and tell the person that there is an answer; what it says is behind their sign-in."""
    row.state, row.answered_at, row.staff_member_id = state, now, viewer.actor.id
    append(
        f"connection.{state}",
        chain=("person", row.person_id),
        actor=viewer.actor,
        office_id=viewer.office_id,
        about=row.public_id,
        section=_SECTION,
    )
    account = database.session().scalar(
        select(Account.id).where(Account.person_id == row.person_id, Account.state == "active")
    )
    if account is not None:
        queue("office_answered", to=Actor("patient", account), office_id=viewer.office_id)
