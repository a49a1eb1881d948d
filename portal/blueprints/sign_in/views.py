from __future__ import annotations

from flask import Blueprint, Response, request, session, url_for

from portal.blueprints.sign_in import wording
from portal.blueprints.sign_in.forms import CodeForm, SignInForm
from portal.domain.sign_in import actions, parking, rules, second_step
from portal.domain.viewer import Actor
from portal.kernel import clock
from portal.kernel.passwords import Busy
from portal.kernel.refusal import Missing, Refusal, Refused
from portal.web import access, origin, parked
from portal.web.hypermedia import go, page, page_for_everybody
from portal.web.once import exempt
from portal.web.wording import tell

bp = Blueprint("sign_in", __name__)
assert wording.REASONS
_SLOW_DOWN = {"wait", "too_many"}
_HOMES = {"patient": "/me/", "staff": "/office/"}
Row = access.viewers.PatientRow | access.viewers.StaffRow


@bp.get("/")
def ask() -> Response:
    """The doorway."""
    return _ask_plainly("patient")


@bp.post("/")
@exempt
def enter() -> Response:
    """User name and password of a patient."""
    return _enter("patient")


@bp.get("/office")
def ask_staff() -> Response:
    """The doorway of the office console."""
    return _ask_plainly("staff")


@bp.post("/office")
@exempt
def enter_staff() -> Response:
    """User name and password of a member of staff; their code comes next."""
    return _enter("staff")


@bp.get("/code")
def ask_code() -> Response:
    """The second step. `?printed=1`: with a recovery code, whose box takes letters."""
    return _ask_code(_waiting(), CodeForm())


@bp.post("/code")
@exempt
def enter_code() -> Response:
    """A code of the authenticator app, or (patients) one of those that were printed."""
    row, form = _waiting(), CodeForm()
    if not form.validate():
        return _ask_code(row, form, 422)
    actor = access.actor_of(row)
    attempt = origin.attempt(actor.kind, "", "")
    try:
        proven = second_step.prove(actor, attempt, str(form.code.data), clock.now())
        second_step.use(actor, proven, clock.now())
    except Refused as refused:
        tell(form, refused.refusal)
        return _slowed(_ask_code(row, form, _status(refused.refusal)), refused.refusal)
    session.become(actions.renew(row.session_id))  # type: ignore[attr-defined]
    origin.know(actions.welcome(actor, attempt))
    return go(_onward(actor, _HOMES[actor.kind]))


@bp.post("/out")
@exempt
def sign_out() -> Response:
    """End the session, and take back what the browser kept (A28)."""
    row = access.whoever() or access.waiting()
    if row is not None:
        actions.sign_out(row.session_id, access.actor_of(row))
    session.forget()  # type: ignore[attr-defined]
    answer = go(url_for(".ask" if row is None or access.actor_of(row).kind == "patient" else ".ask_staff", why="out"))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@bp.get("/idle")
@access.quiet
def idle() -> Response:
    """How long the session still lasts: nothing to see, then a warning (A20). Does not count as activity."""
    row = access.whoever()
    if row is None:
        return go(url_for(".ask", why="idle"))
    left = int((rules.ends_at(row.opened_at, row.seen_at) - clock.now()).total_seconds())
    return _watch(left)


@bp.post("/extend")
@exempt
def extend() -> Response:
    """ "Stay signed in"."""
    row = access.whoever()
    if row is None:
        return go(url_for(".ask", why="idle"))
    actions.extend(row.session_id)
    return _watch(int(rules.IDLE.total_seconds()))


@bp.post("/end")
@exempt
@access.quiet
def end() -> Response:
    """The page's own clock ran out: what was typed is parked, and the page goes away (ACC-7)."""
    row = access.whoever()
    if row is not None:
        return _watch(int((rules.ends_at(row.opened_at, row.seen_at) - clock.now()).total_seconds()))
    ended = access.ended()
    kept = ended is not None and parked.keep(ended.actor, request.form.get("form_path", ""))
    door = ".ask_staff" if ended and ended.actor.kind == "staff" else ".ask"
    return go(url_for(door, why="idle", kept="1" if kept else None))


def _watch(left: int) -> Response:
    warned = int(rules.WARNED_BEFORE_END.total_seconds())
    return page(
        "partials/sign_in/idle_watch.html", warn=left <= warned, delay=max(left if left <= warned else left - warned, 1)
    )


def _ask_plainly(kind: str) -> Response:
    if request.query_string:
        return _ask(SignInForm(), kind)
    empty = {"kind": kind, "next": "", "why": None, "kept": False}
    return page_for_everybody("sign_in/page.html", lambda: {"form": SignInForm(), **empty})


def _ask(form: SignInForm, kind: str, status: int = 200) -> Response:
    return page(
        "sign_in/page.html",
        status=status,
        form=form,
        kind=kind,
        next=request.values.get("next", ""),
        why=request.args.get("why"),
        kept=request.args.get("kept") == "1",
    )


def _enter(kind: str) -> Response:
    form = SignInForm()
    if not form.validate():
        return _ask(form, kind, 422)
    attempt = origin.attempt(kind, str(form.username.data), str(form.password.data))
    try:
        entrant = actions.knock(attempt)
    except Refused as refused:
        return _again("sign_in/page.html", form, refused.refusal, kind=kind, next=request.values.get("next", ""))
    except Busy:
        return _busy()
    entered = actions.enter(entrant, attempt)
    session.become(entered.token)  # type: ignore[attr-defined]
    origin.know(entered.device)
    if entrant.has_second_step:
        return go(url_for(".ask_code", next=request.values.get("next") or None))
    if entrant.is_waiting:
        return go(url_for("enrollment_open.wait"))
    return go(_onward(entrant.actor if entered.has_parked else None, _HOMES[kind]))


def _again(template: str, form: SignInForm, refusal: Refusal, **values: object) -> Response:
    tell(form, refusal)
    return _slowed(page(template, status=_status(refusal), form=form, why=None, kept=False, **values), refusal)


def _status(refusal: Refusal) -> int:
    return 429 if refusal.code in _SLOW_DOWN else 422


def _slowed(answer: Response, refusal: Refusal) -> Response:
    if until := refusal.facts.get("until"):
        answer.headers["Retry-After"] = str(max(int((until - clock.now()).total_seconds()), 1))
    return answer


def _busy() -> Response:
    """Too many hashes are waiting: a page that comes back to the doorway by itself."""
    answer = page("sign_in/busy.html", status=503)
    answer.headers["Retry-After"], answer.headers["Refresh"] = "5", f"5; url={request.path}"
    return answer


def _onward(actor: Actor | None, home: str) -> str:
    """Where a sign-in leads: a form of the actor's that came too late, the page asked for, or the first page."""
    late = parking.offer_parked(actor) if actor else None
    if late and access.is_ours(late):
        return f"{late}?kept=1"
    asked = request.values.get("next", "")
    return asked if asked and access.is_ours(asked) else home


def _waiting() -> Row:
    row = access.whoever()
    if row is None or not row.awaiting_code:
        raise Missing
    return row


def _ask_code(row: Row, form: CodeForm, status: int = 200) -> Response:
    return page(
        "sign_in/code.html",
        status=status,
        form=form,
        kind=access.actor_of(row).kind,
        printed=request.values.get("printed") == "1",
        next=request.values.get("next", ""),
    )
