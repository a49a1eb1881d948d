"""The second step of a sign-in: a code of an authenticator app, or one of the codes that were printed for its loss."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from portal.domain.accounts.authenticator import step_of
from portal.domain.accounts.enrolling import open_authenticator, patient_key, totp_secret_of
from portal.domain.accounts.models import Account, StaffMember
from portal.domain.sign_in import recovery_codes, rules, throttles
from portal.domain.sign_in.actions import Try
from portal.domain.viewer import Actor
from portal.kernel import database
from portal.kernel.refusal import Missing, Refusal, Refused, refuse_if

_LONGEST_APP_CODE = 8


class Proven(NamedTuple):
    """A code that was right: its time step (30 s each), or the inner id of a recovery code."""

    step: int | None
    recovery_code: int | None


class _Held(NamedTuple):
    username_key: str
    data_key: bytes
    authenticator: bytes | None
    last_step: int


_PATIENTS = select(Account.username_key, Account.data_key, Account.authenticator, Account.last_step).where(
    Account.id == bindparam("actor_id")
)
_STAFFS = select(
    StaffMember.username_key, StaffMember.data_key, StaffMember.authenticator, StaffMember.last_step
).where(StaffMember.id == bindparam("actor_id"))


def is_on(actor: Actor) -> bool:
    """Whether somebody's password alone does not let them in. Staff always have a second step."""
    return actor.kind == "staff" or _held(actor).authenticator is not None


def prove(actor: Actor, attempt: Try, typed: str, now: datetime) -> Proven:
    """Take a code of the app, or (a patient's) a recovery code: of this person, in time, and not used before.

    Counts the try first and takes it back when the code is right, in transactions of their own: called outside the
    request's, from a view without a form key, or `transaction.first`. What it gives is still to be used up: `use`.

    Raises:
        Refused: `wait` with `until`, `wrong_code`, `used_code`, `wrong_recovery_code`, `used_recovery_code`.
        Missing: this person has no second step.
    """
    take_a_try(actor, attempt, now)
    held, plain = _held(actor), "".join(typed.split())
    if held.authenticator is None:
        raise Missing
    proven = _proven(actor, held, plain, now)
    throttles.forgive([name for name, _ in _buckets(actor, attempt)])
    return proven


def _proven(actor: Actor, held: _Held, plain: str, now: datetime) -> Proven:
    if actor.kind == "patient" and not (plain.isdecimal() and len(plain) <= _LONGEST_APP_CODE):
        return Proven(None, recovery_codes.found(actor.id, plain))
    step = step_of(plain, _secret(actor, held), now)
    refuse_if(rules.why_not_code(step, held.last_step))
    return Proven(step, None)


def use(actor: Actor, proven: Proven, now: datetime) -> None:
    """What was proven does not work again, whoever tries at the same moment. In the transaction under way.

    Raises:
        Refused: `used_code`, `used_recovery_code`.
    """
    if proven.recovery_code is not None:
        recovery_codes.use(actor, proven.recovery_code, now)
    else:
        _use_step(actor, proven.step or 0)


def take_a_try(actor: Actor, attempt: Try, now: datetime) -> None:
    """Count a try at a code that is looked at elsewhere (a new app's first one). Apart, as `prove` does.

    Raises:
        Refused: `wait` with `until`.
    """
    refuse_if(throttles.take_a_try(_buckets(actor, attempt), now))


def _use_step(actor: Actor, step: int) -> None:
    """No code of this time step, or of one before it, works again (RFC 6238, 5.2)."""
    model = Account if actor.kind == "patient" else StaffMember
    used = update(model).where(model.id == actor.id, model.last_step < step).values(last_step=step)
    if database.session().execute(used.returning(model.id)).one_or_none() is None:
        raise Refused(Refusal("used_code"))


def _held(actor: Actor) -> _Held:
    found = database.read_one(_Held, _PATIENTS if actor.kind == "patient" else _STAFFS, actor_id=actor.id)
    if found is None:
        raise Missing
    return found


def _secret(actor: Actor, held: _Held) -> str:
    assert held.authenticator is not None
    if actor.kind == "staff":
        return totp_secret_of(held.username_key, held.data_key, held.authenticator)
    return open_authenticator(patient_key(held.username_key, held.data_key), held.authenticator)


def _buckets(actor: Actor, attempt: Try) -> list[tuple[str, rules.Limit]]:
    mine = [(f"code:{actor.kind}:{actor.id}:{place}", limit) for place, limit in enumerate(rules.CODES)]
    theirs = [(f"code at:{attempt.address}:{place}", limit) for place, limit in enumerate(rules.CODES_FROM)]
    return mine if attempt.from_clinic else mine + theirs
