"""Arrived, seen, did not come: from the list of the day, and back to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, url_for

from portal.blueprints.appointments.answer_forms import AnswerForm
from portal.domain.appointments import arrivals
from portal.kernel import clock
from portal.web.access import staff
from portal.web.hypermedia import go

bp = Blueprint("appointments_arrivals", __name__)


@bp.post("/<uuid:appointment_id>/arrive")
def arrive(appointment_id: UUID) -> Response:
    """They are here."""
    return _mark(appointment_id, arrivals.arrive)


@bp.post("/<uuid:appointment_id>/finish")
def finish(appointment_id: UUID) -> Response:
    """They were seen."""
    return _mark(appointment_id, arrivals.finish)


@bp.post("/<uuid:appointment_id>/miss")
def miss(appointment_id: UUID) -> Response:
    """They did not come."""
    return _mark(appointment_id, arrivals.miss)


@bp.post("/<uuid:appointment_id>/put_back")
def put_back(appointment_id: UUID) -> Response:
    """The last mark was a slip of the hand."""
    return _mark(appointment_id, arrivals.put_back)


def _mark(appointment_id: UUID, deed: Callable[..., datetime]) -> Response:
    viewer = staff()
    starts_at = deed(viewer, appointment_id, version=AnswerForm().known_version, now=clock.now())
    day = starts_at.astimezone(ZoneInfo(viewer.time_zone)).date()
    return go(url_for("appointments_schedule.day_list", day=day))
