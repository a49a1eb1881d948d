"""Asking for a visit: who, when, what to say, and the receipt. A chosen time is held for ten minutes meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, request, url_for

from portal.blueprints.appointments import asking_wording, choosing, wording
from portal.blueprints.appointments.asking_forms import FilterForm, OtherTimeForm, RequestForm
from portal.domain.appointments import holding, moving, offering, queries
from portal.domain.appointments.holding import Wanted
from portal.domain.appointments.offering import Offering
from portal.kernel import clock
from portal.kernel.refusal import Missing, Refused
from portal.web import access
from portal.web.access import viewer
from portal.web.hypermedia import go, page, wants_fragment
from portal.web.transaction import first
from portal.web.wording import words_for

bp = Blueprint("appointments_asking", __name__)
_PROVIDER = "/<uuid:provider_id>"
_TIMES, _REQUEST = "partials/appointments/times.html", "partials/appointments/request.html"


@bp.get("/")
def providers() -> Response:
    """Who takes requests, with their next free time; the others with their phone number."""
    now = clock.now()
    found = offering.offerings_of(viewer(), now)
    return page(
        "appointments/providers.html",
        open_ones=[(one, asking_wording.next_time(one, now)) for one in found if one.is_open],
        others=[one for one in found if not one.is_open],
    )


@bp.get("/instead/<uuid:appointment_id>")
def move(appointment_id: UUID) -> Response:
    """Another time for a visit: its provider's calendar, for the same reason."""
    found = moving.choice_of(viewer(), appointment_id)
    return go(url_for(".times", provider_id=found.provider, reason=found.reason, replaces=appointment_id))


@bp.get(f"{_PROVIDER}/")
def times(provider_id: UUID) -> Response:
    """A provider's month or week, and the times of a day; by htmx that part alone."""
    offer = offering.offering_of(viewer(), provider_id, clock.now())
    return _times(offer) if offer.is_open else _no_requests(offer)


def _tell_who_is_late(provider_id: UUID) -> Response | None:
    """Before the transaction: most of those who press in the same moment cost no write, and no turn with the pen."""
    wanted = RequestForm().wanted(provider_id)
    if wanted is None:
        return None
    offer = offering.offering_of(viewer(), provider_id, clock.now())
    why_not = holding.why_not_try(offer, wanted)
    return _missed(offer, wanted, Refused(why_not)) if why_not and offer.is_open else None


@bp.post(f"{_PROVIDER}/hold")
@first(_tell_who_is_late)
def hold(provider_id: UUID) -> Response:
    """Keep the time while they write; who came too late is shown the nearest others."""
    wanted = RequestForm().wanted(provider_id)
    if wanted is None:
        raise Missing
    try:
        holding.hold(viewer(), wanted, clock.now())
    except Refused as refused:
        return _missed(offering.offering_of(viewer(), provider_id, clock.now()), wanted, refused)
    return go(_url(".check", wanted))


@bp.get(f"{_PROVIDER}/check")
def check(provider_id: UUID) -> Response:
    """What will be sent, and room for some words."""
    form = RequestForm(data=request.args.to_dict())
    wanted = form.wanted(provider_id)
    if wanted is None:
        raise Missing
    return _check(offering.offering_of(viewer(), provider_id, clock.now()), wanted, form)


@bp.get(f"{_PROVIDER}/left")
@access.quiet
def left(provider_id: UUID) -> Response:
    """How long the time is still held, for the page that asks by itself; it shows nothing of a record."""
    g.section = ""
    wanted = RequestForm(data=request.args.to_dict()).wanted(provider_id)
    if wanted is None:
        raise Missing
    offer = offering.offering_of(viewer(), provider_id, clock.now())
    return page("partials/appointments/held.html", **_held(offer, wanted))


@bp.post(f"{_PROVIDER}/check")
def submit(provider_id: UUID) -> Response:
    """Send it: held or not, the time is theirs unless somebody else has it."""
    form = RequestForm()
    wanted = form.wanted(provider_id)
    if wanted is None:
        raise Missing
    if not form.validate():
        return _check(offering.offering_of(viewer(), provider_id, clock.now()), wanted, form, 422)
    try:
        visit = holding.submit(viewer(), wanted, form.note.data, clock.now())
    except Refused as refused:
        form.form_errors.append(words_for(refused.refusal))
        return _check(offering.offering_of(viewer(), provider_id, clock.now()), wanted, form, 409)
    return go(url_for(".sent", appointment_id=visit, receipt=g.receipt_number))


