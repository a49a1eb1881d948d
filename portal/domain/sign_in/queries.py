from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.domain.accounts.models import Account, StaffMember
from portal.domain.sign_in.models import KnownDevice, ParkedForm
from portal.domain.viewer import Actor, Anybody
from portal.kernel import database, secrets
from portal.kernel.refusal import Missing


class Credentials(NamedTuple):
    """What a sign-in is checked against. `actor_id` is an account's or a staff member's id."""

    actor_id: int
    password_hash: str
    person_id: int | None


class Parked(NamedTuple):
    """A form that came too late: where it belongs and what was typed, sealed."""

    public_id: UUID
    parked_at: datetime
    form: bytes


class _Name(NamedTuple):
    username: str


class _State(NamedTuple):
    state: str


class _Device(NamedTuple):
    id: int


_PATIENT = select(Account.id, Account.password_hash, Account.person_id).where(
    Account.username_key == bindparam("username_key"), Account.state != "deactivated"
)
_STAFF = select(StaffMember.id, StaffMember.password_hash, StaffMember.id).where(
    StaffMember.username_key == bindparam("username_key"), StaffMember.state == "active"
)
_WAITS = select(Account.state).where(Account.id == bindparam("actor_id"), Account.state == "waiting")
_PATIENTS_NAME = select(Account.username).where(Account.id == bindparam("actor_id"))
_STAFFS_NAME = select(StaffMember.username).where(StaffMember.id == bindparam("actor_id"))
_DEVICE = select(KnownDevice.id).where(
    KnownDevice.token_hash == bindparam("token_hash"), KnownDevice.expires_at > bindparam("now")
)
_PATIENTS_DEVICE = _DEVICE.where(KnownDevice.account_id == bindparam("actor_id"))
_STAFFS_DEVICE = _DEVICE.where(KnownDevice.staff_member_id == bindparam("actor_id"))
_PARKED = select(ParkedForm.public_id, ParkedForm.parked_at, ParkedForm.form).order_by(ParkedForm.id.desc()).limit(1)
_PATIENTS_PARKED = _PARKED.where(ParkedForm.account_id == bindparam("actor_id"))
_STAFFS_PARKED = _PARKED.where(ParkedForm.staff_member_id == bindparam("actor_id"))


def credentials_of(kind: str, username: str) -> Credentials | None:
    """The stored credentials of a user name (any case, spaces around it ignored), None where there are none."""
    statement = _PATIENT if kind == "patient" else _STAFF
    return database.read_one(Credentials, statement, username_key=username_key(username))


def is_waiting(actor: Actor) -> bool:
    """Whether somebody's account waits for its activation code: they are let in as far as that and no further."""
    return actor.kind == "patient" and database.read_one(_State, _WAITS, actor_id=actor.id) is not None


def username_of(actor: Actor) -> str:
    """The user name of somebody who is signed in."""
    found = database.read_one(_Name, _PATIENTS_NAME if actor.kind == "patient" else _STAFFS_NAME, actor_id=actor.id)
    if found is None:
        raise Missing
    return found.username


def username_key(username: str) -> str:
    """The form in which user names are compared."""
    return username.strip().casefold()[:64]


def knows_device(actor: Actor, token: str | None, now: datetime) -> bool:
    """Whether this browser belongs to somebody who signed in here before as this actor."""
    if not token:
        return False
    statement = _PATIENTS_DEVICE if actor.kind == "patient" else _STAFFS_DEVICE
    found = database.read_one(_Device, statement, token_hash=secrets.token_hash(token), actor_id=actor.id, now=now)
    return found is not None


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
