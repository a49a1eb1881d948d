"""The steps of an enrollment, the same for the web and the kiosk; each is safe to send twice.

What is counted (answers, codes, names) is counted apart, before it is looked at: these functions are called outside the
request's transaction, from a view without a form key, and what they write is committed at the door. `holder` as in
enrollment.runs. Which step is due: rules.next_step(run). A step that is behind already changes nothing and
is no error; one that comes later is `step_comes_later`.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from portal.domain.accounts.enrolling import username_key
from portal.domain.enrollment import queries, rules, runs
from portal.domain.enrollment.models import EnrollmentRun
from portal.domain.enrollment.types import Run, Step, Way
from portal.domain.outbox.types import Addressee
from portal.domain.sign_in import codes, password_rules, throttles
from portal.domain.sign_in.codes import Asking
from portal.kernel import database, passwords, secrets
from portal.kernel.refusal import Refusal, Refused, refuse_if

_ZONE = "America/New_York"


def arrive(holder: bytes, now: datetime) -> None:
    """The first touch at a kiosk: from here on the time of the whole enrollment runs.

    Raises:
        Missing: nothing was sent to this kiosk, or it was not begun in time.
    """
    run = runs.held(holder, now)
    if run.way == Way.IN_PERSON and run.expires_at - run.begun_at == rules.KIOSK_BEGINS:
        run.begun_at, run.expires_at = now, now + rules.KIOSK_LASTS


def say_who(holder: bytes, birth_date: date, postal_code: str | None, *, now: datetime) -> None:
    """Answer the questions that the chart can answer.

    Raises:
        Missing: nothing is under way.
        Refused: `not_matching` or `invitation_of_another` (with `office`, `phone`), `wait`, `step_comes_later`.
    """
    run = _at(holder, Step.WHO, now)
    if run is None:
        return
    subject = f"chart:{run.chart_id}" if run.chart_id else f"account:{run.account_id}"
    names = [f"answer:{subject}:{number}" for number in range(len(rules.ANSWERS))]
    refuse_if(throttles.take_a_try(list(zip(names, rules.ANSWERS, strict=True)), now))
    refuse_if(rules.why_not_known(run, birth_date, postal_code))
    throttles.forgive(names)
    runs.held(holder, now).known_at = now


def send_phone_code(holder: bytes, channel: str, *, source: str, now: datetime) -> None:
    """Send six numbers to the phone on file, by "sms" or "voice"; an earlier code dies.

    `source`: the address that asks; at a kiosk something that stands for this enrollment (A10).

    Raises:
        Missing: nothing is under way.
        Refused: `no_phone`, `wait` with `until`, `step_comes_later`.
    """
    run = _at(holder, Step.PHONE, now)
    if run is None:
        return
    refuse_if(rules.why_not_call(run))
    _call(run, holder, str(run.phone), channel, source, now)
    runs.held(holder, now).other_phone = None


def send_code_to_other_phone(holder: bytes, phone: str, channel: str, *, source: str, now: datetime) -> None:
    """As `send_phone_code`, to a phone (E.164) that somebody gives at a kiosk in place of the one in the chart.

    Raises:
        Missing: nothing is under way.
        Refused: `phone_on_file_only`, `wait` with `until`, `step_comes_later`.
    """
    run = _at(holder, Step.PHONE, now)
    if run is None:
        return
    refuse_if(rules.why_not_other_phone(run))
    _call(run, holder, phone, channel, source, now)
    runs.held(holder, now).other_phone = None if phone == run.phone else phone


def prove_phone(holder: bytes, typed: str, now: datetime) -> None:
    """Take the code from the phone.

    Raises:
        Missing: nothing is under way.
        Refused: `code_wrong` with `left`, `code_dead`, `code_late`, `step_comes_later`.
    """
    run = _at(holder, Step.PHONE, now)
    if run is not None:
        codes.prove(_asking(run, holder, Step.PHONE, run.called), typed, now)
        runs.held(holder, now).phone_proven_at = now


def check_name(holder: bytes, username: str, *, source: str, now: datetime) -> None:
    """Whether somebody could choose this user name, where the password is asked later: it is not kept for them yet.

    Raises:
        Missing: nothing is under way.
        Refused: `account_is_there`, `username_length`, `username_signs`, `username_not_free` with `suggestions`,
            `wait`, `step_comes_later`.
    """
    run = _at(holder, Step.LOGIN, now)
    if run is None:
        return
    refuse_if(rules.why_not_new_account(run) or rules.why_not_named(username))
    refuse_if(_count_a_name(run, source, now))
    refuse_if(_why_taken(run, username, now))


def choose_login(holder: bytes, username: str, password: str, *, source: str, now: datetime) -> None:
    """Choose the user name (for good) and the password. The name is kept from others until this ends.

    Raises:
        Missing: nothing is under way.
        Refused: `account_is_there`, `username_length`, `username_signs`, `username_not_free` with `suggestions`, the
            codes of password_rules, `wait`, `step_comes_later`.
        Busy: too many hashes are waiting.
    """
    run = _at(holder, Step.LOGIN, now)
    if run is None:
        return
    refuse_if(rules.why_not_new_account(run) or rules.why_not_named(username))
    refuse_if(password_rules.why_not_choose(password, about=_about(run, username)))
    refuse_if(_count_a_name(run, source, now))
    hashed = passwords.hash_password(password)
    refuse_if(_why_taken(run, username, now))
    row = runs.held(holder, now)
    row.password_hash, row.awaited_account_id = hashed, None
    _keep_name(run, username, now)


def send_email_code(holder: bytes, email: str, *, source: str, now: datetime) -> None:
    """Send a code to the email address that notices shall go to; asking again may name another one.

    Raises:
        Missing: nothing is under way.
        Refused: `wait` with `until`, `step_comes_later`.
    """
    run = _at(holder, Step.EMAIL, now)
    if run is None:
        return
    asking, to = _asking(run, holder, Step.EMAIL, email), _addressee(run, email)
    codes.send(asking, to, "email", source=source, now=now, office_id=run.office_id)
    row = runs.held(holder, now)
    row.email, row.email_asked_at = email, now


def prove_email(holder: bytes, typed: str, now: datetime) -> None:
    """Take the code from the email.

    Raises:
        Missing: nothing is under way.
        Refused: `code_wrong` with `left`, `code_dead`, `code_late`, `step_comes_later`.
    """
    run = _at(holder, Step.EMAIL, now)
    if run is None:
        return
    if run.email is None:
        raise Refused(Refusal("code_dead"))
    codes.prove(_asking(run, holder, Step.EMAIL, run.email), typed, now)
    runs.held(holder, now).email_proven_at = now


def _at(holder: bytes, step: Step, now: datetime) -> Run | None:
    """The run, where this step is due; None where it is done. Ends the reading before anything is counted."""
    run = runs.present(holder, now)
    why_not = rules.why_not_step(run, step)
    if why_not is not None and why_not.code == "step_is_done":
        return None
    refuse_if(why_not)
    return run


def _call(run: Run, holder: bytes, phone: str, channel: str, source: str, now: datetime) -> None:
    asking, to = _asking(run, holder, Step.PHONE, phone), _addressee(run, phone)
    codes.send(asking, to, channel, source=source, now=now, office_id=run.office_id)
    runs.held(holder, now).phone_asked = channel


def _asking(run: Run, holder: bytes, step: Step, place: str) -> Asking:
    """A code of one run, one step and one place: one that was sent elsewhere, or to an earlier run, is no use here."""
    where = secrets.keyed_hash("enrollment", place).hex()[:16]
    return Asking(f"enroll_{step}", f"run:{run.public_id.hex}:{where}", holder)


def _addressee(run: Run, place: str) -> Addressee:
    return Addressee(place, run.language, run.time_zone or _ZONE)


def _about(run: Run, username: str) -> list[str]:
    return [run.given, run.family, username.strip(), *(run.office or "").split()]


def _count_a_name(run: Run, source: str, now: datetime) -> Refusal | None:
    """One more look at whether a name is taken."""
    return throttles.take_a_try([(f"name:{run.public_id}", rules.NAMES), (f"name:{source}", rules.NAMES_FROM)], now)


def _why_taken(run: Run, username: str, now: datetime) -> Refusal | None:
    wanted, made = username_key(username), rules.candidates(username, run.given, run.family)
    taken = queries.taken_names([wanted, *made], run.id, now)
    return Refusal("username_not_free", suggestions=rules.suggestions(made, taken)) if wanted in taken else None


def _keep_name(run: Run, username: str, now: datetime) -> None:
    """Keep a name for this run. Two that choose it at the same moment: the database gives it to one."""
    session, wanted = database.session(), username_key(username)
    session.execute(delete(EnrollmentRun).where(EnrollmentRun.username_key == wanted, EnrollmentRun.expires_at <= now))
    try:
        with session.begin_nested():
            row = session.get_one(EnrollmentRun, run.id)
            row.username, row.username_key = username.strip(), wanted
    except IntegrityError as error:
        made = rules.candidates(username, run.given, run.family)
        raise Refused(Refusal("username_not_free", suggestions=made[: rules.SUGGESTED])) from error
