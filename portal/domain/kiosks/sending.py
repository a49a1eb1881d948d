"""Staff send an enrollment to a kiosk, and stop it."""

from __future__ import annotations

import os
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from portal.domain.audit.actions import record
from portal.domain.charts.models import Chart
from portal.domain.charts.types import OpenChart
from portal.domain.enrollment import runs
from portal.domain.kiosks import endings, queries, rules
from portal.domain.kiosks.models import Kiosk, KioskSession
from portal.domain.kiosks.types import Paper, State
from portal.domain.viewer import StaffViewer
from portal.kernel import clock, database
from portal.kernel.refusal import Missing, Refusal, Refused, refuse_if

_HOLDER = 32


def send(viewer: StaffViewer, chart: OpenChart, kiosk_id: UUID, paper: Paper, *, now: datetime) -> UUID:
    """Have a kiosk show the enrollment of a chart, whose person's `paper` the viewer looked at. Its outer id.

    Raises:
        Refused: `not_in_person`, `enrolled_before`, `chart_of_child`, `no_phone_on_file`; `kiosk_not_paired`,
            `kiosk_busy`, `chart_at_kiosk`.
        Missing: the kiosk is not there, or another office's.
    """
    kiosk = database.session().scalar(
        select(Kiosk).where(Kiosk.public_id == kiosk_id, Kiosk.office_id == viewer.office_id).with_for_update()
    )
    if kiosk is None:
        raise Missing
    refuse_if(rules.why_not_offer(queries.sending_of(viewer, chart)[0], clock.day_of(now, viewer.time_zone)))
    busy, sent = _open_sessions(kiosk.id, chart.id, now)
    refuse_if(rules.why_not_send(paired=kiosk.paired_at is not None, busy=busy, sent=sent))
    row, holder = database.session().get_one(Chart, chart.id), os.urandom(_HOLDER)
    runs.begin_in_person(viewer, row, holder=holder, evidence=paper.value, now=now)
    return _put(viewer, kiosk, row, holder, paper, now)


def stop(viewer: StaffViewer, public_id: UUID, *, now: datetime) -> None:
    """End what is under way at a kiosk; the screen there clears, and nothing of it is left.

    Raises:
        Refused: it is over.
        Missing: it is not there, or another office's.
    """
    row = database.session().scalar(
        select(KioskSession)
        .where(KioskSession.public_id == public_id, KioskSession.office_id == viewer.office_id)
        .with_for_update()
    )
    if row is None:
        raise Missing
    refuse_if(rules.why_not_stop(row.ended_at))
    endings.end(row, State.STOPPED, now)
    record("kiosk.stopped", by=viewer, about=public_id, section="kiosks")


def _open_sessions(kiosk_id: int, chart_id: int, now: datetime) -> tuple[bool, bool]:
    """Whether this kiosk has one, and whether this chart is at one; what is over by itself is ended."""
    found = select(KioskSession).where(
        KioskSession.ended_at.is_(None), or_(KioskSession.kiosk_id == kiosk_id, KioskSession.chart_id == chart_id)
    )
    left = []
    for row in database.session().scalars(found.with_for_update()):
        over = rules.why_over(row.begun_at, row.sent_at, row.touched_at, now)
        if over is not None:
            endings.end(row, over, now)
        else:
            left.append(row)
    database.session().flush()
    return any(row.kiosk_id == kiosk_id for row in left), any(row.chart_id == chart_id for row in left)


def _put(viewer: StaffViewer, kiosk: Kiosk, chart: Chart, holder: bytes, paper: Paper, now: datetime) -> UUID:
    row = KioskSession(
        office_id=chart.office_id,
        kiosk_id=kiosk.id,
        chart_id=chart.id,
        staff_member_id=viewer.actor.id,
        holder=holder,
        paper=paper.value,
        language=chart.language,
        sent_at=now,
        touched_at=now,
    )
    try:
        with database.session().begin_nested():
            database.session().add(row)
    except IntegrityError as error:  # another counter was faster
        raise Refused(Refusal("kiosk_busy")) from error
    record("kiosk.sent", by=viewer, about=row.public_id, section="kiosks")
    return row.public_id
