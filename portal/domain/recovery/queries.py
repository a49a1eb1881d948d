from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from portal.domain.accounts.enrolling import username_key
from portal.domain.accounts.models import Account, Person
from portal.domain.connections.models import Connection
from portal.domain.practices.models import Office
from portal.domain.recovery import rules
from portal.domain.recovery.models import PasswordReset
from portal.domain.recovery.rules import Policy, Way
from portal.domain.recovery.types import Channel, Found, Held, NameClaim
from portal.kernel import database, secrets

PURPOSE = "recovery"


class Owner(NamedTuple):
    """Whose password is reset. `authenticator` None: no second step is on."""

    account_id: int
    person_id: int
    username: str
    username_key: str
    email: str
    phone: str | None
    given: str
    family: str
    preferred: str | None
    language: str
    time_zone: str
    data_key: bytes
    authenticator: bytes | None
    last_step: int

    @property
    def has_second_step(self) -> bool:
        """Whether a code of an authenticator is asked for as well."""
        return self.authenticator is not None


class _Stored(NamedTuple):
    username: bytes
    channel: str
    asked_at: datetime
    proven_at: datetime | None
    done_at: datetime | None
    second_channel: str | None
    second_proven_at: datetime | None


class _Office(NamedTuple):
    name: str
    by_email: bool
    by_sms: bool
    by_voice: bool


_WAY = select(*(getattr(PasswordReset, name) for name in _Stored._fields)).where(
    PasswordReset.asker == bindparam("asker")
)
_OWNER = (
    select(
        Account.id,
        Account.person_id,
        Account.username,
        Account.username_key,
        Account.email,
        Account.phone,
        Person.given,
        Person.family,
        Person.preferred,
        Person.language,
        Person.time_zone,
        Account.data_key,
        Account.authenticator,
        Account.last_step,
    )
    .join(Person, Person.id == Account.person_id)
    .where(Account.username_key == bindparam("username_key"), Account.state == "active")
)
_BORN_THEN = (
    select(
        Account.id,
        Account.person_id,
        Account.username,
        Person.given,
        Person.family,
        Person.preferred,
        Account.email,
        Person.language,
        Person.time_zone,
    )
    .select_from(Person)
    .join(Account, Account.person_id == Person.id)
    .where(Person.birth_date == bindparam("birth_date"), Account.state == "active")
    .order_by(Account.id)
)
_OFFICES = (
    select(Office.name, Office.resets_by_email, Office.resets_by_sms, Office.resets_by_voice)
    .join(Connection, Connection.office_id == Office.id)
    .where(Connection.person_id == bindparam("person_id"), Connection.ended_at.is_(None))
)


def way_of(asker: bytes) -> Way | None:
    """How far this browser is, None where it asked for nothing."""
    found = database.read_one(_Stored, _WAY, asker=asker)
    return Way(opened(found.username), *found[1:]) if found else None


def opened(username: bytes) -> str:
    """What was typed as a username."""
    return secrets.unseal(PURPOSE, username, PURPOSE).decode()


def owner_of(username: str) -> Owner | None:
    """The account of a username, None where there is none that is in use."""
    return database.read_one(Owner, _OWNER, username_key=username_key(username))


def office_names_of(owner: Owner) -> list[str]:
    """The names of the offices that somebody is connected to."""
    return [office.name for office in database.read(_Office, _OFFICES, person_id=owner.person_id)]


def channels_of(owner: Owner) -> frozenset[Channel]:
    """By which channels their offices let them reset a password."""
    return rules.channels_of(Policy(*one[1:]) for one in database.read(_Office, _OFFICES, person_id=owner.person_id))


def address_of(owner: Owner, channel: Channel) -> str:
    """Where a channel reaches them: an email address or a number (E.164); empty where it does not."""
    return owner.email if channel is Channel.EMAIL else owner.phone or ""


def found_by(claim: Mapping[str, str], channel: str) -> Found | None:
    """Whom a notice is for, that was queued for somebody who only said who they are. Asked when it is delivered.

    `claim`: either a `username`, or the fields of NameClaim as text.
    """
    if "username" in claim:
        return _by_username(claim["username"], Channel(channel))
    said = NameClaim(claim["given"], claim["family"], date.fromisoformat(claim["birth_date"]), claim["email"])
    return _by_name(said)


def _by_username(username: str, channel: Channel) -> Found | None:
    owner = owner_of(username)
    if owner is None:
        return None
    address = address_of(owner, channel)
    if channel not in channels_of(owner) or not address:
        return None
    return Found(address, owner.language, owner.time_zone, (owner.username,), (owner.person_id,))


def _by_name(claim: NameClaim) -> Found | None:
    born_then = database.read(Held, _BORN_THEN, birth_date=claim.birth_date)
    matching = [held for held in born_then if rules.is_about(claim, held)]
    if not matching:
        return None
    first = matching[0]
    return Found(
        first.email,
        first.language,
        first.time_zone,
        tuple(held.username for held in matching),
        tuple(held.person_id for held in matching),
    )
