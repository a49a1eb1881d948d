from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, session, url_for

from portal.blueprints.recovery import wording
from portal.blueprints.recovery.forms import CodeForm, PasswordForm, ResetForm, SecondStepForm, UsernameForm
from portal.domain.recovery import actions, queries, second_code
from portal.domain.recovery.queries import Owner
from portal.domain.recovery.rules import Way
from portal.domain.recovery.types import Channel
from portal.domain.sign_in import password_rules
from portal.kernel import clock, secrets
from portal.kernel.refusal import Refusal, Refused
from portal.web import origin
from portal.web.forms import Form
from portal.web.hypermedia import go, page, page_for_everybody
from portal.web.once import exempt
from portal.web.wording import tell, words_for

bp = Blueprint("recovery", __name__)
_SLOW_DOWN = {"wait"}
_JUST_DONE = timedelta(minutes=15)


@bp.get("/username")
def ask_username() -> Response:
    """Recover Username: who are you?"""
    return page_for_everybody("recovery/username.html", lambda: {"form": UsernameForm()})


@bp.post("/username")
@exempt
def send_username() -> Response:
    """The username goes by email, or nothing does; the answer is the same."""
    form = UsernameForm()
    if not form.validate():
        return page("recovery/username.html", status=422, form=form)
    try:
        actions.ask_for_username(form.claim(), source=origin.address(), now=clock.now())
    except Refused as refused:
        return again("recovery/username.html", form, refused.refusal)
    return go(url_for(".username_sent"))


@bp.get("/username/sent")
def username_sent() -> Response:
    """What everybody is told who asked."""
    return page_for_everybody("recovery/username_sent.html", dict)


@bp.get("/password")
def ask_reset() -> Response:
    """Reset Password: which username, and how should the code come?"""
    return page_for_everybody("recovery/password.html", lambda: {"form": ResetForm()})


@bp.post("/password")
@exempt
def send_code() -> Response:
    """A code goes to the owner of that username, or to nobody; the answer is the same."""
    form = ResetForm()
    if not form.validate():
        return page("recovery/password.html", status=422, form=form)
    channel = Channel(form.via.data)
    try:
        actions.ask_for_code(form.username.data, channel, asker=asker(), source=origin.address(), now=clock.now())
    except Refused as refused:
        return again("recovery/password.html", form, refused.refusal)
    return go(url_for(".ask_code"))


@bp.get("/password/code")
def ask_code() -> Response:
    """Type the code."""
    way = queries.way_of(asker())
    if way is None:
        return go(url_for(".ask_reset"))
    return page("recovery/code.html", form=CodeForm(), sent=wording.SENT[Channel(way.channel)])


@bp.post("/password/code")
@exempt
def enter_code() -> Response:
    """The code is right: this browser gets a new token, and may choose."""
    way, form = queries.way_of(asker()), CodeForm()
    if way is None:
        return go(url_for(".ask_reset"))
    sent = wording.SENT[Channel(way.channel)]
    if not form.validate():
        return page("recovery/code.html", status=422, form=form, sent=sent)
    try:
        token = actions.prove(form.code.data, asker=asker(), now=clock.now())
    except Refused as refused:
        return again("recovery/code.html", form, refused.refusal, sent=sent)
    session.become(token)
    return go(url_for(".ask_password"))


@bp.get("/password/new")
def ask_password() -> Response:
    """The new password, for whoever has proved a code."""
    try:
        owner = actions.owner_proven(asker(), clock.now())
    except Refused:
        return _elsewhere()
    return _ask_password(owner, _password_form(owner))


@bp.post("/password/new")
@exempt
def choose_password() -> Response:
    """Save it. Nobody is signed in by this: the way on is the sign-in page (A13)."""
    try:
        owner = actions.owner_proven(asker(), clock.now())
    except Refused:
        return _elsewhere()
    form = _password_form(owner)
    if not form.is_good():
        return _ask_password(owner, form, 422)
    attempt = origin.attempt("patient", owner.username, "")
    code = str(form.code.data) if isinstance(form, SecondStepForm) else ""
    try:
        actions.choose_password(owner, str(form.password.data), attempt, code=code, asker=asker(), now=clock.now())
    except Refused as refused:
        return _refused(owner, form, refused.refusal)
    return _finished()


def _refused(owner: Owner, form: PasswordForm, refusal: Refusal) -> Response:
    if not refusal.code.startswith("password"):
        return again("recovery/new.html", form, refusal, **_shown(owner))
    form.password.errors = [words_for(refusal)]
    return _ask_password(owner, form, 422)


def asker() -> bytes:
    """What stands for this browser; nothing is known of one that came without a token."""
    return secrets.token_hash(session.token or secrets.random_token())


def _password_form(owner: Owner) -> PasswordForm:
    return SecondStepForm() if _asks_code(owner) else PasswordForm()


def _asks_code(owner: Owner) -> bool:
    """Whether the second step is asked for; not from somebody who proved two codes by two methods (A12)."""
    return owner.has_second_step and not second_code.is_proven(asker(), clock.now())


def _ask_password(owner: Owner, form: PasswordForm, status: int = 200) -> Response:
    return page("recovery/new.html", status=status, form=form, **_shown(owner))


def _shown(owner: Owner) -> dict[str, object]:
    second = _asks_code(owner)
    least = password_rules.LEAST_WITH_SECOND_STEP if second else password_rules.LEAST_ALONE
    return {"least": least, "second_step": second, "taken_off": owner.has_second_step and not second}


def _elsewhere() -> Response:
    """This browser may not choose: it is done (a second click), or it has to begin again."""
    way = queries.way_of(asker())
    return _finished() if way and _is_just_done(way) else go(url_for(".ask_reset"))


def _is_just_done(way: Way) -> bool:
    return way.done_at is not None and clock.now() - way.done_at < _JUST_DONE


def _finished() -> Response:
    return go(url_for("sign_in.ask", why="reset"))


def again(template: str, form: Form, refusal: Refusal, **values: object) -> Response:
    tell(form, refusal)
    answer = page(template, status=429 if refusal.code in _SLOW_DOWN else 422, form=form, **values)
    if until := refusal.facts.get("until"):
        answer.headers["Retry-After"] = str(max(int((until - clock.now()).total_seconds()), 1))
    return answer
