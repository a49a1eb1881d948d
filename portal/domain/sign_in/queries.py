from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, exists, false, select, true

from portal.domain.accounts.models import Account, StaffMember
from portal.domain.audit.queries import with_head
from portal.domain.sign_in.models import KnownDevice, ParkedForm
from portal.domain.viewer import Actor, Anybody, Head
from portal.kernel import database, secrets
from portal.kernel.refusal import Missing


class Credentials(NamedTuple):
    """What a sign-in is checked against. `actor_id` is an account's or a staff member's id.

    `is_waiting`: the account waits for its activation code; they are let in as far as that and no further.
    `knows_device`: this browser belongs to somebody who signed in here before with this name.
    """

    actor_id: int
    password_hash: str
    person_id: int | None
    has_second_step: bool
    is_waiting: bool
    knows_device: bool


class Arrival(NamedTuple):
    """Who comes in: whose audit chain it is and its end; whether they were here before, in any browser, and in this.

    `has_parked`: a form of theirs came too late.
    """

    chain_id: int | None
    has_devices: bool
    knows_device: bool
    has_parked: bool
    seq: int | None
    hash: bytes | None

    @property
    def head(self) -> Head:
        """The end of the chain."""
        return Head.of(self.seq, self.hash)


class Parked(NamedTuple):
    """A form that came too late: where it belongs and what was typed, sealed."""

    public_id: UUID
    parked_at: datetime
    form: bytes


class _Name(NamedTuple):
    username: str


_THIS_DEVICE = (KnownDevice.token_hash == bindparam("token_hash"), KnownDevice.expires_at > bindparam("now"))
_PATIENT = select(
    Account.id,
    Account.password_hash,
    Account.person_id,
    Account.authenticator.is_not(None).label("has_second_step"),
    (Account.state == "waiting").label("is_waiting"),
    exists().where(KnownDevice.account_id == Account.id, *_THIS_DEVICE),
).where(Account.username_key == bindparam("username_key"), Account.state != "deactivated")
_STAFF = select(
    StaffMember.id,
    StaffMember.password_hash,
    StaffMember.id,
    true(),
    false(),
    exists().where(KnownDevice.staff_member_id == StaffMember.id, *_THIS_DEVICE),
).where(StaffMember.username_key == bindparam("username_key"), StaffMember.state == "active")
_PATIENTS_NAME = select(Account.username).where(Account.id == bindparam("actor_id"))
_STAFFS_NAME = select(StaffMember.username).where(StaffMember.id == bindparam("actor_id"))
_PARKED = select(ParkedForm.public_id, ParkedForm.parked_at, ParkedForm.form).order_by(ParkedForm.id.desc()).limit(1)
_PATIENTS_DEVICES = KnownDevice.account_id == bindparam("actor_id")
_STAFFS_DEVICES = KnownDevice.staff_member_id == bindparam("actor_id")
_PATIENTS_ARRIVAL = with_head(
    select(
        Account.person_id,
        exists().where(_PATIENTS_DEVICES),
        exists().where(_PATIENTS_DEVICES, *_THIS_DEVICE),
        exists().where(ParkedForm.account_id == bindparam("actor_id")),
    ).where(Account.id == bindparam("actor_id")),
    "person",
    Account.person_id,
)
_STAFFS_ARRIVAL = with_head(
    select(
        StaffMember.id,
        exists().where(_STAFFS_DEVICES),
        exists().where(_STAFFS_DEVICES, *_THIS_DEVICE),
        exists().where(ParkedForm.staff_member_id == bindparam("actor_id")),
    ).where(StaffMember.id == bindparam("actor_id")),
    "staff",
    StaffMember.id,
)
_PATIENTS_PARKED = _PARKED.where(ParkedForm.account_id == bindparam("actor_id"))
_STAFFS_PARKED = _PARKED.where(ParkedForm.staff_member_id == bindparam("actor_id"))


def credentials_of(kind: str, username: str, token: str | None, now: datetime) -> Credentials | None:
    """The stored credentials of a user name (any case, spaces around it ignored), None where there are none.

    `token`: of the browser's known-device cookie.
    """
    statement = _PATIENT if kind == "patient" else _STAFF
    key, token_hash = username_key(username), _hash_of(token)
    return database.read_one(Credentials, statement, username_key=key, token_hash=token_hash, now=now)


def username_of(actor: Actor) -> str:
    """The user name of somebody who is signed in."""
    found = database.read_one(_Name, _PATIENTS_NAME if actor.kind == "patient" else _STAFFS_NAME, actor_id=actor.id)
    if found is None:
        raise Missing
    return found.username


def username_key(username: str) -> str:
    """The form in which user names are compared."""
    return username.strip().casefold()[:64]


def arrival_of(actor: Actor, token: str | None, now: datetime, run: database.Run = database.write) -> Arrival:
    """What a new session needs to know. `token`: of the browser's known-device cookie."""
    statement = _PATIENTS_ARRIVAL if actor.kind == "patient" else _STAFFS_ARRIVAL
    found = run(statement, actor_id=actor.id, token_hash=_hash_of(token), now=now)
    return Arrival(*found[0]) if found else Arrival(None, False, False, False, None, None)


def _hash_of(token: str | None) -> bytes:
    return secrets.token_hash(token) if token else b""


def has_parked(actor: Actor) -> bool:
    """Whether a form of theirs came too late."""
    statement = _PATIENTS_PARKED if actor.kind == "patient" else _STAFFS_PARKED
    return database.read_one(Parked, statement, actor_id=actor.id) is not None


def parked_for(viewer: Anybody) -> Parked | None:
    """The latest form that came too late for this viewer."""
    statement = _PATIENTS_PARKED if viewer.actor.kind == "patient" else _STAFFS_PARKED
    return database.read_one(Parked, statement, actor_id=viewer.actor.id)


def opened(parked: Parked, viewer: Anybody) -> bytes:
    """What was typed. Only for whom it was parked.

    Raises:
        Missing: it does not open.
    """
    try:
        return secrets.unseal("parked", parked.form, f"{viewer.actor.kind}:{viewer.actor.id}")
    except ValueError as error:
        raise Missing from error
