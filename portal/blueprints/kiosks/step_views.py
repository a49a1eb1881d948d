"""The steps at a kiosk: one question a page, plain forms.

Every answer to a form is a redirect, also to a wrong one: a browser keeps the body of a form whose answer is a page,
and nothing that somebody typed may stay in this one (SECURITY S8). Meanwhile it waits sealed in the session.
"""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from werkzeug.datastructures import MultiDict
from wtforms import PasswordField

from portal.blueprints.kiosks.forms import LoginForm
from portal.blueprints.kiosks.screen import screen
from portal.blueprints.kiosks.steps import NEXT_OF_NAME, QUESTIONS, form_of, is_beside, question_of
from portal.blueprints.kiosks.wording import STEPS, busy_words, too_many_words
from portal.domain.enrollment import queries as enrollment
from portal.domain.enrollment import rules
from portal.domain.enrollment.types import Run, Step
from portal.domain.kiosks import rules as rules_of_kiosks
from portal.domain.kiosks import visits
from portal.domain.kiosks.types import Session, Stage
from portal.domain.kiosks.visits import Draft
from portal.kernel import clock, database
from portal.kernel.passwords import Busy
from portal.kernel.refusal import Missing, Refusal, Refused
from portal.web import kiosk_device
from portal.web.forms import Form
from portal.web.hypermedia import go
from portal.web.once import exempt
from portal.web.wording import tell, words_for

bp = Blueprint("kiosks_steps", __name__)
_QUESTION = f"/<any({', '.join(QUESTIONS)}):question>"
_NOT_DUE = {"step_is_done", "step_comes_later"}


@bp.get(_QUESTION)
def ask(question: str) -> Response:
    """The question that is due; the address of another one leads there, so that Back is safe."""
    session, run = _under_way()
    if session is None or run is None:
        return go(url_for("kiosks.welcome"))
    due = question_of(session, run, rules.next_step(run))
    anew = request.args.get("again") == "1" and is_beside(question, due, run)
    if question != due and not anew:
        return go(url_for(".ask", question=due))
    form = _with_draft(form_of(question, run), question, run, session)
    return screen(
        f"kiosks/steps/{question}.html",
        question,
        form=form,
        again=1 if anew else None,
        run=run,
        steps=[str(words) for words in STEPS.values()],
        count=list(STEPS).index(QUESTIONS[question].step) if QUESTIONS[question].step in STEPS else len(STEPS) - 1,
        no_phone=_why_no_phone(run) if question == "phone" else None,
        other_phone=rules.why_not_other_phone(run) is None,
        username=visits.typed_name(session, question),
    )


@bp.post(_QUESTION)
@exempt
def take(question: str) -> Response:
    """An answer: on to the next question, or back to this one with the reason."""
    session, run = _under_way()
    if session is None or run is None:
        return go(url_for("kiosks.welcome"))
    form = form_of(question, run)
    if not form.validate():
        return _again(session, question, form)
    try:
        QUESTIONS[question].take(session, form)
        return _on(session, question)
    except Refused as refused:
        database.session().rollback()
        if refused.refusal.code in _NOT_DUE:
            return go(url_for("kiosks.welcome"))
        question, form = _tell(session, question, form, refused.refusal)
    except Busy:
        database.session().rollback()
        form.form_errors = [busy_words()]
    return _again(session, question, form)


def _on(session: Session, question: str) -> Response:
    """To what is due now; the last step makes the account."""
    run = enrollment.run_of(session.holder, clock.now())
    if run is None:
        raise Missing
    if rules.next_step(run) is Step.FINISH:
        visits.finish(session, now=clock.now())
        return go(url_for("kiosks.done"))
    if question in NEXT_OF_NAME:
        return go(url_for(".ask", question=NEXT_OF_NAME[question]))
    visits.go_on(session, now=clock.now())
    due = question_of(session._replace(draft=None), run, rules.next_step(run))
    return go(url_for(".ask", question=due))


def _under_way() -> tuple[Session | None, Run | None]:
    session = kiosk_device.here().session
    if session is None or rules_of_kiosks.stage_of(session) is not Stage.BEGUN:
        return None, None
    return session, enrollment.run_of(session.holder, clock.now())


def _again(session: Session, question: str, form: Form) -> Response:
    """Back to the page, which shows what was typed and why it was not taken."""
    errors = {field.name: [str(words) for words in field.errors] for field in form if field.errors}
    reasons = [str(words) for words in form.form_errors]
    visits.keep(session, Draft(question, typed(form), errors, reasons))
    return go(url_for(".ask", question=question, again=request.args.get("again")))


def typed(form: Form) -> dict[str, str]:
    """What may be kept of a form: everything but passwords."""
    secret = {field.name for field in form if isinstance(field, PasswordField)}
    return visits.keep_only({one.name: str(one.raw_data[0]) for one in form if one.raw_data}, frozenset(secret))


def _with_draft(form: Form, question: str, run: Run, session: Session) -> Form:
    draft = visits.draft_of(session, question)
    if draft is None:
        return form
    filled = form_of(question, run, formdata=MultiDict(draft.fields))
    for field in filled:
        field.errors = draft.errors.get(field.name, [])
    filled.form_errors = draft.reasons
    return filled


def _tell(session: Session, question: str, form: Form, refusal: Refusal) -> tuple[str, Form]:
    """Put a reason at the field that it is about, by the beginning of its code, or above all.

    Somebody else may have taken a name while its password was typed: then the question is the name again.
    """
    about = refusal.code.partition("_")[0]
    if about == "username" and question == "password":
        name = visits.typed_name(session, question)
        question, form = "login", LoginForm(formdata=MultiDict({"username": name}))
    if about in form:
        form[about].errors = [words_for(refusal)]
    elif refusal.code == "too_many":
        form.form_errors = [too_many_words()]
    else:
        tell(form, refusal)
    return question, form


def _why_no_phone(run: Run) -> str | None:
    refusal = rules.why_not_call(run)
    return words_for(refusal) if refusal else None
