"""Beginning to enroll in a browser: with a typed code, or the link of an email or letter. No GET changes anything."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from portal.blueprints.enrollment import answers, forms, holder
from portal.domain.enrollment import activation, queries, runs
from portal.domain.enrollment.types import Step
from portal.kernel import clock
from portal.kernel.passwords import Busy
from portal.kernel.refusal import Missing, Refused
from portal.web import origin
from portal.web.forms import Form
from portal.web.hypermedia import go, page
from portal.web.once import exempt
from portal.web.texts import gettext as _
from portal.web.wording import words_for

bp = Blueprint("enrollment", __name__)
bp.before_request(answers.speak)
_FIRST = "enrollment_steps.show"


@bp.get("/")
def start() -> Response:
    """ "I have an activation code"."""
    return _start(forms.ActivationForm())


@bp.post("/")
@exempt
def begin() -> Response:
    """A typed activation code."""
    form = forms.ActivationForm()
    if not form.validate():
        return _start(form, 422)
    held = holder.fresh()
    try:
        code, source = str(form.code.data), origin.source()
        runs.begin_with_code(code, holder=held, source=source, now=clock.now(), account_id=answers.account_id())
    except Refused as refused:
        return answers.again(form, refused.refusal, _start)
    except Busy:
        return answers.busy()
    return _begun()


@bp.get("/link/<token>")
def open_link(token: str) -> Response:
    """What the link of an email or a letter opens: a button, as mail programs look at links before people do."""
    try:
        activation.linked(token, clock.now())
    except Refused as refused:
        return page("enrollment/link.html", status=409, token="", why_not=words_for(refused.refusal))
    return page("enrollment/link.html", token=token, why_not=None)


@bp.post("/link/<token>")
@exempt
def begin_by_link(token: str) -> Response:
    """The button."""
    held = holder.fresh()
    try:
        runs.begin_with_link(token, holder=held, now=clock.now(), account_id=answers.account_id())
    except Refused as refused:
        return page("enrollment/link.html", status=409, token="", why_not=words_for(refused.refusal))
    return _begun()


@bp.get("/join")
def ask_to_join() -> Response:
    """Somebody who has an account signed in meanwhile: shall the invitation go there?"""
    run, row = answers.run(), answers.signed_in()
    if run is None:
        return answers.over()
    if row is None:
        return go(url_for("sign_in.ask", next=url_for(".ask_to_join")))
    return page("enrollment/join.html", run=run, person=f"{row.given} {row.family}")


@bp.post("/join")
@exempt
def join() -> Response:
    """Yes."""
    held, row = holder.present(), answers.signed_in()
    if held is None or row is None:
        return answers.over()
    try:
        runs.join_with(held, row.account_id, clock.now())
    except Missing:
        return answers.over()
    return go(url_for(_FIRST, step=Step.WHO.value))


@bp.post("/over")
@exempt
def start_over() -> Response:
    """ "Start over": nothing of it is left."""
    held = holder.present()
    if held is not None:
        runs.drop(held)
        holder.forget()
    return go(url_for(".start"))


def _begun() -> Response:
    """On to the first step; what this browser had begun before is left."""
    before = holder.present()
    if before is not None:
        runs.drop(before)
    return go(url_for(_FIRST, step=Step.WHO.value))


def _start(form: Form, status: int = 200) -> Response:
    over = _("Too much time went by, or it was done in another window. Please start again.")
    return page(
        "enrollment/start.html",
        status=status,
        form=form,
        over=over if request.args.get("why") == "over" else None,
        under_way=answers.run() if status == 200 else None,
        opens=queries.openness() is not None,
    )
