from __future__ import annotations

from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, make_response, request, url_for

from portal.blueprints.kiosks import following
from portal.blueprints.kiosks.forms import KioskForm, SendForm
from portal.blueprints.kiosks.wording import PAIRINGS, STEPS, TAGS
from portal.domain.charts import rules as charts
from portal.domain.enrollment.types import Step
from portal.domain.kiosks import actions, queries, rules, sending
from portal.domain.kiosks.types import KioskLine, Pairing, Paper, Sending, State
from portal.domain.viewer import Role
from portal.kernel import clock
from portal.kernel.refusal import Refused, refuse_if
from portal.web.access import chart, quiet, staff
from portal.web.chart_parts import Deed, add_deed
from portal.web.hypermedia import done, go, page
from portal.web.texts import lazy_gettext as _l
from portal.web.wording import tell, words_for

bp = Blueprint("kiosks_office", __name__)


@bp.get("/")
def listing() -> Response:
    """The kiosks of the office, and what goes on at each."""
    return page("kiosks/listing.html", **_listed())


@bp.get("/state")
@quiet
def state() -> Response:
    """The same list, as the page itself asks for it every few seconds; it does not count as somebody being there."""
    listed = _listed()
    if listed["mark"] == request.args.get("mark"):
        return make_response("", 204)
    return page("kiosks/listing.html", fragment="partials/kiosks/listing.html", **listed)


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
    actions.unpair(staff(), kiosk_id, now=clock.now())
    return _back_to_the_list()


@bp.get("/<uuid:kiosk_id>/take_off")
def ask_to_take_off(kiosk_id: UUID) -> Response:
    """Ask first."""
    return page("kiosks/take_off.html", kiosk=queries.kiosk_of(staff(), kiosk_id), leave_url=url_for(".listing"))


@bp.post("/<uuid:kiosk_id>/take_off")
def take_off(kiosk_id: UUID) -> Response:
    """It is in no list any more."""
    actions.take_off(staff(), kiosk_id, now=clock.now())
    return _back_to_the_list()


@bp.post("/<uuid:kiosk_id>/help")
def see_to(kiosk_id: UUID) -> Response:
    """Somebody goes there."""
    actions.see_to(staff(), kiosk_id)
    return _back_to_the_list()


@bp.get("/send/<uuid:chart>")
def ask_to_send() -> Response:
    """Which kiosk, and which paper?"""
    return _send(SendForm())


@bp.post("/send/<uuid:chart>")
def send() -> Response:
    """The kiosk shows it within seconds."""
    refuse_if(charts.why_not_change(chart().merged_into))
    form = SendForm()
    if not form.validate():
        return _send(form, 422)
    try:
        kiosk, paper = UUID(str(form.kiosk.data)), Paper(form.paper.data)
        made = sending.send(staff(), chart(), kiosk, paper, now=clock.now())
    except ValueError:
        return _send(form, 422)
    except Refused as refused:
        tell(form, refused.refusal)
        return _send(form, 409)
    return go(url_for(".follow", session_id=made))


@bp.get("/sessions/<uuid:session_id>")
def follow(session_id: UUID) -> Response:
    """How far somebody is at the kiosk. It names nobody."""
    return page("kiosks/session.html", **following.values(session_id))


@bp.get("/sessions/<uuid:session_id>/state")
@quiet
def follow_state(session_id: UUID) -> Response:
    """The same, as the page itself asks for it; nothing where nothing changed."""
    values = following.values(session_id)
    if values["mark"] == request.args.get("mark"):
        return make_response("", 204)
    return page("kiosks/session.html", fragment="partials/kiosks/session.html", **values)


@bp.post("/sessions/<uuid:session_id>/stop")
def stop(session_id: UUID) -> Response:
    """The screen there clears."""
    sending.stop(staff(), session_id, now=clock.now())
    return done(
        "partials/kiosks/session.html",
        instead=url_for(".follow", session_id=session_id),
        **following.values(session_id),
    )


def _send(form: SendForm, status: int = 200) -> Response:
    refuse_if(charts.why_not_change(chart().merged_into))
    offered, now = queries.sending_of(staff(), chart()), clock.now()
    free = [one for one in offered if one.kiosk_id and _is_free(one)]
    form.offer(free)
    refusal = rules.why_not_offer(offered[0], clock.today(staff().time_zone))
    return page(
        "kiosks/send.html",
        status=status,
        form=form,
        chart=chart(),
        free=free,
        has_account=offered[0].has_account,
        away={str(one.kiosk_id) for one in free if rules.is_away(one.seen_at, now)},
        why_not=words_for(refusal) if refusal else None,
        leave_url=url_for("charts.show", chart=chart().public_id),
    )


def _is_free(one: Sending) -> bool:
    if one.sent_at is None or one.touched_at is None:
        return True
    return rules.why_over(one.begun_at, one.sent_at, one.touched_at, clock.now()) is not None


def _listed() -> dict[str, Any]:
    lines = [_line(kiosk) for kiosk in queries.kiosks_of(staff())]
    return {
        "kiosks": lines,
        "mark": sha256(repr(lines).encode()).hexdigest()[:16],
        "pairings": PAIRINGS,
        "tags": TAGS,
        "zone": staff().time_zone,
    }


def _line(kiosk: KioskLine) -> tuple[KioskLine, Pairing, bool, State | None, str]:
    """A kiosk; where it stands; whether it is away; what goes on there, and at which step."""
    now = clock.now()
    over = None
    if kiosk.state and kiosk.sent_at and kiosk.touched_at:
        over = rules.why_over(kiosk.begun_at, kiosk.sent_at, kiosk.touched_at, now)
    state = State(kiosk.state) if kiosk.state and over is None else None
    away = rules.is_away(kiosk.seen_at, now)
    shown = kiosk._replace(seen_at=kiosk.seen_at if away else None, touched_at=None)
    step = str(STEPS[Step(kiosk.step)]) if state is State.BEGUN and kiosk.step else ""
    return shown, rules.pairing_of(kiosk.code_until, kiosk.paired_at, now), away, state, step


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


add_deed(
    Deed(
        "kiosks_office.ask_to_send",
        _l("Enroll at a kiosk"),
        (Role.FRONT_DESK, Role.ADMINISTRATOR),
        order=20,
        icon="user",
        fits=lambda chart: chart.merged_into is None,
    )
)
