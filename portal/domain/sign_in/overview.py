"""What a person sees of their own sign-in: its parts, where it is open now, and the browsers that it knows."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import CompoundSelect, LargeBinary, Uuid, bindparam, cast, func, literal, null, select, union_all

from portal.domain.accounts.models import Account
from portal.domain.sign_in import rules
from portal.domain.sign_in.models import KnownDevice, Passkey, RecoveryCode, SignInSession
from portal.domain.viewer import Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing


class OpenSession(NamedTuple):
    """A browser that is signed in now. `is_this`: the one that asks."""

    id: UUID
    device: str
    seen_at: datetime
    is_this: bool


class Device(NamedTuple):
    """A browser that signed in here before. `id` is the hash of its token, 64 hex digits."""

    id: str
    device: str
    seen_at: datetime


class Overview(NamedTuple):
    """All of it; the latest sessions and devices first."""

    username: str
    password_changed_at: datetime
    email: str
    phone: str | None
    has_second_step: bool
    codes_left: int
    passkeys: int
    sessions: tuple[OpenSession, ...]
    devices: tuple[Device, ...]


class _Row(NamedTuple):
    """The account beside one of its sessions or devices; both empty where it has none."""

    username: str
    password_changed_at: datetime | None
    created_at: datetime
    email: str
    phone: str | None
    has_second_step: bool
    codes_left: int
    passkeys: int
    session_id: int | None
    public_id: UUID | None
    device_hash: bytes | None
    device: str
    seen_at: datetime


def _places() -> CompoundSelect[tuple[int | None, int | None, UUID | None, bytes | None, str, datetime | None]]:
    """Sessions that last, and devices that are known, in columns of the same kinds."""
    none = cast(null(), Uuid()), cast(null(), LargeBinary())
    lasting = (
        SignInSession.ended_at.is_(None),
        SignInSession.awaiting_code.is_(False),
        SignInSession.seen_at > bindparam("idle_since"),
        SignInSession.opened_at > bindparam("open_since"),
    )
    sessions = select(
        SignInSession.account_id.label("account_id"),
        SignInSession.id.label("session_id"),
        SignInSession.public_id.label("public_id"),
        none[1].label("device_hash"),
        SignInSession.device.label("device"),
        SignInSession.seen_at.label("seen_at"),
    ).where(SignInSession.account_id == bindparam("account_id"), *lasting)
    devices = select(
        KnownDevice.account_id,
        literal(0),
        none[0],
        KnownDevice.token_hash,
        KnownDevice.device,
        KnownDevice.seen_at,
    ).where(KnownDevice.account_id == bindparam("account_id"), KnownDevice.expires_at > bindparam("now"))
    return union_all(sessions, devices)


_CODES_LEFT = (
    select(func.count(RecoveryCode.id))
    .where(RecoveryCode.account_id == bindparam("account_id"), RecoveryCode.used_at.is_(None))
    .scalar_subquery()
)
_PASSKEYS = select(func.count(Passkey.id)).where(Passkey.account_id == bindparam("account_id")).scalar_subquery()
_PLACES = _places().subquery("places")
_OVERVIEW = (
    select(
        Account.username,
        Account.password_changed_at,
        Account.created_at,
        Account.email,
        Account.phone,
        Account.authenticator.is_not(None).label("has_second_step"),
        _CODES_LEFT.label("codes_left"),
        _PASSKEYS.label("passkeys"),
        _PLACES.c.session_id,
        _PLACES.c.public_id,
        _PLACES.c.device_hash,
        _PLACES.c.device,
        _PLACES.c.seen_at,
    )
    .select_from(Account)
    .outerjoin(_PLACES, _PLACES.c.account_id == Account.id)
    .where(Account.id == bindparam("account_id"))
    .order_by(_PLACES.c.seen_at.desc())
)


def overview_of(viewer: Viewer, now: datetime) -> Overview:
    """One's own sign-in, in one statement.

    Raises:
        Missing: there is no such account any more.
    """
    rows = database.read(
        _Row,
        _OVERVIEW,
        account_id=viewer.actor.id,
        now=now,
        idle_since=now - rules.IDLE,
        open_since=now - rules.LONGEST,
    )
    if not rows:
        raise Missing
    first = rows[0]
    changed_at = first.password_changed_at or first.created_at
    sessions = tuple(_session(row, viewer) for row in rows if row.public_id)
    devices = tuple(
        Device(row.device_hash.hex(), row.device, row.seen_at or first.created_at) for row in rows if row.device_hash
    )
    return Overview(
        first.username,
        changed_at,
        first.email,
        first.phone,
        bool(first.has_second_step),
        first.codes_left,
        first.passkeys,
        sessions,
        devices,
    )


def _session(row: _Row, viewer: Viewer) -> OpenSession:
    assert row.public_id is not None
    return OpenSession(row.public_id, row.device, row.seen_at, row.session_id == viewer.session_id)
