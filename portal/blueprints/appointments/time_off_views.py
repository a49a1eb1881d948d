"""Days without hours: of one provider, or holidays of the whole office."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, g, url_for

from portal.blueprints.appointments.hours_forms import TimeOffForm
from portal.blueprints.appointments.hours_wording import off_words
from portal.domain.appointments import hours, opening
from portal.domain.practices import queries as practices
from portal.kernel import clock
from portal.kernel.refusal import Refused
from portal.web.access import staff
from portal.web.hypermedia import go, page
from portal.web.texts import gettext as _
from portal.web.wording import words_for

bp = Blueprint("appointments_time_off", __name__)


@bp.get("/add", defaults={"provider_id": None})
@bp.get("/add/<uuid:provider_id>")
def new(provider_id: UUID | None) -> Response:
    """An empty form."""
    return _ask(provider_id, TimeOffForm())


@bp.post("/add", defaults={"provider_id": None})
@bp.post("/add/<uuid:provider_id>")
def add(provider_id: UUID | None) -> Response:
    """Nobody is offered a time then; what is booked stays, and the provider's page lists it."""
    viewer, form = staff(), TimeOffForm()
    if not form.validate():
        return _ask(provider_id, form, 422)
    try:
        opening.add_time_off(viewer, provider_id, form.off(), form.why.data, today=clock.today(viewer.time_zone))
    except Refused as refused:
        form.form_errors.append(words_for(refused.refusal))
        return _ask(provider_id, form, 422)
    return _back(provider_id)


@bp.get("/<uuid:off_id>/remove", defaults={"provider_id": None})
@bp.get("/<uuid:off_id>/remove/<uuid:provider_id>")
def ask_to_remove(off_id: UUID, provider_id: UUID | None) -> Response:
    """Ask first. `provider_id`: on whose page this began."""
    kept = hours.off_of(staff(), off_id)
    return page(
        "appointments/hours_remove.html",
        title=_("Open again on these days?"),
        what=off_words(kept),
        words=_("The weekly hours count again then."),
        form_url=url_for(".remove", off_id=off_id, provider_id=provider_id),
        leave_url=_home(provider_id),
    )


@bp.post("/<uuid:off_id>/remove", defaults={"provider_id": None})
@bp.post("/<uuid:off_id>/remove/<uuid:provider_id>")
def remove(off_id: UUID, provider_id: UUID | None) -> Response:
    """Open again."""
    opening.remove_time_off(staff(), off_id)
    return _back(provider_id)


def _ask(provider_id: UUID | None, form: TimeOffForm, status: int = 200) -> Response:
    whose = practices.provider_of(staff(), provider_id).name if provider_id else ""
    return page(
        "appointments/time_off.html",
        status=status,
        form=form,
        form_url=url_for(".add", provider_id=provider_id),
        title=_("Add days off") if provider_id else _("Add a holiday"),
        provider=whose,
        leave_url=_home(provider_id),
    )


def _home(provider_id: UUID | None, **more: str) -> str:
    if provider_id is None:
        return url_for("appointments_hours.listing", **more)
    return url_for("appointments_hours.week", provider_id=provider_id, **more)


def _back(provider_id: UUID | None) -> Response:
    return go(_home(provider_id, receipt=g.receipt_number))
