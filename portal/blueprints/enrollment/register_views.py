"""Registering by oneself, where an office takes people so; and an account that waits for its activation code."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from portal.blueprints.enrollment import answers, forms, holder
from portal.domain.enrollment import queries, runs, waiting
from portal.domain.enrollment.types import Step, Waiting
from portal.kernel import clock
from portal.kernel.refusal import Missing, Refusal, Refused
from portal.web import access, language, origin
from portal.web.forms import Form
from portal.web.hypermedia import go, page
from portal.web.once import exempt

bp = Blueprint("enrollment_open", __name__)
bp.before_request(answers.speak)


@bp.get("/register")
def ask() -> Response:
    """Name, birth date, email and phone; or that nobody is taken so here."""
    return _ask(forms.RegisterForm(language=language.present()))


@bp.post("/register")
@exempt
def register() -> Response:
    """On to the two codes. Nothing is told of who is known here already."""
    form = forms.RegisterForm()
    if not form.validate():
        return _ask(form, 422)
    before, held, now = holder.present(), holder.fresh(), clock.now()
    opens = queries.openness()
    today = clock.today(opens.time_zone if opens else "UTC")
    try:
        runs.begin_openly(form.about(), holder=held, source=origin.source(), today=today, now=now)
    except Refused as refused:
        return answers.again(form, refused.refusal, _ask)
    if before is not None:
        runs.drop(before)
    return go(url_for("enrollment_steps.show", step=Step.EMAIL.value))


@bp.get("/waiting")
def wait() -> Response:
    """Signed in, and not active yet: where the code is, and a way to a new one."""
    account = _waiting()
    return _wait(account, Form()) if account else go(url_for("sign_in.ask"))


@bp.post("/waiting")
@exempt
def send_again() -> Response:
    """ "Send a new code": the one before is void."""
    account = _waiting()
    if account is None:
        return go(url_for("sign_in.ask"))
    try:
        waiting.send_again(account, clock.now())
    except Refused as refused:
        return answers.again(Form(), refused.refusal, lambda form, status: _wait(account, form, status))
    return go(url_for(".wait", sent="1"))


def _ask(form: Form, status: int = 200) -> Response:
    closed = answers.words(None if queries.openness() else Refusal("not_open"))
    return page("enrollment/register.html", status=status, form=form, closed=closed)


def _wait(account: Waiting, form: Form, status: int = 200) -> Response:
    sent = request.args.get("sent") == "1"
    return page("enrollment/waiting.html", status=status, account=account, form=form, sent=sent)


def _waiting() -> Waiting | None:
    row = access.waiting()
    try:
        return waiting.account(row.account_id) if row else None
    except Missing:
        return None
