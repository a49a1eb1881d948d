"""A person's visits: the month with the list of what comes, the past, and each one's details."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, request, url_for

from portal.blueprints.appointments import chart_part as _chart_part  # noqa: F401 - adds its tab of the chart
from portal.blueprints.appointments import month, wording
from portal.blueprints.appointments.forms import CancelForm
from portal.domain.appointments import cancelling, entries, queries, rules
from portal.domain.appointments.queries import Details
from portal.domain.appointments.types import State
from portal.domain.check_in import rules as check_in
from portal.formats.icalendar import calendar_file
from portal.kernel import clock
from portal.kernel.refusal import Refused
from portal.web.access import viewer
from portal.web.calendar_entries import event_of
from portal.web.hypermedia import done, page
from portal.web.texts import gettext as _
from portal.web.wording import words_for

bp = Blueprint("appointments", __name__)
_VISIT = "/<uuid:appointment_id>"
_DETAILS, _CANCEL = "partials/appointments/details.html", "partials/appointments/cancel.html"


@bp.get("/")
def calendar() -> Response:
    """A month, and beside it what comes. By htmx the month alone."""
    reader, now = viewer(), clock.now()
    today = clock.today(reader.time_zone)
    first = month.first_of(request.args.get("month"), today)
    earlier, later = month.beside(first, today)
    found = queries.visits_of(reader, *month.span(first), now)
    return page(
        "appointments/calendar.html",
        fragment="partials/appointments/month.html",
        first=first,
        before=earlier,
        after=later,
        weekdays=wording.weekdays(),
        weeks=month.weeks(first, today, found),
        coming=[visit for visit in found if visit.ends_at > now],
        shown=wording.shown(reader),
    )


@bp.get("/past")
def past() -> Response:
    """What is over, latest first."""
    reader, now = viewer(), clock.now()
    before = wording.moment_of(request.args.get("before")) or now
    visits, is_more = queries.past_of(reader, min(before, now))
    return page("appointments/past.html", visits=visits, is_more=is_more, shown=wording.shown(reader))


@bp.get(f"{_VISIT}/")
def details(appointment_id: UUID) -> Response:
    """One visit, and what happened to it."""
    return _details(queries.appointment_of(viewer(), appointment_id))


@bp.get(f"{_VISIT}/appointment.ics")
def add_to_calendar(appointment_id: UUID) -> Response:
    """The visit as calendars take it: the same entry each time, which a later file or mail moves."""
    event = event_of(entries.entry_of(viewer(), appointment_id), viewer().language)
    answer = Response(calendar_file(event), content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return answer


@bp.get(f"{_VISIT}/cancel")
def ask_to_cancel(appointment_id: UUID) -> Response:
    """Really? And what the office asks for."""
    found = queries.appointment_of(viewer(), appointment_id)
    return _ask_to_cancel(found, CancelForm(version=str(found.version)))


@bp.post(f"{_VISIT}/cancel")
def cancel(appointment_id: UUID) -> Response:
    """Cancel it, or ask the office to."""
    form = CancelForm()
    if not form.validate():
        return _ask_to_cancel(queries.appointment_of(viewer(), appointment_id), form, 422)
    try:
        is_canceled = cancelling.cancel(
            viewer(), appointment_id, version=form.known_version, because=form.because.data, now=clock.now()
        )
    except Refused as refused:
        return _details(queries.appointment_of(viewer(), appointment_id), 409, words_for(refused.refusal))
    g.said = _("Your appointment is canceled.") if is_canceled else _("We asked the office to cancel it.")
    return _done(appointment_id)


@bp.post(f"{_VISIT}/confirm")
def confirm(appointment_id: UUID) -> Response:
    """I will be there."""
    try:
        cancelling.confirm(viewer(), appointment_id, now=clock.now())
    except Refused as refused:
        return _details(queries.appointment_of(viewer(), appointment_id), 409, words_for(refused.refusal))
    g.said = _("We told the office that you will be there.")
    return _done(appointment_id)


def _details(found: Details, status: int = 200, refused: str = "") -> Response:
    return page(
        "appointments/details.html", fragment=_DETAILS, status=status, refused=refused, **_about(found, clock.now())
    )


def _done(appointment_id: UUID) -> Response:
    found = queries.appointment_of(viewer(), appointment_id)
    url = url_for(".details", appointment_id=appointment_id)
    return done(_DETAILS, instead=url, refused="", **_about(found, clock.now()))


def _about(found: Details, now: datetime) -> dict[str, Any]:
    visit = found.visit
    state, asked_at = State(visit.state), visit.cancel_asked_at
    why_not = rules.why_not_cancel(state, visit.starts_at, found.notice, now) or rules.why_not_ask_again(asked_at)
    return {
        "found": found,
        "visit": visit,
        "shown": wording.shown(viewer()),
        "may_cancel": why_not is None,
        "why_not_cancel": words_for(why_not) if why_not and visit.is_open else "",
        "may_confirm": not rules.why_not_confirm(state, visit.starts_at, asked_at, now) and not found.is_confirmed,
        "near": check_in.offers(visit, now),
        "is_for_calendars": visit.is_open and (found.replaces is None or state is State.BOOKED),
        "is_ahead": visit.is_open and visit.ends_at > now,
    }


def _ask_to_cancel(found: Details, form: CancelForm, status: int = 200) -> Response:
    values = _about(found, clock.now())
    return page("appointments/cancel.html", fragment=_CANCEL, status=status, form=form, **values)
