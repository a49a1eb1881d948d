"""Charts of people who are to enroll, invitations to them, and what they were sent."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

from portal.domain.charts.models import Chart
from portal.domain.enrollment import actions
from portal.domain.enrollment.types import Invited
from portal.domain.outbox import sealing
from portal.domain.outbox.models import OutboxMessage
from portal.domain.viewer import StaffViewer
from portal.kernel import clock, database

_numbers = count(5001)


class NewChart(NamedTuple):
    """A chart by its inner and outer id."""

    id: int
    public_id: UUID


def a_chart(office_id: int, **more: Any) -> NewChart:
    """The chart of Clementine Ashgrove, who has a phone, an email and an address on file. `more`: columns."""
    values: dict[str, Any] = {
        "number": f"C{next(_numbers)}",
        "given": "Clementine",
        "family": "Ashgrove",
        "birth_date": date(1968, 9, 3),
        "phone_on_file": "+13155550170",
        "email": "clementine@example.com",
        "line1": "100 Lantern Street",
        "city": "Larkhaven",
        "state": "NY",
        "postal_code": "00101",
    }
    with database.writing() as session:
        row = Chart(office_id=office_id, **(values | more))
        session.add(row)
        session.flush()
        return NewChart(row.id, row.public_id)


def chart_of(chart_id: int) -> Chart:
    """The row as it is now."""
    with database.writing() as session:
        row = session.get_one(Chart, chart_id)
        session.expunge(row)
        return row


def invited(desk: StaffViewer, chart: NewChart, channel: str = "letter", provider_id: UUID | None = None) -> Invited:
    """Invite somebody; the code and the token of the link."""
    with database.writing() as session:
        plain = actions.invite(desk, chart.public_id, channel, provider_id=provider_id, now=clock.now())
        session.flush()
        session.info.pop("outbox", None)
        return plain


def sent_code(channel: str) -> str:
    """The newest code that went out by a channel, read where it waits."""
    with database.writing() as session:
        rows = session.query(OutboxMessage).filter_by(channel=channel).order_by(OutboxMessage.id.desc())
        return next(
            str(found["code"]) for row in rows if "code" in (found := sealing.secrets_of(row.public_id, row.facts))
        )


def sent_to(message: str) -> list[str]:
    """The addresses that a notice went to."""
    with database.writing() as session:
        rows = session.query(OutboxMessage).filter_by(message=message).order_by(OutboxMessage.id)
        return [sealing.secrets_of(row.public_id, row.facts)["to"][0] for row in rows]
