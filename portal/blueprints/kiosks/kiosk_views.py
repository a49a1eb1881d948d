"""What a paired device shows around the steps of an enrollment."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, request, url_for

from portal.blueprints.kiosks.screen import POLL, is_begun, screen
from portal.blueprints.kiosks.steps import QUESTIONS, question_of
from portal.blueprints.kiosks.wording import STEPS, welcome_in
from portal.domain.enrollment import queries as enrollment
from portal.domain.enrollment import rules as enrollment_rules
from portal.domain.kiosks import endings, rules, visits
from portal.domain.kiosks.types import Session, Stage, State
from portal.domain.kiosks.visits import Draft
from portal.kernel import clock, database
from portal.web import kiosk_device, language, qr
from portal.web.access import quiet
from portal.web.hypermedia import go, page, wants_fragment
from portal.web.once import exempt
from portal.web.templates import LANGUAGES

bp = Blueprint("kiosks", __name__)
_NOT_KEPT = frozenset({"csrf_token", "question", "password", "again"})


@bp.get("/")
@quiet
def welcome() -> Response:
    """At rest; or what staff have sent here; or where somebody is in it."""
    kiosk, spoken = kiosk_device.here(), language.present()
    others = sorted(LANGUAGES, key=lambda one: one != spoken)
    match rules.stage_of(kiosk.session):
        case Stage.SENT:
            return screen("kiosks/start.html", "sent", other=others[1])
        case Stage.BEGUN:
            return _where(kiosk.session)
        case Stage.DONE:
            return go(url_for(".done"))
        case _:
            return screen("kiosks/welcome.html", "rest", welcomes=[welcome_in(one) for one in others])


@bp.post("/begin")
@exempt
def begin() -> Response:
    """ "Start", in the language of the button."""
    session, wanted = kiosk_device.here().session, request.form.get("language", "")
    if session is None or rules.stage_of(session) is not Stage.SENT:
        return go(url_for(".welcome"))
    chosen = wanted if wanted in LANGUAGES else session.language
    token = visits.begin(session, chosen, now=clock.now())
    return kiosk_device.give_session(go(url_for(".welcome")), token)


@bp.get("/watch")
@quiet
def watch() -> Response:
    """What the page asks every three seconds: is there anything new, and is anybody there?"""
    kiosk, at = kiosk_device.here(), request.args.get("at", "")
    if rules.must_move(at, rules.stage_of(kiosk.session)):
        return go(url_for(".welcome"))
    if not is_begun(kiosk):
        return go(url_for(".welcome")) if at in QUESTIONS else make_response("", 204)
    warn = rules.is_quiet(kiosk.session.touched_at, clock.now())
    if warn == (request.args.get("warned") == "1"):
        return make_response("", 204)
    return page("partials/kiosks/watch.html", at=at, poll=POLL, begun=True, warned=warn)


@bp.post("/here")
@exempt
def touch() -> Response:
    """Somebody types: that was the touch (the door has counted it)."""
    return make_response("", 204)


@bp.get("/still-there")
@quiet
def still_there() -> Response:
    """Without script: the page where a quiet screen comes to."""
    return screen("kiosks/still_there.html", "quiet") if is_begun(kiosk_device.here()) else go(url_for(".welcome"))


@bp.post("/more")
@exempt
def more_time() -> Response:
    """ "Yes, I need more time", as often as they need (the door has counted it); with script the page stays."""
    if not wants_fragment():
        return go(url_for(".welcome"))
    return page("partials/kiosks/watch.html", at=request.form.get("at", ""), poll=POLL, begun=True, warned=False)


@bp.get("/over")
@quiet
def over() -> Response:
    """Where a screen goes whose time is over; it clears there, and stays where somebody is in it after all."""
    session = kiosk_device.here().session
    return kiosk_device.leave() if rules.stage_of(session) is Stage.DONE else go(url_for(".welcome"))


@bp.post("/start-over")
@exempt
def start_over() -> Response:
    """Everything that was typed goes, from here and from this browser."""
    session = kiosk_device.here().session
    if session is not None and rules.stage_of(session) is Stage.BEGUN:
        visits.start_over(session, now=clock.now())
    return kiosk_device.leave()


@bp.get("/help")
def help_comes() -> Response:
    """Somebody comes."""
    return screen("kiosks/call_staff.html", "help")


@bp.post("/help")
@exempt
def ask_for_help() -> Response:
    """The staff screen says so; what was typed stays."""
    kiosk, question = kiosk_device.here(), request.form.get("question", "")
    visits.ask_for_help(kiosk, now=clock.now())
    if is_begun(kiosk) and question in QUESTIONS:
        fields = visits.keep_only(request.form.to_dict(), _NOT_KEPT)
        visits.keep(kiosk.session, Draft(question, fields, {}, []))
    return go(url_for(".help_comes"))


@bp.post("/alone")
@exempt
def go_on_alone() -> Response:
    """ "Keep going by myself"."""
    visits.go_on_alone(kiosk_device.here())
    return go(url_for(".welcome"))


@bp.get("/done")
@quiet
def done() -> Response:
    """It is done: how to sign in on one's own phone, for a minute."""
    session = kiosk_device.here().session
    if rules.stage_of(session) is not Stage.DONE:
        return go(url_for(".welcome"))
    address = current_app.config["PORTAL"].public_url + url_for("sign_in.ask")
    return screen(
        "kiosks/done.html",
        "done",
        session=session,
        address=address,
        drawing=qr.picture_of(address),
        steps=[str(words) for words in STEPS.values()],
        seconds=int(rules.SHOWN.total_seconds()),
    )


def _where(session: Session) -> Response:
    """The question that is due."""
    run = enrollment.run_of(session.holder, clock.now())
    if run is not None:
        return go(url_for("kiosks_steps.ask", question=question_of(session, run, enrollment_rules.next_step(run))))
    with database.writing():
        endings.end_by_itself(session.id, State.LEFT, clock.now())
    return kiosk_device.leave()