@bp.post(f"{_PROVIDER}/let_go")
def let_go(provider_id: UUID) -> Response:
    """They do not want the time after all: others can have it now."""
    wanted = RequestForm().wanted(provider_id)
    if wanted is None:
        raise Missing
    holding.let_go(viewer(), wanted)
    return go(url_for("appointments.calendar"))


@bp.get("/sent/<uuid:appointment_id>")
def sent(appointment_id: UUID) -> Response:
    """It is sent, or booked; and what comes next."""
    found = queries.appointment_of(viewer(), appointment_id)
    return page("appointments/sent.html", found=found, visit=found.visit, shown=wording.shown(viewer()))


def _times(offer: Offering, missed: Wanted | None = None, refused: Refused | None = None) -> Response:
    now = clock.now()
    look = choosing.looking(offer, now, missed)
    picked, holds = look.picked(), choosing.holds(offer, now)
    is_gone = look.at is not None and picked is None and look.at not in [one.starts_at for one in holds]
    return page(
        "appointments/times.html",
        fragment=_TIMES,
        status=409 if refused else 200,
        look=look,
        offer=offer,
        form=FilterForm.showing(look, viewer().language),
        picked=picked,
        holds=holds,
        near=offering.nearest_free(offer, look.reason, look.at, now) if is_gone and look.at else [],
        why_not=asking_wording.why_gone(refused) if is_gone or refused else "",
        old=look.old,
        why_not_move=asking_wording.why_not_move(look),
        here=url_for(".times", provider_id=offer.public_id),
        weekdays=wording.weekdays(),
        month=None if look.week else choosing.days_of_month(look),
        week=choosing.days_of_week(look) if look.week else None,
        beside=choosing.pages(look),
        **_words(),
    )


def _missed(offer: Offering, wanted: Wanted, refused: Refused) -> Response:
    """Why not, and the nearest times; to htmx in the place of the panel, with the calendar left as it is."""
    if not wants_fragment():
        return _times(offer, wanted, refused)
    now = clock.now()
    look = choosing.looking(offer, now, wanted)
    return page(
        "appointments/times.html",
        fragment="partials/appointments/missed.html",
        status=409,
        look=look,
        offer=offer,
        near=[] if look.picked() else offering.nearest_free(offer, look.reason, wanted.starts_at, now),
        why_not=asking_wording.why_gone(refused),
        here=url_for(".times", provider_id=offer.public_id),
    )


def _no_requests(offer: Offering) -> Response:
    return page("appointments/no_requests.html", fragment="partials/appointments/no_requests.html", offer=offer)


def _check(offer: Offering, wanted: Wanted, form: RequestForm, status: int = 200) -> Response:
    reason = offer.reason(wanted.reason)
    slot = offering.slot_at(offer, wanted.starts_at, reason.minutes) if reason else None
    if reason is None or (slot is None and status == 200):
        raise Missing
    now = clock.now()
    near = offering.nearest_free(offer, reason, wanted.starts_at, now) if status == 409 else []
    shown = OtherTimeForm.instead_of(form, near, offer.time_zone) if near else form
    shown.form_errors = form.form_errors
    return page(
        "appointments/check.html",
        fragment=_REQUEST,
        status=status,
        reason=reason,
        place=offer.places[slot.location_id] if slot else None,
        near=near,
        form=shown,
        times_url=_times_url(offer, wanted),
        wanted=wanted,
        ends_at=wanted.starts_at + timedelta(minutes=reason.minutes),
        **_held(offer, wanted),
        **_words(),
    )


def _held(offer: Offering, wanted: Wanted) -> dict[str, Any]:
    """Until when the time is held for them; None where it is not (any more)."""
    now = clock.now()
    mine = next((one for one in choosing.holds(offer, now) if one.starts_at == wanted.starts_at), None)
    until = mine.held_until if mine else None
    return {
        "until": until,
        "minutes_left": asking_wording.minutes_words(until - now) if until else "",
        "left_url": _url(".left", wanted),
        "offer": offer,
    }


def _words() -> dict[str, Any]:
    return {"spoken": viewer().language, "own_zone": viewer().time_zone, "shown": wording.shown(viewer())}


def _url(endpoint: str, wanted: Wanted) -> str:
    """An address that says what is wanted, by ids and a number alone."""
    at = int(wanted.starts_at.timestamp())
    return url_for(endpoint, provider_id=wanted.provider, reason=wanted.reason, at=at, replaces=wanted.replaces)


def _times_url(offer: Offering, wanted: Wanted) -> str:
    """The day from which the time was chosen."""
    day = wanted.starts_at.astimezone(offer.zone).date()
    return url_for(
        ".times", provider_id=wanted.provider, reason=wanted.reason, day=day.isoformat(), replaces=wanted.replaces
    )
