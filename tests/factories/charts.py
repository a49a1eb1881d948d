"""Charts of people who are not bound to anything yet."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from portal.domain.charts.models import Chart
from portal.kernel import database

_numbers = count(5001)


class NewChart(NamedTuple):
    """A chart by its inner and outer id."""

    id: int
    public_id: UUID


def a_chart(office_id: int, given: str = "Odell", family: str = "Thackeray", **more: Any) -> NewChart:
    """A chart; `more` are further columns."""
    values = {"number": f"T-{next(_numbers)}", "birth_date": date(1949, 2, 3), "phone_on_file": "+18005550111"} | more
    with database.writing() as session:
        chart = Chart(office_id=office_id, given=given, family=family, **values)
        session.add(chart)
        session.flush()
        return NewChart(chart.id, chart.public_id)


def stored(public_id: UUID) -> Chart:
    """The row as it is now."""
    with database.writing() as session:
        session.expire_all()
        return session.scalars(select(Chart).where(Chart.public_id == public_id)).one()
