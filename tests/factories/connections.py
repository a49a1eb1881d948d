"""Charts, and the people who are bound to them."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

from portal.domain.charts.models import Chart
from portal.domain.connections.models import CareTeamMember, Connection, ConnectionRequest
from portal.kernel import clock, database

_numbers = count(1001)


def a_connection(person_id: int, office_id: int, *provider_ids: int) -> int:
    """Bind a person to a chart of theirs in the office, looked after by the providers. The chart's inner id."""
    with database.writing() as session:
        chart = Chart(
            office_id=office_id,
            person_id=person_id,
            number=f"C{next(_numbers)}",
            given="Maribel",
            family="Oakhurst",
            birth_date=date(1958, 5, 14),
            phone_on_file="+18005550143",
        )
        session.add(chart)
        session.flush()
        session.add(Connection(office_id=office_id, chart_id=chart.id, person_id=person_id, since=clock.now()))
        session.add_all(
            CareTeamMember(office_id=office_id, chart_id=chart.id, provider_id=provider_id)
            for provider_id in provider_ids
        )
        return chart.id


def a_request(person_id: int, office_id: int, **more: Any) -> UUID:
    """A request to connect that waits. Its outer id."""
    values = {"state": "waiting", "asked_at": clock.now()} | more
    with database.writing() as session:
        row = ConnectionRequest(person_id=person_id, office_id=office_id, **values)
        session.add(row)
        session.flush()
        return row.public_id
