from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, url_for

from portal.blueprints.kiosks.forms import KioskForm
from portal.blueprints.kiosks.wording import PAIRINGS
from portal.domain.kiosks import actions, queries, rules
from portal.kernel import clock
from portal.kernel.refusal import refuse_if
from portal.web.access import quiet, staff
from portal.web.hypermedia import done, page

bp = Blueprint("kiosks_office", __name__)


@bp.get("/")
def listing() -> Response:
    """The kiosks of the office, and what goes on at each."""
    return page("kiosks/listing.html", **_listed())


@bp.get("/state")
@quiet
def state() -> Response:
    """The same list, as the page itself asks for it every few seconds; it does not count as somebody being there."""
    return page("kiosks/listing.html", fragment="partials/kiosks/listing.html", **_listed())


@bp.get("/add")
def new() -> Response:
    """An empty form."""
    return _form(KioskForm())


@bp.post("/add")
def add() -> Response:
    """One more kiosk; its pairing code is told here and nowhere else."""
    form = KioskForm()
    if not form.validate():
        return _form(form, 422)
    code = actions.add(staff(), str(form.name.data), now=clock.now())
    return _told(str(form.name.data), code)


@bp.post("/<uuid:kiosk_id>/code")
def renew_code(kiosk_id: UUID) -> Response:
    """A new pairing code."""
    code = actions.renew_code(staff(), kiosk_id, now=clock.now())
    return _told(queries.kiosk_of(staff(), kiosk_id).name, code)


@bp.get("/<uuid:kiosk_id>/rename")
def ask_name(kiosk_id: UUID) -> Response:
    """What shall it be called?"""
    kiosk = queries.kiosk_of(staff(), kiosk_id)
    return _form(KioskForm(data={"name": kiosk.name}), kiosk_id=kiosk_id)


@bp.post("/<uuid:kiosk_id>/rename")
def rename(kiosk_id: UUID) -> Response:
    """Call it something else."""
    form = KioskForm()
    if not form.validate():
        return _form(form, 422, kiosk_id=kiosk_id)
    actions.rename(staff(), kiosk_id, str(form.name.data))
    return _back_to_the_list()


@bp.get("/<uuid:kiosk_id>/unpair")
def ask_to_unpair(kiosk_id: UUID) -> Response:
    """Ask first."""
    kiosk = queries.kiosk_of(staff(), kiosk_id)
    refuse_if(rules.why_not_unpair(kiosk.paired_at))
    return page("kiosks/unpair.html", kiosk=kiosk, leave_url=url_for(".listing"))


@bp.post("/<uuid:kiosk_id>/unpair")
def unpair(kiosk_id: UUID) -> Response:
    """The device is a stranger from here on."""
    actions.unpair(staff(), kiosk_id)
    return _back_to_the_list()


@bp.post("/<uuid:kiosk_id>/help")
def see_to(kiosk_id: UUID) -> Response:
    """Somebody goes there."""
    actions.see_to(staff(), kiosk_id)
    return _back_to_the_list()


def _listed() -> dict[str, Any]:
    now = clock.now()
    return {
        "kiosks": [
            (kiosk, rules.pairing_of(kiosk.code_until, kiosk.paired_at, now), rules.is_away(kiosk.seen_at, now))
            for kiosk in queries.kiosks_of(staff())
        ],
        "pairings": PAIRINGS,
        "zone": staff().time_zone,
    }


def _back_to_the_list() -> Response:
    return done("partials/kiosks/listing.html", instead=url_for(".listing"), **_listed())


def _form(form: KioskForm, status: int = 200, kiosk_id: UUID | None = None) -> Response:
    return page(
        "kiosks/edit.html",
        fragment="partials/kiosks/edit.html",
        status=status,
        form=form,
        kiosk_id=kiosk_id,
        leave_url=url_for(".listing"),
    )


def _told(name: str, code: str) -> Response:
    """The code, in two halves that are easy to read out, and where to type it."""
    half = len(code) // 2
    return page(
        "kiosks/code.html",
        fragment="partials/kiosks/code.html",
        kiosk_name=name,
        code=f"{code[:half]} {code[half:]}",
        kiosk_url=current_app.config["PORTAL"].public_url + url_for("kiosks.welcome"),
        until=clock.now() + rules.CODE_LASTS,
        zone=staff().time_zone,
        leave_url=url_for(".listing"),
    )
