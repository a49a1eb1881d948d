"""What of charts lapses (docs/retention.md)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Table, delete, select

from portal.domain.charts.models import Chart, ChartImport
from portal.kernel import database

_KEPT = timedelta(hours=24)
_AT_ONCE = 1000


def forget_imports(now: datetime) -> int:
    """Uploaded lists of people that nobody took in within a day, and the traces of those that were."""
    table = cast(Table, ChartImport.__table__)
    some = select(table.c.id).where(table.c.at < now - _KEPT).limit(_AT_ONCE)
    return cast(CursorResult[Any], database.session().execute(delete(table).where(table.c.id.in_(some)))).rowcount


def follow_names(_now: datetime) -> int:
    """Charts from before there was a search get what it compares (charts/names.py)."""
    charts = database.session().scalars(select(Chart).where(Chart.name_key == "").limit(_AT_ONCE)).all()
    for chart in charts:
        chart.family = chart.family
    return len(charts)
