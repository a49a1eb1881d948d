"""The steps of an enrollment in a browser: one a page, each at its own address and safe to send twice.

Which step is due stands in the enrollment, not in the browser: another address leads to the step that is due. No GET
changes anything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request, url_for

from portal.blueprints.enrollment import answers, forms, holder, wording
from portal.domain.enrollment import finishing, rules, runs, steps
from portal.domain.enrollment.types import Enrolled, Run, Step, Way
from portal.kernel import clock
from portal.kernel.passwords import Busy
from portal.kernel.refusal import Missing, Refused
from portal.web import origin
from portal.web.code_forms import ChannelForm, EmailCodeForm, EmailForm, PhoneCodeForm
from portal.web.forms import Form
from portal.web.hypermedia import go, page
from portal.web.once import exempt

bp = Blueprint("enrollment_steps", __name__)
bp.before_request(answers.speak)
_NOT_DUE = {"step_is_done", "step_comes_later"}


@bp.get("/<any(who, phone, login, email, finish):step>")
def show(step: str) -> Response:
    """The step that is due; another one leads there."""
    run = answers.run()
    if run is None:
        return answers.over()
    due = rules.next_step(run)
    if run.finished_at is not None:
        return go(url_for(".done"))
    if due != step:
        return go(url_for(".show", step=due.value))
    return _step(run, _form(run, due))


@bp.get("/<any(phone, email):step>/send")
def show_sent(step: str) -> Response:
    """Where a refused asking for a code stands, opened again (a click on "Español")."""
    return go(url_for(".show", step=step))


@bp.post("/who")
@exempt
def say_who() -> Response:
    """The answers to what the chart knows."""
    return _take(
        Step.WHO,
        lambda held, form: steps.say_who(held, form.birth_date.data, form.typed_postal_code, now=clock.now()),
    )


@bp.post("/phone/send")
@exempt
def send_to_phone() -> Response:
    """ "Send the code"."""
    return _take(
        Step.PHONE,
        lambda held, form: steps.send_phone_code(held, form.channel.data, source=origin.source(), now=clock.now()),
        ChannelForm,
    )


@bp.post("/phone")
@exempt
def prove_phone() -> Response:
    """The code from the phone."""
    return _take(Step.PHONE, lambda held, form: steps.prove_phone(held, form.code.data, clock.now()), PhoneCodeForm)


@bp.get("/phone/other")
def other_phone() -> Response:
    """ "That is not my phone any more": only the counter can change it."""
    run = answers.run()
    return page("enrollment/other_phone.html", run=run) if run else answers.over()


@bp.post("/login")
@exempt
def choose_login() -> Response:
    """Username and password."""
    return _take(
        Step.LOGIN,
        lambda held, form: steps.choose_login(
            held, form.username.data, form.password.data, source=origin.source(), now=clock.now()
        ),
    )


@bp.post("/email/send")
@exempt
def send_to_email() -> Response:
    """The address, and a code to it."""
    return _take(
        Step.EMAIL,
        lambda held, form: steps.send_email_code(held, form.email.data, source=origin.source(), now=clock.now()),
        EmailForm,
    )


@bp.post("/email")
@exempt
def prove_email() -> Response:
    """The code from the email."""
    return _take(Step.EMAIL, lambda held, form: steps.prove_email(held, form.code.data, clock.now()), EmailCodeForm)


@bp.post("/finish")
@exempt
def finish() -> Response:
    """All of it at once. Somebody else's account is never joined: who began must still be signed in."""
    held, run = holder.present(), answers.run()
    if held is None or run is None or (run.way is Way.JOINING and run.account_id != answers.account_id()):
        return answers.over()
    try:
        finishing.finish(held, clock.now())
    except Missing:
        return answers.over()
    except Refused as refused:
        if refused.refusal.code in _NOT_DUE:
            return go(url_for(".show", step=rules.next_step(run).value))
        return answers.again(Form(), refused.refusal, lambda form, status: _step(run, form, status))
    return go(url_for(".done"))


@bp.get("/done")
def done() -> Response:
    """What came of it, for ten minutes."""
    run = answers.run()
    if run is None or run.finished_at is None:
        return answers.over()
    made = Enrolled(run.way, run.given, run.username, run.office, run.account_id or 0)
    return page(
        "enrollment/done.html",
        made=made,
        email=run.email,
        steps=wording.steps_of(run.way),
        count=len(rules.STEPS[run.way]),
    )


def _take(step: Step, deed: Callable[[bytes, Any], None], kind: type[Form] | None = None) -> Response:
    """One post of a step: bad input and refusals show the step again, with the reason; else on to what is due."""
    held, run = holder.present(), answers.run()
    if held is None or run is None or run.finished_at is not None:
        return answers.over() if run is None else go(url_for(".done"))
    form = kind() if kind else _form(run, step)
    if not form.validate():
        return _step(run, form, 422, step)
    try:
        deed(held, form)
        due = rules.next_step(runs.present(held, clock.now()))
    except Missing:
        return answers.over()
    except Busy:
        return answers.busy()
    except Refused as refused:
        if refused.refusal.code in _NOT_DUE:
            return go(url_for(".show", step=rules.next_step(run).value))
        return answers.again(form, refused.refusal, lambda form, status: _step(run, form, status, step))
    return go(url_for(".show", step=due.value))


def _form(run: Run, step: Step) -> Form:
    """The form that a step opens with: to ask for a code, or to type the one that was sent."""
    anew = request.args.get("again") == "1"
    if step is Step.WHO:
        return forms.WhoForm(wants_postal_code=run.wants_postal_code)
    if step is Step.PHONE:
        return PhoneCodeForm() if run.phone_asked and not anew else ChannelForm()
    if step is Step.EMAIL:
        asked = run.email_asked_at is not None and not anew
        return EmailCodeForm() if asked else EmailForm(email=run.email or run.email_on_file)
    return forms.LoginForm() if step is Step.LOGIN else Form()


def _step(run: Run, form: Form, status: int = 200, step: Step | None = None) -> Response:
    step = step or rules.next_step(run)
    return page(
        f"enrollment/{step}.html",
        status=status,
        run=run,
        form=form,
        asks_for_code="code" in form,
        no_phone=answers.words(rules.why_not_call(run)) if step is Step.PHONE else None,
        steps=wording.steps_of(run.way),
        count=rules.STEPS[run.way].index(step) if step in rules.STEPS[run.way] else len(rules.STEPS[run.way]),
    )
