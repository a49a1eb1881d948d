"""Before a visit: one thing to look at on each page, then the page that knows the way from there to the chair."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, request, url_for

from portal.blueprints.check_in.wording import STEPS
from portal.domain.appointments.types import State
from portal.domain.check_in import actions, queries, rules
from portal.domain.check_in.types import CheckIn, Offer, Step
from portal.kernel import clock
from portal.kernel.refusal import Refusal, Refused
from portal.web.access import quiet, viewer
from portal.web.hypermedia import done, page
from portal.web.texts import gettext as _
from portal.web.wording import words_for

bp = Blueprint("check_in", __name__)
_VISIT = "/<uuid:appointment_id>"
_STEP = f"{_VISIT}/<any(phone, address, insurance):step>"
_ASKED, _ARRIVAL = "partials/check_in/step.html", "partials/check_in/arrival.html"
_PLACE = "partials/check_in/place.html"


@bp.url_value_preprocessor
def _know_the_step(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "step" in values:
        values["step"] = Step(values["step"])


@bp.get(f"{_VISIT}/")
def show(appointment_id: UUID) -> Response:
    """Where the person is: at the next thing to look at, or on the way, or in line."""
    found = _found(appointment_id)
    step = _open_step(found)
    return _arrival(found) if step is None else _ask(found, step)


@bp.get(_STEP)
def ask(appointment_id: UUID, step: Step) -> Response:
    """One thing, also where the person has said yes to it before."""
    found = _found(appointment_id)
    return _arrival(found) if _why_not(found) else _ask(found, step)


@bp.post(_STEP)
def confirm(appointment_id: UUID, step: Step) -> Response:
    """That is right."""
    return _say(actions.confirm, appointment_id, step)


@bp.post(f"{_VISIT}/<any(phone, address):step>/own")
def tell_own(appointment_id: UUID, step: Step) -> Response:
    """Take the one from Settings instead: the office is told."""
    return _say(actions.tell_own, appointment_id, step)


@bp.post(f"{_VISIT}/here")
def arrive(appointment_id: UUID) -> Response:
    """I am here."""
    try:
        actions.arrive(viewer(), appointment_id, now=clock.now())
    except Refused as refused:
        return _arrival(_found(appointment_id), 409, words_for(refused.refusal))
    g.said = _("We told the front desk that you are here.")
    found = _found(appointment_id)
    return done(_ARRIVAL, instead=_url(appointment_id), **_standing(found))


@bp.get(f"{_VISIT}/place")
@quiet
def place(appointment_id: UUID) -> Response:
    """The place in line, for the page that asks again and again; it shows nothing of a record."""
    g.section = ""
    return page(_PLACE, **_in_line(_found(appointment_id)))


def _say(deed: Callable[..., bool], appointment_id: UUID, step: Step) -> Response:
    seen = str(request.form.get("seen", ""))
    try:
        is_finished = deed(viewer(), appointment_id, step, seen=seen, now=clock.now())
    except Refused as refused:
        found = _found(appointment_id)
        words = words_for(refused.refusal)
        return _arrival(found, 409, words) if _why_not(found) else _ask(found, step, 409, words)
    found = _found(appointment_id)
    g.said = _("You are checked in.") if is_finished else _("Your answer is kept.")
    following = found.next_step
    if is_finished or following is None:
        return done(_ARRIVAL, instead=_url(appointment_id), **_standing(found))
    url = url_for(".ask", appointment_id=appointment_id, step=following)
    return done(_ASKED, instead=url, **_asked(found, following))


def _found(appointment_id: UUID) -> CheckIn:
    return queries.check_in_of(viewer(), appointment_id, clock.now())


def _why_not(found: CheckIn) -> Refusal | None:
    return rules.why_not_check_in(found.visit, clock.now())


def _open_step(found: CheckIn) -> Step | None:
    """What is to be looked at now; nothing for who may not, has done it all, or stands in line already."""
    is_asked = not _why_not(found) and found.visit.checked_in_at is None and found.visit.state == State.BOOKED
    return found.next_step if is_asked else None


def _ask(found: CheckIn, step: Step, status: int = 200, refused: str = "") -> Response:
    values = _asked(found, step)
    return page("check_in/step.html", fragment=_ASKED, status=status, **(values | {"refused": refused}))


def _asked(found: CheckIn, step: Step) -> dict[str, Any]:
    return {
        **_around(found),
        "step": step,
        "steps": [STEPS[one] for one in Step],
        "number": (number := list(Step).index(step)),
        "back_to": list(Step)[number - 1],
        **_facts(found, step),
    }


def _facts(found: CheckIn, step: Step) -> dict[str, Any]:
    """What stands on the page of a step, and the versions of it that its buttons send back."""
    seen = rules.version_of(found, step)
    if step is Step.INSURANCE:
        return {"cards": found.cards, "seen": seen, "today": clock.today(viewer().time_zone)}
    known = found.on_file[step]
    return {"known": known, "seen": seen, "seen_other": rules.version_of_words(known.other)}


def _arrival(found: CheckIn, status: int = 200, refused: str = "") -> Response:
    values = _standing(found) | {"refused": refused}
    return page("check_in/arrival.html", fragment=_ARRIVAL, status=status, **values)


def _standing(found: CheckIn) -> dict[str, Any]:
    """Checked in or not yet, in line, or why there is nothing to do."""
    return {**_around(found), **_in_line(found), "why_not": words_for(why) if (why := _why_not(found)) else ""}


def _in_line(found: CheckIn) -> dict[str, Any]:
    number = found.came_before + 1 if found.visit.state == State.ARRIVED else None
    return {"visit": found.visit, "number_in_line": number, "at": clock.now()}


def _around(found: CheckIn) -> dict[str, Any]:
    offered = rules.offers(found.visit, clock.now())
    return {
        "found": found,
        "visit": found.visit,
        "spoken": viewer().language,
        "own_zone": viewer().time_zone,
        "may_check_in": Offer.CHECK_IN in offered,
        "may_arrive": Offer.ARRIVE in offered,
        "here_minutes": int(rules.HERE_FROM.total_seconds()) // 60,
        "refused": "",
    }


def _url(appointment_id: UUID) -> str:
    return url_for(".show", appointment_id=appointment_id)
