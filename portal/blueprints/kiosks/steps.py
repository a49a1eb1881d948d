"""The pages of an enrollment at a kiosk: which form each has, and which step of the enrollment takes it.

The keys are the names of the forms: `phone` and `other_phone` ask for a code, `phone_code` takes it; `login` asks for
the user name of a new account, `account` for that of one that somebody has; their passwords have pages of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from portal.blueprints.kiosks import forms
from portal.domain.enrollment import joining, steps
from portal.domain.enrollment import rules as enrollment
from portal.domain.enrollment.types import Run, Step
from portal.domain.kiosks import visits
from portal.domain.kiosks.types import Session
from portal.domain.kiosks.visits import Draft
from portal.kernel import clock
from portal.web import origin
from portal.web.code_forms import ChannelForm, EmailCodeForm, EmailForm, OtherPhoneForm, PhoneCodeForm
from portal.web.forms import Form


class Question(NamedTuple):
    """One page: the step that it belongs to, its form, and what its answer does. `holder` as in enrollment.runs."""

    step: Step
    form: Callable[..., Form]
    take: Callable[[Session, Any], None]


def _say_who(session: Session, form: forms.BirthForm) -> None:
    born = form.born()
    assert born is not None
    steps.say_who(session.holder, born, form.typed_postal_code, now=clock.now())


def _send_to_phone(session: Session, form: ChannelForm) -> None:
    steps.send_phone_code(session.holder, str(form.channel.data), source=_source(session), now=clock.now())


def _send_to_other_phone(session: Session, form: OtherPhoneForm) -> None:
    phone, channel = str(form.phone.data), str(form.channel.data)
    steps.send_code_to_other_phone(session.holder, phone, channel, source=_source(session), now=clock.now())


def _prove_phone(session: Session, form: PhoneCodeForm) -> None:
    steps.prove_phone(session.holder, str(form.code.data), clock.now())


def _say_name(session: Session, form: forms.LoginForm) -> None:
    name = str(form.username.data)
    steps.check_name(session.holder, name, source=_source(session), now=clock.now())
    visits.keep(session, Draft("password", {"username": name}, {}, []))


def _choose_password(session: Session, form: forms.PasswordForm) -> None:
    steps.choose_login(
        session.holder,
        visits.typed_name(session, "password"),
        str(form.password.data),
        source=_source(session),
        now=clock.now(),
    )


def _name_account(session: Session, form: forms.AccountForm) -> None:
    """Nothing is looked up yet: whether there is such a name is told to nobody."""
    visits.keep(session, Draft("account_password", {"username": str(form.username.data)}, {}, []))


def _sign_in(session: Session, form: forms.AccountPasswordForm) -> None:
    attempt = origin.attempt("patient", visits.typed_name(session, "account_password"), str(form.password.data))
    joining.sign_in(session.holder, attempt, clock.now())


def _prove_second_step(session: Session, form: forms.AccountCodeForm) -> None:
    joining.enter_code(session.holder, origin.attempt("patient", "", ""), str(form.code.data), clock.now())


def _send_to_email(session: Session, form: EmailForm) -> None:
    steps.send_email_code(session.holder, str(form.email.data), source=_source(session), now=clock.now())


def _prove_email(session: Session, form: EmailCodeForm) -> None:
    steps.prove_email(session.holder, str(form.code.data), clock.now())


def _nothing(session: Session, form: Form) -> None:
    """The last click has only to be made."""


QUESTIONS: dict[str, Question] = {
    "who": Question(Step.WHO, forms.BirthForm, _say_who),
    "phone": Question(Step.PHONE, ChannelForm, _send_to_phone),
    "other_phone": Question(Step.PHONE, OtherPhoneForm, _send_to_other_phone),
    "phone_code": Question(Step.PHONE, PhoneCodeForm, _prove_phone),
    "login": Question(Step.LOGIN, forms.LoginForm, _say_name),
    "password": Question(Step.LOGIN, forms.PasswordForm, _choose_password),
    "account": Question(Step.LOGIN, forms.AccountForm, _name_account),
    "account_password": Question(Step.LOGIN, forms.AccountPasswordForm, _sign_in),
    "account_code": Question(Step.LOGIN, forms.AccountCodeForm, _prove_second_step),
    "email": Question(Step.EMAIL, EmailForm, _send_to_email),
    "email_code": Question(Step.EMAIL, EmailCodeForm, _prove_email),
    "finish": Question(Step.FINISH, Form, _nothing),
}


#: Pages that can be opened again from the one after them.
_BESIDE = {("phone", "phone_code"), ("email", "email_code")}
#: Pages that ask for a user name, each with the one where it waits for its password.
NEXT_OF_NAME = {"login": "password", "account": "account_password"}


def question_of(session: Session, run: Run, due: Step) -> str:
    """The page that is due: where a code was sent, the one that takes it; where a name was chosen, the password's."""
    if due is Step.LOGIN:
        return _login_question_of(session, run)
    if due is Step.PHONE and run.phone_asked:
        return "phone_code"
    if due is Step.EMAIL and run.email_asked_at is not None:
        return "email_code"
    return due.value


def _login_question_of(session: Session, run: Run) -> str:
    named = [form for form in NEXT_OF_NAME.values() if visits.draft_of(session, form) is not None]
    if named:
        return named[0]
    if run.awaited_account_id is not None:
        return "account_code"
    return "account" if run.has_account else "login"


def is_beside(name: str, due: str, run: Run) -> bool:
    """Whether a page can be opened while another one is due: the one before it, or another way to do the same."""
    if name == "other_phone":
        return QUESTIONS[due].step is Step.PHONE and enrollment.why_not_other_phone(run) is None
    if name in NEXT_OF_NAME:
        is_open = name == "account" or enrollment.why_not_new_account(run) is None
        return is_open and QUESTIONS[due].step is Step.LOGIN
    return (name, due) in _BESIDE


def form_of(name: str, run: Run, **kept: Any) -> Form:
    """The form of a page; `formdata`: what was typed earlier, in place of what is sent now."""
    if name == "who":
        kept["wants_postal_code"] = run.wants_postal_code
    return QUESTIONS[name].form(**kept)


def _source(session: Session) -> str:
    """A10: codes are counted by the enrollment, not by the address that a whole clinic shares."""
    return f"kiosk:{session.public_id.hex}"
