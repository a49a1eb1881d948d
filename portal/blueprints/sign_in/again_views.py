"""Is it you? Before a step that could hurt: the password once more, with the second step where there is one, or a
passkey, which is both (web/step_up.py; SECURITY A23, ASVS 7.5.1)."""

from __future__ import annotations

from flask import Blueprint, Response, request, session, url_for

from portal.blueprints.sign_in.forms import AgainForm, PasskeyForm
from portal.domain.sign_in import actions, passkeys, queries, second_step
from portal.domain.sign_in.second_step import Proven
from portal.kernel import clock, secrets
from portal.kernel.passwords import Busy
from portal.kernel.refusal import Missing, Refusal, Refused
from portal.web import access, origin, passkey_site, security_headers
from portal.web.hypermedia import go, leave, page
from portal.web.once import exempt
from portal.web.viewers import PatientRow, StaffRow
from portal.web.wording import tell

bp = Blueprint("sign_in_again", __name__)
_SLOW_DOWN = {"wait", "too_many"}


@bp.get("")
def ask() -> Response:
    """The password, and a code where the second step is on. `?printed=1`: a code that was printed."""
    row = _inside()
    return leave(url_for("sign_in.ask"), 401) if row is None else _ask(row, _form(row), 200)


@bp.post("")
@exempt
def enter() -> Response:
    """It is the same person still: back to where they were going, with a new token."""
    row = _inside()
    if row is None:
        return leave(url_for("sign_in.ask"), 401)
    form = _form(row)
    if not form.validate():
        return _ask(row, form, 422)
    try:
        proven = _proven(row, form)
    except Refused as refused:
        return _refused(row, form, refused.refusal)
    except Busy:
        return _refused(row, form, Refusal("wait", until=clock.now()))
    if proven is not None:
        second_step.use(access.actor_of(row), proven, clock.now())
    return _onward(row)


def _proven(row: PatientRow | StaffRow, form: AgainForm) -> Proven | None:
    """Both, and each counted as at the doorway; the code is right, and still to be used up."""
    actor = access.actor_of(row)
    attempt = origin.attempt(actor.kind, queries.username_of(actor), str(form.password.data))
    proven = second_step.prove(actor, attempt, str(form.code.data), clock.now()) if form.code else None
    actions.check_password(attempt)
    return proven


def _refused(row: PatientRow | StaffRow, form: AgainForm, refusal: Refusal) -> Response:
    if refusal.code == "wrong":
        refusal = Refusal("password_wrong")
    tell(form, refusal)
    return _ask(row, form, 429 if refusal.code in _SLOW_DOWN else 422)


@bp.post("/passkey/begin")
@exempt
def begin_passkey() -> Response:
    """A challenge for this session."""
    row = _inside()
    if row is None:
        return leave(url_for("sign_in.ask"), 401)
    passkeys.begin(_asker(row), clock.now())
    return go(url_for(".ask_passkey", next=_next()))


@bp.get("/passkey")
def ask_passkey() -> Response:
    """The button that asks the device."""
    row = _inside()
    if row is None:
        return leave(url_for("sign_in.ask"), 401)
    options = _options(row)
    return _ask_device(row, PasskeyForm(), 200, options) if options else go(url_for(".ask", next=_next()))


@bp.post("/passkey")
@exempt
def enter_passkey() -> Response:
    """What the device signed: it must be this very person's."""
    row, form = _inside(), PasskeyForm()
    if row is None:
        return leave(url_for("sign_in.ask"), 401)
    if not form.validate():
        return _ask_device(row, form, 422, _options(row))
    try:
        passkeys.take_a_try(origin.attempt("patient", "", ""), clock.now())
        said, mine = str(form.credential.data), access.actor_of(row)
        passkeys.owner_of(passkey_site.present(), _asker(row), said, clock.now(), only=mine)
    except Refused as refused:
        tell(form, refused.refusal)
        return _ask_device(row, form, 429 if refused.refusal.code in _SLOW_DOWN else 422, _options(row))
    return _onward(row)


def _inside() -> PatientRow | StaffRow | None:
    """Who is signed in, all steps done."""
    row = access.whoever()
    return None if row is None or row.awaiting_code else row


def _onward(row: PatientRow | StaffRow) -> Response:
    session.become(actions.renew(row.session_id))  # type: ignore[attr-defined]
    return go(_next() if access.is_ours(_next()) else "/")


def _next() -> str:
    return request.values.get("next", "/")


def _form(row: PatientRow | StaffRow) -> AgainForm:
    form = AgainForm()
    if not second_step.is_on(access.actor_of(row)):
        del form.code
    return form


def _ask(row: PatientRow | StaffRow, form: AgainForm, status: int) -> Response:
    actor = access.actor_of(row)
    return page(
        "sign_in/again.html",
        status=status,
        form=form,
        next=_next(),
        printed=request.values.get("printed") == "1" and actor.kind == "patient",
        kind=actor.kind,
        has_passkeys=passkeys.has_some(actor),
    )


def _options(row: PatientRow | StaffRow) -> str:
    """What the device is asked; nothing (any more), where that was answered or too long ago."""
    try:
        return passkeys.asked_to_sign(passkey_site.present(), _asker(row), clock.now())
    except Missing:
        return ""


def _ask_device(row: PatientRow | StaffRow, form: PasskeyForm, status: int, options: str) -> Response:
    return page(
        "sign_in/again_passkey.html",
        status=status,
        form=form,
        options=options,
        next=_next(),
        nonce=security_headers.nonce(),
    )


def _asker(row: PatientRow | StaffRow) -> bytes:
    """The session, whatever token it has by now."""
    return secrets.token_hash(f"again:{row.session_id}")
