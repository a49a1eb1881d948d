"""An office offers other times: the person picks one."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, url_for

from portal.blueprints.appointments import office_wording  # noqa: F401 - the reasons of the office's rules in words
from portal.blueprints.appointments.pick_form import PickForm
from portal.domain.appointments import proposing
from portal.kernel import clock
from portal.kernel.refusal import Refused
from portal.web.access import viewer
from portal.web.hypermedia import go, page
from portal.web.wording import words_for

bp = Blueprint("appointments_times", __name__)
_PART = "partials/appointments/pick.html"


@bp.get("/<uuid:appointment_id>/times")
def ask_to_pick(appointment_id: UUID) -> Response:
    """The times that are offered."""
    return _ask(appointment_id, PickForm())


@bp.post("/<uuid:appointment_id>/times")
def pick(appointment_id: UUID) -> Response:
    """This one."""
    form = PickForm()
    if not form.validate():
        return _ask(appointment_id, form, 422)
    try:
        proposing.pick(viewer(), appointment_id, int(form.number.data), clock.now())
    except Refused as refused:
        return page("appointments/pick.html", fragment=_PART, status=409, times=[], form=form, why=_why(refused))
    return go(url_for("appointments.details", appointment_id=appointment_id))


def _ask(appointment_id: UUID, form: PickForm, status: int = 200) -> Response:
    times = proposing.times_of(viewer(), appointment_id)
    form.offer(times)
    return page(
        "appointments/pick.html",
        fragment=_PART,
        status=status,
        times=times,
        form=form,
        why="",
        appointment_id=appointment_id,
        leave_url=url_for("appointments.details", appointment_id=appointment_id),
    )


def _why(refused: Refused) -> str:
    return words_for(refused.refusal)
