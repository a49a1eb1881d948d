"""Opening hours: a list of providers, and each one's week with what lies beside it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, g, url_for

from portal.blueprints.appointments.hours_forms import HoursForm, typed_hours
from portal.blueprints.appointments.hours_wording import (
    WEEKDAYS,
    hours_facts,
    in_force_words,
    off_words,
    saved_hours,
    times_words,
)
from portal.blueprints.appointments.wording import STATES
from portal.domain.appointments import hours, opening
from portal.domain.appointments.hours_types import KeptHours
from portal.domain.practices import queries as practices
from portal.kernel import clock
from portal.kernel.refusal import Refused, Stale
from portal.web import office_tabs
from portal.web.access import staff
from portal.web.hypermedia import go, page
from portal.web.texts import gettext as _
from portal.web.wording import words_for

bp = Blueprint("appointments_hours", __name__)


@bp.get("/")
def listing() -> Response:
    """Who has hours, and when the whole office is closed."""
    viewer = staff()
    today = clock.today(viewer.time_zone)
    return page(
        "appointments/hours_list.html",
        providers=hours.providers_of(viewer, today),
        holidays=hours.holidays_of(viewer, today),
        off_words=off_words,
        tabs=office_tabs.of("appointments_hours"),
    )


@bp.get("/<uuid:provider_id>/")
def week(provider_id: UUID) -> Response:
    """One provider's weekly hours, days off, and what stays booked although the hours do not say so."""
    viewer = staff()
    return page(
        "appointments/hours_week.html",
        week=hours.week_of(viewer, provider_id, clock.now()),
        today=clock.today(viewer.time_zone),
        zone=viewer.time_zone,
        weekdays=WEEKDAYS,
        states=STATES,
        times_words=times_words,
        hours_facts=hours_facts,
        in_force_words=in_force_words,
        off_words=off_words,
    )


@bp.get("/<uuid:provider_id>/add")
def new(provider_id: UUID) -> Response:
    """An empty form, as most offices work."""
    typed = {"slot_minutes": "20", "capacity": "1", "from_day": clock.today(staff().time_zone)}
    return _ask(
        provider_id, HoursForm(practices.open_locations_of(staff()), data=typed), url_for(".new", **_at(provider_id))
    )


@bp.post("/<uuid:provider_id>/add")
def add(provider_id: UUID) -> Response:
    """Hours on one or more weekdays."""
    form = HoursForm(practices.open_locations_of(staff()))
    url = url_for(".new", **_at(provider_id))
    if not form.validate():
        return _ask(provider_id, form, url, 422)
    try:
        opening.add_hours(staff(), provider_id, form.facts(0), form.chosen_weekdays())
    except Refused as refused:
        return _refuse(provider_id, form, url, refused)
    return _back(provider_id)


@bp.get("/<uuid:provider_id>/<uuid:hours_id>/edit")
def edit(provider_id: UUID, hours_id: UUID) -> Response:
    """One rule as a form."""
    kept = hours.hours_of(staff(), provider_id, hours_id)
    form = HoursForm(practices.open_locations_of(staff()), data=typed_hours(kept))
    return _ask(provider_id, form, _url(provider_id, hours_id), kept=kept)


@bp.post("/<uuid:provider_id>/<uuid:hours_id>/edit")
def change(provider_id: UUID, hours_id: UUID) -> Response:
    """Save it, unless somebody else did meanwhile. What is booked stays."""
    kept, form = hours.hours_of(staff(), provider_id, hours_id), HoursForm(practices.open_locations_of(staff()))
    form.weekdays.data, url = [str(kept.facts.weekday)], _url(provider_id, hours_id)
    if not form.validate():
        return _ask(provider_id, form, url, 422, kept=kept)
    try:
        facts = form.facts(kept.facts.weekday)
        opening.change_hours(staff(), provider_id, hours_id, facts, mark=form.opened)
    except Refused as refused:
        return _refuse(provider_id, form, url, refused, kept=kept)
    except Stale as stale:
        form.meets(saved_hours(stale.theirs), stale.theirs.mark)
        return _ask(provider_id, form, url, 409, kept=kept)
    return _back(provider_id)


@bp.get("/<uuid:provider_id>/<uuid:hours_id>/remove")
def ask_to_remove(provider_id: UUID, hours_id: UUID) -> Response:
    """Ask first."""
    kept = hours.hours_of(staff(), provider_id, hours_id)
    return page(
        "appointments/hours_remove.html",
        title=_("Remove these hours?"),
        what=f"{WEEKDAYS[str(kept.facts.weekday)]}, {times_words(kept.facts.starts, kept.facts.ends)}",
        words=_("Nobody is offered these times any more. What is booked stays."),
        form_url=url_for(".remove", hours_id=hours_id, **_at(provider_id)),
        leave_url=url_for(".week", **_at(provider_id)),
    )


@bp.post("/<uuid:provider_id>/<uuid:hours_id>/remove")
def remove(provider_id: UUID, hours_id: UUID) -> Response:
    """Take it away."""
    opening.remove_hours(staff(), provider_id, hours_id)
    return _back(provider_id)


def _at(provider_id: UUID) -> dict[str, UUID]:
    return {"provider_id": provider_id}


def _url(provider_id: UUID, hours_id: UUID) -> str:
    return url_for(".edit", hours_id=hours_id, **_at(provider_id))


def _refuse(provider_id: UUID, form: HoursForm, url: str, refused: Refused, kept: KeptHours | None = None) -> Response:
    form.form_errors.append(words_for(refused.refusal))
    return _ask(provider_id, form, url, 422, kept=kept)


def _ask(provider_id: UUID, form: HoursForm, url: str, status: int = 200, *, kept: KeptHours | None = None) -> Response:
    return page(
        "appointments/hours_form.html",
        status=status,
        form=form,
        form_url=url,
        title=_("Edit hours") if kept else _("Add hours"),
        weekday=WEEKDAYS[str(kept.facts.weekday)] if kept else None,
        provider=kept.provider if kept else practices.provider_of(staff(), provider_id).name,
        leave_url=url_for(".week", **_at(provider_id)),
    )


def _back(provider_id: UUID) -> Response:
    return go(url_for(".week", receipt=g.receipt_number, **_at(provider_id)))
