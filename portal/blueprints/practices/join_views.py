"""The link of an invitation to staff: open to whoever holds it, for seven days, once."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, url_for

from portal.blueprints.practices.staff_forms import CodeForm, JoinForm
from portal.blueprints.practices.wording import ROLES
from portal.domain.accounts import authenticator
from portal.domain.practices import joining, roster, rules
from portal.domain.practices.types import Opened
from portal.domain.sign_in import password_rules
from portal.domain.viewer import Role
from portal.kernel import clock, passwords
from portal.kernel.refusal import Refusal, Refused
from portal.web import access, qr
from portal.web.forms import Form
from portal.web.hypermedia import go, page
from portal.web.once import exempt
from portal.web.wording import words_for

bp = Blueprint("practices_join", __name__)
_AT_FIELD = {"username_form": "username", "username_taken": "username"}


@bp.get("/<token>")
def ask(token: str) -> Response:
    """Who asks, and what to choose. Nothing is used up."""
    invitation = roster.opened(token)
    return _over(invitation) or _ask(token, invitation, JoinForm())


@bp.post("/<token>")
@exempt
def choose(token: str) -> Response:
    """Username and password; the authenticator app comes next. The hash is made before a transaction begins."""
    invitation, form = roster.opened(token), JoinForm()
    stopped = _over(invitation)
    if stopped is not None:
        return stopped
    if not form.validate() or not _is_good(form, invitation):
        return _ask(token, invitation, form, 422)
    hashed = passwords.hash_password(str(form.password.data))
    try:
        joining.choose(token, str(form.username.data), hashed, clock.now())
    except Refused as refused:
        return _refused(token, invitation, form, refused.refusal)
    return go(url_for(".ask_code", token=token))


@bp.get("/<token>/authenticator")
def ask_code(token: str) -> Response:
    """The QR code for the app, and the field for its first code."""
    invitation = roster.opened(token)
    return _over(invitation) or _ask_code(token, CodeForm())


@bp.post("/<token>/authenticator")
@exempt
def confirm(token: str) -> Response:
    """The app works: the sign-in is theirs from now on."""
    invitation, form = roster.opened(token), CodeForm()
    stopped = _over(invitation)
    if stopped is not None:
        return stopped
    if not form.validate():
        return _ask_code(token, form, 422)
    try:
        joining.confirm(token, str(form.code.data), clock.now())
    except Refused as refused:
        if refused.refusal.code != "wrong_code":
            return _refused(token, invitation, JoinForm(formdata=None), refused.refusal)
        form.code.errors = [words_for(refused.refusal)]
        return _ask_code(token, form, 422)
    return go(url_for(".done"))


@bp.post("/<token>/accept")
@exempt
def accept(token: str) -> Response:
    """Somebody who is signed in as staff takes it with the sign-in that they have."""
    invitation, member = roster.opened(token), _signed_in()
    if member is None:
        return go(url_for("sign_in.ask_staff", next=url_for(".ask", token=token)))
    try:
        joining.accept(token, access.actor_of(member), clock.now())
    except Refused as refused:
        return _over(invitation) or _ended(invitation, refused.refusal)
    return go(url_for("office_choice.choose"))


@bp.get("/done")
def done() -> Response:
    """What to do next."""
    return page("practices/joined.html")


def _signed_in() -> access.viewers.StaffRow | None:
    row = access.whoever()
    return row if isinstance(row, access.viewers.StaffRow) and not row.awaiting_code else None


def _is_good(form: JoinForm, invitation: Opened) -> bool:
    about = (str(form.username.data), invitation.given, invitation.family, invitation.office, invitation.email)
    refusal = password_rules.why_not_choose(str(form.password.data), has_second_step=True, about=about)
    if refusal is not None:
        form.password.errors = [words_for(refusal)]
    return refusal is None


def _refused(token: str, invitation: Opened, form: JoinForm, refusal: Refusal) -> Response:
    if refusal.code in _AT_FIELD:
        form[_AT_FIELD[refusal.code]].errors = [words_for(refusal)]
        return _ask(token, invitation, form, 422)
    if refusal.code == "set_up_first":
        return go(url_for(".ask", token=token))
    return _ended(roster.opened(token), refusal)


def _over(invitation: Opened) -> Response | None:
    """Why the link is of no use any more, and whom to ask."""
    refusal = rules.why_not_join(invitation.state, invitation.expires_at, clock.now())
    return _ended(invitation, refusal) if refusal is not None else None


def _ended(invitation: Opened, refusal: Refusal) -> Response:
    return page("practices/join_over.html", status=409, invitation=invitation, why=words_for(refusal))


def _ask(token: str, invitation: Opened, form: JoinForm, status: int = 200) -> Response:
    member = _signed_in()
    return page(
        "practices/join_with.html" if member and not form.errors else "practices/join.html",
        status=status,
        invitation=invitation,
        role=ROLES[Role(invitation.role)],
        form=form,
        member=f"{member.given} {member.family}" if member else None,
        least=password_rules.least(has_second_step=True),
        join_url=url_for(".choose", token=token),
        accept_url=url_for(".accept", token=token),
        sign_in_url=url_for("sign_in.ask_staff", next=url_for(".ask", token=token)),
    )


def _ask_code(token: str, form: Form, status: int = 200) -> Response:
    try:
        username, secret = roster.set_up_of(token, clock.now())
    except Refused:
        return go(url_for(".ask", token=token))
    address = authenticator.address_of(secret, username, current_app.config["PORTAL"].name)
    return page(
        "practices/join_code.html",
        status=status,
        form=form,
        picture=qr.picture_of(address),
        secret=" ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        code_url=url_for(".confirm", token=token),
        back_url=url_for(".ask", token=token),
    )
