"""Other times than the one that was asked for: up to three of a provider, offered to the person."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from portal.blueprints.appointments.answer_forms import ProposeForm
from portal.blueprints.appointments.office_wording import by_day
from portal.domain.appointments import offering, proposing, visits
from portal.domain.appointments.desk_rules import MOST_OFFERED
from portal.domain.appointments.offering import Offering
from portal.domain.appointments.visits import OfficeVisit
from portal.kernel import clock
from portal.kernel.refusal import Refused
from portal.web.access import staff
from portal.web.hypermedia import go, page
from portal.web.wording import words_for

bp = Blueprint("appointments_proposing", __name__)
_PART = "partials/appointments/office_times.html"
_SHOWN = 30


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
    now = clock.now()
    offered = [
        one
        for one in offering.office_offerings_of(staff().office_id or 0, now)
        if one.reason(visit.reason_id) is not None
    ]
    wanted = _asked_provider() or form.chosen_provider or visit.provider_id
    chosen = next((one for one in offered if one.public_id == wanted), next(iter(offered), None))
    since = _asked_day() or visit.starts_at.astimezone(UTC).date()
    return page(
        "appointments/office_times.html",
        fragment=_PART,
        status=status,
        visit=visit,
        form=form,
        most=MOST_OFFERED,
        offered=offered,
        chosen=chosen,
        since=since,
        zone=staff().time_zone,
        **_times(visit, chosen, since, now),
    )


def _times(visit: OfficeVisit, chosen: Offering | None, since: date, now: datetime) -> dict[str, Any]:
    """What is free from that day on, day by day."""
    reason = chosen.reason(visit.reason_id) if chosen else None
    if chosen is None or reason is None:
        return {"days": []}
    days = [day for day in chosen.days(now) if day >= since]
    found = islice(offering.free_times(chosen, reason, days, now), _SHOWN)
    return {"days": by_day(found)}


def _asked_provider() -> UUID | None:
    try:
        return UUID(request.args.get("provider", ""))
    except ValueError:
        return None


def _asked_day() -> date | None:
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None
