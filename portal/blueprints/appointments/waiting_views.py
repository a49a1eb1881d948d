"""Waiting for an earlier time: the wishes, the list, and what is offered."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, request, url_for

from portal.blueprints.appointments import waiting_wording, wording
from portal.blueprints.appointments.waiting_forms import WishForm
from portal.domain.appointments import offering, queries, waiting, waiting_queries
from portal.domain.appointments.waiting_queries import Waits
from portal.kernel import clock
from portal.kernel.refusal import Missing, Refused
from portal.web.access import viewer
from portal.web.hypermedia import done, go, page
from portal.web.texts import gettext as _
from portal.web.wording import words_for

bp = Blueprint("appointments_waiting", __name__)
_VISIT, _PROVIDER = "/visit/<uuid:appointment_id>", "/provider/<uuid:provider_id>"
_ENTRY = "/<uuid:entry_id>"
_WISH, _WAIT = "partials/appointments/wish.html", "partials/appointments/wait.html"


@bp.get("/")
def listing() -> Response:
    """What the person waits for, and what became of it lately."""
    return page("appointments/waits.html", waits=waiting_queries.waits_of(viewer(), clock.now()), **_words(), **_told())


@bp.get(_VISIT)
def ask_earlier(appointment_id: UUID) -> Response:
    """Which earlier times than that of a visit?"""
    return _ask_earlier(appointment_id)


@bp.post(_VISIT)
def wish_earlier(appointment_id: UUID) -> Response:
    """These."""
    form = _form_of(queries.appointment_of(viewer(), appointment_id))
    if not form.validate():
        return _ask_earlier(appointment_id, form, 422)
    try:
        entry = waiting.wait_for_earlier(viewer(), appointment_id, form.wishes(), clock.now())
    except Refused as refused:
        form.form_errors.append(words_for(refused.refusal))
        return _ask_earlier(appointment_id, form, 409)
    return go(url_for(".one", entry_id=entry, receipt=g.receipt_number))


@bp.get(_PROVIDER)
def ask_any(provider_id: UUID) -> Response:
    """Which times of a provider?"""
    return _ask_any(provider_id)


@bp.post(_PROVIDER)
def wish_any(provider_id: UUID) -> Response:
    """These."""
    offer = offering.offering_of(viewer(), provider_id, clock.now())
    form = WishForm(offer.name, offer.office)
    if form.wanted_reason is None:
        raise Missing
    if not form.validate():
        return _ask_any(provider_id, form, 422)
    try:
        entry = waiting.wait_for_any(viewer(), provider_id, form.wanted_reason, form.wishes(), clock.now())
    except Refused as refused:
        form.form_errors.append(words_for(refused.refusal))
        return _ask_any(provider_id, form, 409)
    return go(url_for(".one", entry_id=entry, receipt=g.receipt_number))


@bp.get(f"{_ENTRY}/")
def one(entry_id: UUID) -> Response:
    """One wish, and what is offered."""
    return _one(waiting_queries.wait_of(viewer(), entry_id))


@bp.post(f"{_ENTRY}/take")
def take(entry_id: UUID) -> Response:
    """Yes: this is the visit now."""
    try:
        visit = waiting.take(viewer(), entry_id, clock.now())
    except Refused as refused:
        return _one(waiting_queries.wait_of(viewer(), entry_id), 409, words_for(refused.refusal))
    return go(url_for("appointments.details", appointment_id=visit, receipt=g.receipt_number))


@bp.post(f"{_ENTRY}/decline")
def decline(entry_id: UUID) -> Response:
    """Not this one."""
    try:
        waiting.decline(viewer(), entry_id, clock.now())
    except Refused as refused:
        return _one(waiting_queries.wait_of(viewer(), entry_id), 409, words_for(refused.refusal))
    g.said = _("The time goes to the next person. You stay on the list.")
    return _done(entry_id)


@bp.post(f"{_ENTRY}/leave")
def leave(entry_id: UUID) -> Response:
    """Off the list."""
    try:
        waiting.leave(viewer(), entry_id, clock.now())
    except Refused as refused:
        return _one(waiting_queries.wait_of(viewer(), entry_id), 409, words_for(refused.refusal))
    g.said = _("You are off the wait list.")
    return _done(entry_id)


def _ask_earlier(appointment_id: UUID, form: WishForm | None = None, status: int = 200) -> Response:
    found = queries.appointment_of(viewer(), appointment_id)
    back = url_for("appointments.details", appointment_id=appointment_id)
    return page(
        "appointments/wish.html",
        fragment=_WISH,
        status=status,
        form=form or _form_of(found),
        visit=found.visit,
        reason=found.visit.called(viewer().language),
        here=url_for(".ask_earlier", appointment_id=appointment_id),
        back=back,
    )


def _form_of(found: queries.Details) -> WishForm:
    return WishForm(f"{found.visit.provider}, {found.visit.credentials}", found.visit.office)


def _ask_any(provider_id: UUID, form: WishForm | None = None, status: int = 200) -> Response:
    offer = offering.offering_of(viewer(), provider_id, clock.now())
    wanted = form.wanted_reason if form else request.args.get("reason", type=UUID)
    reason = offer.reason(wanted)
    if reason is None:
        raise Missing
    return page(
        "appointments/wish.html",
        fragment=_WISH,
        status=status,
        form=form or WishForm(offer.name, offer.office, data={"reason": str(reason.public_id)}),
        visit=None,
        reason=reason.called(viewer().language),
        here=url_for(".ask_any", provider_id=provider_id, reason=reason.public_id),
        back=url_for("appointments_asking.times", provider_id=provider_id, reason=reason.public_id),
    )


def _one(wait: Waits, status: int = 200, refused: str = "") -> Response:
    values = {**_words(), **_told()}
    return page("appointments/wait.html", fragment=_WAIT, status=status, wait=wait, refused=refused, **values)


def _done(entry_id: UUID) -> Response:
    wait = waiting_queries.wait_of(viewer(), entry_id)
    return done(_WAIT, instead=url_for(".one", entry_id=entry_id), wait=wait, refused="", **_words(), **_told())


def _words() -> dict[str, Any]:
    return {"spoken": viewer().language, "wish_words": waiting_wording.wish_words}


def _told() -> dict[str, Any]:
    return {"own_zone": viewer().time_zone, "zone_told": wording.zone_told, "now": clock.now()}
