from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BindParameter, bindparam, func, select

from portal.domain.accounts.models import Account
from portal.domain.audit.models import AuditEntry
from portal.domain.copies import Part, Sheet, Whose
from portal.domain.sign_in.models import KnownDevice, Passkey, RecoveryCode, SignInSession
from portal.kernel import database


class _Ways(NamedTuple):
    has_app: bool
    on_since: datetime | None
    codes_left: int


class _Passkey(NamedTuple):
    name: str
    made_at: datetime
    used_at: datetime | None


class _Device(NamedTuple):
    device: str
    seen_at: datetime | None
    expires_at: datetime


class _Session(NamedTuple):
    device: str
    opened_at: datetime
    seen_at: datetime
    ended_at: datetime | None


_MINE: BindParameter[int] = bindparam("account_id")
#: When the second step went on for the last time; nobody but the audit remembers that.
_ON_SINCE = (
    select(func.max(AuditEntry.at))
    .where(
        AuditEntry.chain == "person",
        AuditEntry.subject_id == bindparam("person_id"),
        AuditEntry.event == "second_step.on",
    )
    .scalar_subquery()
)
_CODES_LEFT = (
    select(func.count(RecoveryCode.id))
    .where(RecoveryCode.account_id == _MINE, RecoveryCode.used_at.is_(None))
    .scalar_subquery()
)
_WAYS = select(Account.authenticator.is_not(None), _ON_SINCE, _CODES_LEFT).where(Account.id == _MINE)
_PASSKEYS = (
    select(*(getattr(Passkey, name) for name in _Passkey._fields))
    .where(Passkey.account_id == _MINE)
    .order_by(Passkey.id)
)
_DEVICES = (
    select(*(getattr(KnownDevice, name) for name in _Device._fields))
    .where(KnownDevice.account_id == _MINE)
    .order_by(KnownDevice.id)
)
_SESSIONS = (
    select(*(getattr(SignInSession, name) for name in _Session._fields))
    .where(SignInSession.account_id == _MINE)
    .order_by(SignInSession.id.desc())
)


def sheets(whose: Whose) -> Iterator[Sheet]:
    """How the person signs in (of secrets only that they are there), on what, and where they did, latest first."""
    mine = {"account_id": whose.account_id}
    ways = database.read(_Ways, _WAYS, person_id=whose.person_id, **mine)
    app = [{"kind": "authenticator app", "since": one.on_since, "recoveryCodesLeft": one.codes_left} for one in ways]
    yield Sheet("secondStep", app if ways and ways[0].has_app else [])
    keys = database.read(_Passkey, _PASSKEYS, **mine)
    yield Sheet("passkeys", [{"name": one.name, "made": one.made_at, "used": one.used_at} for one in keys])
    known = database.read(_Device, _DEVICES, **mine)
    yield Sheet("devices", [{"device": one.device, "seen": one.seen_at, "knownUntil": one.expires_at} for one in known])
    found = database.read(_Session, _SESSIONS, **mine)
    yield Sheet(
        "sessions",
        [{"device": one.device, "opened": one.opened_at, "seen": one.seen_at, "ended": one.ended_at} for one in found],
    )


PART = Part("sign_in", sheets)
