"""Ten codes to print, each of which once takes the place of the authenticator app (SECURITY A14)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, select, update

from portal.domain.accounts.models import Account
from portal.domain.audit.actions import append
from portal.domain.outbox.actions import queue
from portal.domain.sign_in import rules
from portal.domain.sign_in.models import RecoveryCode
from portal.domain.viewer import Actor
from portal.kernel import database, passwords, secrets
from portal.kernel.refusal import Refusal, Refused

_SPOKEN = str.maketrans("OIL", "011")


class Fresh(NamedTuple):
    """New codes as they are printed (XXXX-XXXX-XXXX-XXXX), and what is kept of them."""

    codes: tuple[str, ...]
    hashes: tuple[str, ...]


class _Kept(NamedTuple):
    id: int
    code_hash: str
    used_at: datetime | None


_ALL = select(RecoveryCode.id, RecoveryCode.code_hash, RecoveryCode.used_at).where(
    RecoveryCode.account_id == bindparam("account_id")
)


def fresh() -> Fresh:
    """Make them. Takes as long as ten passwords: outside any transaction."""
    plain = [secrets.spoken_code(rules.RECOVERY_CODE) for _ in range(rules.RECOVERY_CODES)]
    printed = ["-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in plain]
    return Fresh(tuple(printed), tuple(passwords.hash_alike(plain)))


def put(account_id: int, hashes: Sequence[str]) -> None:
    """These take the place of all earlier ones, in the transaction under way. None: there are no codes any more."""
    session = database.session()
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.add_all(RecoveryCode(account_id=account_id, code_hash=one) for one in hashes)


def found(account_id: int, typed: str) -> int:
    """The inner id of the code that was typed. Takes as long as a password: outside any transaction.

    Raises:
        Refused: `wrong_recovery_code`, `used_recovery_code`.
    """
    kept = database.read(_Kept, _ALL, account_id=account_id)
    place = passwords.which(_plain(typed), [one.code_hash for one in kept])
    if place is None:
        raise Refused(Refusal("wrong_recovery_code"))
    if kept[place].used_at is not None:
        raise Refused(Refusal("used_recovery_code"))
    return kept[place].id


def use(actor: Actor, code_id: int, now: datetime) -> None:
    """It is used up, and its owner is told how many are left. In the transaction under way.

    Raises:
        Refused: `used_recovery_code`, by somebody at the same moment.
    """
    session = database.session()
    used = update(RecoveryCode).where(RecoveryCode.id == code_id, RecoveryCode.used_at.is_(None)).values(used_at=now)
    if session.execute(used.returning(RecoveryCode.id)).one_or_none() is None:
        raise Refused(Refusal("used_recovery_code"))
    mine = select(func.count(RecoveryCode.id)).where(RecoveryCode.account_id == actor.id)
    left = session.scalar(mine.where(RecoveryCode.used_at.is_(None)))
    person_id = session.scalar(select(Account.person_id).where(Account.id == actor.id))
    append("recovery_code.used", chain=("person", int(person_id or 0)), actor=actor, section="sign_in")
    queue("recovery_code_used", to=actor, left=int(left or 0))


def _plain(typed: str) -> str:
    """As it was made: capitals, no dashes, and the letters that people take for numbers."""
    return "".join(sign for sign in typed.upper() if sign.isalnum()).translate(_SPOKEN)
