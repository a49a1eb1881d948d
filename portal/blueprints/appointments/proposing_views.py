"""Other times than the one that was asked for: up to three of a provider, offered to the person."""

from __future__ import annotations

from datetime import UTC
from uuid import UUID

from flask import Blueprint, Response, url_for

from portal.blueprints.appointments import offered_times
from portal.blueprints.appointments.answer_forms import ProposeForm
from portal.blueprints.appointments.offered_times import About
from portal.domain.appointments import proposing, visits
from portal.domain.appointments.visits import OfficeVisit
from portal.kernel import clock
from portal.kernel.refusal import Refused
from portal.web.access import staff
from portal.web.filters import moment_words
from portal.web.hypermedia import go, page
from portal.web.texts import gettext as _
from portal.web.texts import ngettext
from portal.web.wording import words_for

bp = Blueprint("appointments_proposing", __name__)
_PART = "partials/appointments/office_times.html"


@bp.get("/<uuid:appointment_id>/times")
def ask_for_times(appointment_id: UUID) -> Response:
    """Free times of a provider, from the day on that was asked for. Whose visit it is stands on its own page."""
    visit = visits.visit_of(staff(), appointment_id)
    return _ask(visit, ProposeForm(formdata=None, data={"version": str(visit.version)}))


@bp.post("/<uuid:appointment_id>/times")
def propose(appointment_id: UUID) -> Response:
    """These."""
    form = ProposeForm()
    try:
        proposing.propose(
            staff(),
            appointment_id,
            version=form.known_version,
            provider=form.chosen_provider,
            times=form.chosen_times(),
            now=clock.now(),
        )
    except Refused as refused:
        form.form_errors = [words_for(refused.refusal)]
        return _ask(visits.visit_of(staff(), appointment_id), form, 409)
    return go(url_for("appointments_office.look_at", appointment_id=appointment_id))


def _ask(visit: OfficeVisit, form: ProposeForm, status: int = 200) -> Response:
    place = {"appointment_id": visit.public_id}
    about = About(visit.reason_id, visit.provider_id, visit.starts_at.astimezone(UTC).date())
    here, leave_url = url_for(".ask_for_times", **place), url_for("appointments_office.look_at", **place)
    asked = _("Asked for: %(moment)s", moment=moment_words(visit.starts_at, staff().time_zone))
    length = ngettext("%(num)s minute", "%(num)s minutes", visit.minutes)
    return page(
        "appointments/office_times.html",
        fragment=_PART,
        status=status,
        about=f"{asked} · {length}",
        **offered_times.values(about, form, here, leave_url),
    )
