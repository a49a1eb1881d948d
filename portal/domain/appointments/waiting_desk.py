"""The office takes somebody off the wait list, and says why."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.domain.appointments import history, wait_list, waiting_rules
from portal.domain.appointments.waiting_models import WaitListEntry
from portal.domain.charts.actions import record_at
from portal.domain.charts.models import Chart
from portal.domain.outbox.actions import queue
from portal.domain.viewer import Actor, StaffViewer
from portal.kernel import database
from portal.kernel.refusal import Missing, refuse_if


def remove(viewer: StaffViewer, entry_id: UUID, *, because: str, now: datetime) -> None:
    """Off the list; what is offered to them just now goes to the next in line, and they read why.

    Raises:
        Missing: no such entry at the viewer's office.
        Refused: `waits_no_more`.
    """
    session = database.session()
    mine = select(WaitListEntry).where(WaitListEntry.public_id == entry_id, WaitListEntry.office_id == viewer.office_id)
    entry = session.scalar(mine.with_for_update())
    if entry is None:
        raise Missing
    refuse_if(waiting_rules.why_not_end(entry.state))
    wait_list.end(entry, by="staff", now=now, because=because)
    record_at(session.get_one(Chart, entry.chart_id), "wait_list.removed", by=viewer, section="appointments")
    account = history.account_of(entry.office_id, entry.chart_id)
    if account is not None:
        queue("wait_list_ended", to=Actor("patient", account), office_id=entry.office_id)
