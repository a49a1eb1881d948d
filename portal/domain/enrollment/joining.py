"""At a kiosk, somebody who has an account already signs in to it, and the chart joins that account (ENR-6).

Birth date and phone were proven before. The password is checked as at the sign-in page: with the same counts, and the
same answer for a wrong name and a wrong password. No session comes of it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select

from portal.domain.accounts.models import Account, Person
from portal.domain.enrollment import rules, runs
from portal.domain.enrollment.models import EnrollmentRun
from portal.domain.enrollment.types import Joiner, Run, Step, Way
from portal.domain.sign_in import actions, second_step
from portal.domain.sign_in.actions import Try
from portal.domain.viewer import Actor
from portal.kernel import database
from portal.kernel.refusal import Missing, refuse_if

_JOINER = (
    select(Account.state, Person.birth_date)
    .join(Person, Person.id == Account.person_id)
    .where(Account.id == bindparam("account_id"))
)


def sign_in(holder: bytes, attempt: Try, now: datetime) -> None:
    """Take a password. Where a second step is on, its code is due next; else the account is the run's from here on.

    Called outside the request's transaction, as tries are counted apart.

    Raises:
        Missing: nothing is under way here.
        Refused: `step_comes_later`, `step_is_done`; `wrong`, `wait`, `too_many`; `account_not_active`,
            `account_of_another`.
        Busy: too many people are signing in.
    """
    run = _due(holder, now)
    actor = actions.check_password(attempt)
    if second_step.is_on(actor):
        runs.held(holder, now).awaited_account_id = actor.id
    else:
        _join(run, runs.held(holder, now), actor.id)


def enter_code(holder: bytes, attempt: Try, code: str, now: datetime) -> None:
    """Take the code of the second step.

    Raises:
        Missing: no password was taken before.
        Refused: `step_comes_later`, `step_is_done`; those of second_step.prove; `account_not_active`,
            `account_of_another`.
    """
    run = _due(holder, now)
    if run.awaited_account_id is None:
        raise Missing
    actor = Actor("patient", run.awaited_account_id)
    proven = second_step.prove(actor, attempt, code, now)
    second_step.use(actor, proven, now)
    _join(run, runs.held(holder, now), actor.id)


def _due(holder: bytes, now: datetime) -> Run:
    run = runs.present(holder, now)
    refuse_if(rules.why_not_step(run, Step.LOGIN))
    refuse_if(rules.why_not_join_here(run))
    return run


def _join(run: Run, row: EnrollmentRun, account_id: int) -> None:
    joiner = database.read_one(Joiner, _JOINER, account_id=account_id)
    if joiner is None:
        raise Missing
    refuse_if(rules.why_not_joiner(run, joiner))
    row.way, row.account_id, row.awaited_account_id = Way.JOINING.value, account_id, None
    row.username = row.username_key = row.password_hash = None
