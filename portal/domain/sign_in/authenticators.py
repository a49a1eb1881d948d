"""A patient switches the second step on, renews the codes to print, or switches it off (ACC-1, ACC-4)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from portal.domain.accounts.authenticator import fresh_secret, step_of
from portal.domain.accounts.enrolling import open_authenticator, patient_key, seal_authenticator
from portal.domain.accounts.models import Account
from portal.domain.audit.actions import append, record
from portal.domain.outbox.actions import queue
from portal.domain.sign_in import actions, recovery_codes, rules, second_step, sessions
from portal.domain.sign_in.actions import Try
from portal.domain.sign_in.recovery_codes import Fresh
from portal.domain.viewer import Actor, StaffViewer, Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing, Refusal, Refused, refuse_if

_SECTION = "sign_in"


class NewApp(NamedTuple):
    """What an app is told: the secret (base32) and whose it is."""

    secret: str
    username: str


class _State(NamedTuple):
    is_on: bool


class _New(NamedTuple):
    username: str
    username_key: str
    data_key: bytes
    authenticator_new: bytes | None


_NEW = select(Account.username, Account.username_key, Account.data_key, Account.authenticator_new).where(
    Account.id == bindparam("account_id"), Account.authenticator.is_(None)
)

_STATE = select(Account.authenticator.is_not(None).label("is_on")).where(
    Account.person_id == bindparam("person_id"), Account.state == "active"
)


def begin(viewer: Viewer) -> None:
    """Make a secret for an app. Nothing is on before a code of that app came back.

    Raises:
        Refused: `second_step_on` already.
    """
    account = _for_update(viewer)
    if account.authenticator is not None:
        raise Refused(Refusal("second_step_on"))
    key = patient_key(account.username_key, account.data_key)
    account.authenticator_new = seal_authenticator(key, fresh_secret())


def new_app_of(viewer: Viewer) -> NewApp:
    """The secret that waits for its first code.

    Raises:
        Missing: none does.
    """
    found = database.read_one(_New, _NEW, account_id=viewer.actor.id)
    if found is None or found.authenticator_new is None:
        raise Missing
    key = patient_key(found.username_key, found.data_key)
    return NewApp(open_authenticator(key, found.authenticator_new), found.username)


def confirmed(viewer: Viewer, attempt: Try, typed: str, now: datetime) -> int:
    """The time step of the new app's first code. Outside the request's transaction: tries are counted.

    Raises:
        Missing: no secret waits.
        Refused: `wait` with `until`, `wrong_code`.
    """
    app = new_app_of(viewer)
    second_step.take_a_try(viewer.actor, attempt, now)
    step = step_of(typed, app.secret, now)
    refuse_if(rules.why_not_code(step, 0))
    assert step is not None
    return step


def turn_on(viewer: Viewer, step: int, codes: Fresh, now: datetime) -> str:
    """From now on the password alone lets nobody in. Other sessions end. Returns the new token of this one.

    Raises:
        Missing: no secret waits any more.
    """
    account = _for_update(viewer)
    if account.authenticator is not None or account.authenticator_new is None:
        raise Missing
    account.authenticator, account.authenticator_new = account.authenticator_new, None
    account.last_step = step
    recovery_codes.put(account.id, codes.hashes)
    return _changed(viewer, "second_step.on", "second_step_on", now)


def turn_off(viewer: Viewer, now: datetime) -> str:
    """The password is enough again; the codes to print are of no use any more. Returns the new token of this session.

    Raises:
        Missing: it is off.
    """
    account = _for_update(viewer)
    if account.authenticator is None:
        raise Missing
    take_off(account)
    return _changed(viewer, "second_step.off", "second_step_off", now)


def is_on(person_id: int) -> bool | None:
    """Whether a person's second step is on; None where they have no account. For the staff who see them."""
    found = database.read_one(_State, _STATE, person_id=person_id)
    return bool(found.is_on) if found else None


def take_away(staff: StaffViewer, person_id: int, *, evidence: str, now: datetime) -> None:
    """Turn it off for somebody who lost phone and codes and stands at the counter (SECURITY A12, in-person proofing).

    `person_id`: of a chart of the viewer's office. `evidence`: a code for the paper that was looked at (24 letters at
    most); it stands in the audit. All sessions end and the owner is told; the password stays what it was.

    Raises:
        Missing: this person has no account.
        Refused: `second_step_is_off`.
    """
    mine = select(Account).where(Account.person_id == person_id, Account.state == "active").with_for_update()
    account = database.session().scalars(mine).one_or_none()
    if account is None:
        raise Missing
    if account.authenticator is None:
        raise Refused(Refusal("second_step_is_off"))
    take_off(account)
    owner, chain = Actor("patient", account.id), ("person", person_id)
    sessions.end_all(owner, now, "second_step")
    event = f"second_step.taken_away.{evidence}"
    append(event, chain=chain, actor=staff.actor, office_id=staff.office_id, section=_SECTION)
    queue("second_step_off", to=owner, office_id=staff.office_id)


def take_off(account: Account) -> None:
    """The app and the codes to print are of no use any more. In the transaction under way, which says why."""
    account.authenticator, account.authenticator_new = None, None
    recovery_codes.put(account.id, ())


def renew_codes(viewer: Viewer, codes: Fresh) -> None:
    """Ten new codes to print; the old ones are of no use any more.

    Raises:
        Missing: the second step is off.
    """
    account = _for_update(viewer)
    if account.authenticator is None:
        raise Missing
    recovery_codes.put(account.id, codes.hashes)
    record("recovery_codes.made", by=viewer, section=_SECTION)
    queue("recovery_codes_made", to=viewer.actor)


def _changed(viewer: Viewer, event: str, notice: str, now: datetime) -> str:
    sessions.end_all(viewer.actor, now, "second_step", but=viewer.session_id)
    record(event, by=viewer, section=_SECTION)
    queue(notice, to=viewer.actor)
    return actions.renew(viewer.session_id)


def _for_update(viewer: Viewer) -> Account:
    found = database.session().get(Account, viewer.actor.id, with_for_update=True, populate_existing=True)
    if found is None:
        raise Missing
    return found
