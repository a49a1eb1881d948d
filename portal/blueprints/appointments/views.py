"""A person's visits: the month with the list of what comes, the past, and each one's details."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request

from portal.blueprints.appointments import month, wording
from portal.domain.appointments import queries
from portal.kernel import clock
from portal.web.access import viewer
from portal.web.hypermedia import page

bp = Blueprint("appointments", __name__)


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


@bp.get("/<uuid:appointment_id>/")
def details(appointment_id: UUID) -> Response:
    """One visit, and what happened to it."""
    found = queries.appointment_of(viewer(), appointment_id)
    return page(
        "appointments/details.html",
        found=found,
        visit=found.visit,
        shown=wording.shown(viewer()),
    )
