"""The second step of a patient's sign-in: on with an app and its first code, codes to print, and off (ACC-1, ACC-4)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, g, session, url_for

from portal.blueprints.security import passwords
from portal.blueprints.security.forms import AppCodeForm, PasswordForm
from portal.domain.accounts.authenticator import address_of
from portal.domain.sign_in import authenticators, recovery_codes
from portal.domain.sign_in.overview import overview_of
from portal.kernel import clock
from portal.kernel.refusal import Refused
from portal.web import origin, qr
from portal.web.access import viewer
from portal.web.hypermedia import go, page
from portal.web.navigation import settings_tabs
from portal.web.once import told_once
from portal.web.step_up import stepped_up, why_not_now
from portal.web.transaction import first
from portal.web.wording import words_for

bp = Blueprint("security_second_step", __name__)


@bp.get("/")
def show() -> Response:
    """Whether it is on, what it is, and how many codes are left."""
    return _page("security/second_step.html")


@bp.post("/")
@stepped_up
def begin() -> Response:
    """A secret for an app. Nothing is on yet."""
    authenticators.begin(viewer())
    return go(url_for(".set_up"))


@bp.get("/app")
@stepped_up
def set_up() -> Response:
    """The secret, to be scanned or typed into an app, and a box for its first code."""
    return _ask_code(AppCodeForm(), 200)


def _confirmed() -> Response | None:
    form, late = AppCodeForm(), why_not_now()
    if late is not None:
        return late
    if not form.validate():
        return _ask_code(form, 422)
    try:
        attempt = origin.attempt("patient", "", "")
        g.step = authenticators.confirmed(viewer(), attempt, str(form.code.data), clock.now())
    except Refused as refused:
        form.code.errors = [words_for(refused.refusal)]
        return _ask_code(form, 422)
    g.codes = recovery_codes.fresh()
    return None


@bp.post("/app")
@first(_confirmed)
@told_once
def turn_on() -> Response:
    """On. The codes to print are shown here and never again."""
    token = authenticators.turn_on(viewer(), g.step, g.codes, clock.now())
    session.become(token)  # type: ignore[attr-defined]
    return _show_codes()


def _made() -> Response | None:
    late = why_not_now()
    if late is None:
        g.codes = recovery_codes.fresh()
    return late


@bp.post("/codes")
@first(_made)
@told_once
def renew_codes() -> Response:
    """Ten new codes; the old ones are of no use any more."""
    authenticators.renew_codes(viewer(), g.codes)
    return _show_codes()


@bp.get("/off")
@stepped_up
def ask_to_turn_off() -> Response:
    """The password once more."""
    return _page("security/second_step_off.html", form=PasswordForm())


def _may_turn_off() -> Response | None:
    form, late = PasswordForm(), why_not_now()
    if late is not None:
        return late
    status = passwords.prepare_to_turn_off(viewer(), form)
    return _page("security/second_step_off.html", status, form=form) if status else None


@bp.post("/off")
@first(_may_turn_off)
def turn_off() -> Response:
    """Off: the password is enough again."""
    token = authenticators.turn_off(viewer(), clock.now())
    session.become(token)  # type: ignore[attr-defined]
    return go(url_for("security.overview", receipt=g.receipt_number))


def _ask_code(form: AppCodeForm, status: int) -> Response:
    app = authenticators.new_app_of(viewer())
    address = address_of(app.secret, app.username, current_app.config["PORTAL"].name)
    groups = " ".join(app.secret[at : at + 4] for at in range(0, len(app.secret), 4))
    return page(
        "security/second_step_app.html",
        status=status,
        form=form,
        picture=qr.picture_of(address),
        secret=groups,
        tabs=settings_tabs(),
    )


def _show_codes() -> Response:
    return page("security/recovery_codes.html", codes=g.codes.codes, tabs=settings_tabs(), now=clock.now())


def _page(template: str, status: int = 200, **values: Any) -> Response:
    own = overview_of(viewer(), clock.now())
    return page(template, status=status, own=own, tabs=settings_tabs(), **values)
