"""The end of an enrollment: all that comes of it in one transaction, or nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal.domain.accounts.enrolling import make_account
from portal.domain.accounts.models import Account, Address, Person
from portal.domain.audit.actions import append
from portal.domain.charts.models import Chart
from portal.domain.connections import binding, profile_changes
from portal.domain.enrollment import activation, queries, rules, runs
from portal.domain.enrollment.models import ActivationCode, EnrollmentRun
from portal.domain.enrollment.types import Enrolled, Run, Way
from portal.domain.outbox.actions import queue
from portal.domain.outbox.types import Addressee
from portal.domain.sign_in import sessions
from portal.domain.viewer import Actor
from portal.kernel import database
from portal.kernel.refusal import Refusal, Refused, refuse_if

_ZONE = "America/New_York"


def finish(holder: bytes, now: datetime) -> Enrolled:
    """Account, person, connection, care team, audit and notices, in the transaction under way. Twice gives the same.

    Raises:
        Missing: nothing is under way.
        Refused: `step_comes_later`; `in_person_only`; `activation_used` and its like: the code is gone;
            `account_is_there`: somebody's account is bound to the chart; `username_not_free`.
    """
    row = runs.held(holder, now)
    run = runs.present(holder, now)
    if run.finished_at is not None:
        return _enrolled(run, row)
    refuse_if(rules.why_not_finish(run))
    _use_the_code(run, row, now)
    account = _active_account(row, now) if row.account_id else _new_account(run, row)
    if row.chart_id is not None:
        _bind(run, row, account, now)
    if run.other_phone is not None:
        _tell_of_phone(run, row, account, now)
    row.account_id, row.finished_at = account.id, now
    row.expires_at = min(row.expires_at, now + rules.TOLD_FOR)
    if run.way is Way.OPEN:
        send_activation(account, run.language, _zone_of(run), now)
    _tell(run, row, account)
    return _enrolled(run, row)


def send_activation(account: Account, language: str, zone: str, now: datetime) -> None:
    """Email a waiting account its activation code; an earlier one is void.

    Raises:
        Refused: `wait`.
    """
    made, plain = activation.make(channel="email", lasts=rules.LONGEST_LIFE, now=now, account_id=account.id)
    queue(
        "activation",
        to=Addressee(account.email, language, zone),
        lapses_at=made.expires_at,
        secret={"code": plain.code, "token": plain.token},
        days=rules.LONGEST_LIFE.days,
    )


def _use_the_code(run: Run, row: EnrollmentRun, now: datetime) -> None:
    """The code is taken now, and by one alone; at the counter an invitation that was on its way ends too."""
    if row.code_id is not None and not activation.use(row.code_id, now):
        code = database.session().get_one(ActivationCode, row.code_id, populate_existing=True)
        state = rules.state_of(code.used_at, code.replaced_at, code.expires_at, now)
        raise Refused(Refusal(f"activation_{state}", office=run.office, phone=run.office_phone))
    if row.chart_id is not None:
        still = (ActivationCode.chart_id == row.chart_id, ActivationCode.used_at.is_(None))
        database.session().execute(
            update(ActivationCode).where(*still, ActivationCode.replaced_at.is_(None)).values(used_at=now)
        )


def _active_account(row: EnrollmentRun, now: datetime) -> Account:
    """The account that a code activates, or that takes an invitation."""
    account = database.session().get_one(Account, row.account_id, with_for_update=True)
    if account.state == "deactivated":
        raise Refused(Refusal("account_ended"))
    if account.state == "waiting":
        account.state = "active"
        sessions.end_all(Actor("patient", account.id), now, "activated")  # a session never grows stronger by itself
    return account


def _new_account(run: Run, row: EnrollmentRun) -> Account:
    session = database.session()
    person = _person(run, row)
    if session.scalar(select(Account.id).where(Account.person_id == person.id)) is not None:
        raise Refused(_is_there(run))
    assert row.username is not None and row.password_hash is not None and row.email is not None
    try:
        with session.begin_nested():
            account = make_account(
                person.id,
                username=row.username,
                password_hash=row.password_hash,
                email=row.email,
                phone=run.called or None,
                state="waiting" if run.way is Way.OPEN else "active",
            )
    except IntegrityError as error:
        raise Refused(Refusal("username_not_free", suggestions=[])) from error
    row.password_hash = None
    return account


def _person(run: Run, row: EnrollmentRun) -> Person:
    """The person of the chart where the portal knows them already, else a new one as the chart says."""
    session = database.session()
    chart = session.get(Chart, row.chart_id) if row.chart_id else None
    if chart is not None and chart.person_id is not None:
        return session.get_one(Person, chart.person_id, with_for_update={"key_share": True})
    person = Person(
        given=run.given,
        family=run.family,
        preferred=chart.preferred if chart else None,
        birth_date=run.birth_date,
        language=run.language,
        time_zone=_zone_of(run),
    )
    session.add(person)
    session.flush()
    if chart is not None and chart.line1 and chart.city and chart.state and chart.postal_code:
        session.add(_address_of(chart, person))
    return person


def _zone_of(run: Run) -> str:
    """The office's; who registers by themselves gets that of those offices until they choose one."""
    opens = None if run.time_zone else queries.openness()
    return run.time_zone or (opens.time_zone if opens else _ZONE)


def _address_of(chart: Chart, person: Person) -> Address:
    label = "Casa" if chart.language == "es" else "Home"
    words = {name: getattr(chart, name) for name in ("line1", "line2", "city", "state", "postal_code")}
    return Address(person_id=person.id, label=label, is_default=True, **words)


def _bind(run: Run, row: EnrollmentRun, account: Account, now: datetime) -> None:
    """The account and the chart, for the first time; a chart of somebody whom the portal knows goes to no one else."""
    chart = database.session().get_one(Chart, row.chart_id, with_for_update=True)
    if chart.merged_into_id is not None:
        raise Refused(Refusal("activation_merged", office=run.office, phone=run.office_phone))
    try:
        binding.bind(chart, account.person_id, now, provider_id=row.provider_id)
    except Refused as refused:
        raise Refused(_is_there(run)) from refused


def _is_there(run: Run) -> Refusal:
    return Refusal("account_is_there", office=run.office, phone=run.office_phone)


def _tell(run: Run, row: EnrollmentRun, account: Account) -> None:
    """Write it down, welcome the person, and tell the address that the office has where it is another one."""
    actor = Actor("patient", account.id)
    append(
        f"enrollment.{run.way}",
        chain=("person", account.person_id),
        actor=actor,
        office_id=row.office_id,
        about=account.public_id,
    )
    if run.way is Way.OPEN:
        return
    queue("enrolled", to=actor, office_id=row.office_id)
    if run.email_on_file and run.email_on_file.casefold() != account.email.casefold():
        to = Addressee(run.email_on_file, run.language, run.time_zone or _ZONE)
        queue("enrolled_elsewhere", to=to, office_id=row.office_id)


def _tell_of_phone(run: Run, row: EnrollmentRun, account: Account, now: datetime) -> None:
    """Another phone than the one in the chart was used: the audit says so, and the office may take it over itself."""
    chart = database.session().get_one(Chart, row.chart_id)
    profile_changes.tell_phone(chart, account.person_id, str(run.other_phone), now)
    append(
        "enrollment.other_phone",
        chain=("person", account.person_id),
        actor=Actor("patient", account.id),
        office_id=row.office_id,
        about=chart.public_id,
        section="enrollment",
    )


def _enrolled(run: Run, row: EnrollmentRun) -> Enrolled:
    return Enrolled(run.way, run.given, row.username, run.office, row.account_id or 0)
