from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from portal.domain.charts.models import Chart
from portal.domain.copies import Part, Sheet, Whose
from portal.domain.kiosks.models import KioskSession
from portal.domain.practices.models import Office
from portal.kernel import database


class _Visit(NamedTuple):
    office: str
    paper: str
    state: str
    sent_at: datetime
    ended_at: datetime | None


_VISITS = (
    select(Office.name, *(getattr(KioskSession, name) for name in _Visit._fields[1:]))
    .select_from(Chart)
    .join(KioskSession, (KioskSession.office_id == Chart.office_id) & (KioskSession.chart_id == Chart.id))
    .join(Office, Office.id == KioskSession.office_id)
    .where(Chart.person_id == bindparam("person_id"))
    .order_by(KioskSession.id)
)


def sheets(whose: Whose) -> Iterator[Sheet]:
    """Enrollments at kiosks: which paper was looked at, and what became of it."""
    found = database.read(_Visit, _VISITS, person_id=whose.person_id)
    yield Sheet(
        "visits",
        [
            {"office": one.office, "paper": one.paper, "state": one.state, "sent": one.sent_at, "ended": one.ended_at}
            for one in found
        ],
    )


PART = Part("kiosks", sheets)
