"""Passkeys: a device signs a challenge with a key that never leaves it (W3C Web Authentication, level 2).

The device checks its owner by itself (finger, face, PIN): a passkey is both steps at once, and no page of another
address can ask for it.
"""

from __future__ import annotations

import os
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.exc import IntegrityError

from portal.domain.accounts.models import Account, Person
from portal.domain.audit.actions import record
from portal.domain.outbox.actions import queue
from portal.domain.sign_in import rules, throttles
from portal.domain.sign_in.actions import Try
from portal.domain.sign_in.models import Passkey, PasskeyChallenge
from portal.domain.viewer import Actor, Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing, Refusal, Refused, refuse_if

_SECTION = "sign_in"


class Site(NamedTuple):
    """For whom keys are made: the host name, the whole origin (https://host), and the portal's name."""

    host: str
    origin: str
    name: str


class KeptPasskey(NamedTuple):
    """One of a person's passkeys, as they see it."""

    id: UUID
    name: str
    made_at: datetime
    used_at: datetime | None


class _Mine(NamedTuple):
    public_id: UUID
    name: str
    made_at: datetime
    used_at: datetime | None
    credential_id: bytes


class _Asked(NamedTuple):
    challenge: bytes
    name: str
    made_at: datetime


class _Found(NamedTuple):
    id: int
    account_id: int
    account_public_id: UUID
    public_key: bytes
    sign_count: int


class _ToMake(NamedTuple):
    """A challenge and whose it is, beside one of the passkeys that they have; that is empty where they have none."""

    challenge: bytes
    name: str
    made_at: datetime
    public_id: UUID
    username: str
    given: str
    family: str
    credential_id: bytes | None


_MINE = (
    select(Passkey.public_id, Passkey.name, Passkey.made_at, Passkey.used_at, Passkey.credential_id)
    .where(Passkey.account_id == bindparam("account_id"))
    .order_by(Passkey.id)
)
_ASKED = select(PasskeyChallenge.challenge, PasskeyChallenge.name, PasskeyChallenge.made_at).where(
    PasskeyChallenge.asker == bindparam("asker")
)
_FOUND = (
    select(Passkey.id, Passkey.account_id, Account.public_id, Passkey.public_key, Passkey.sign_count)
    .join(Account, Account.id == Passkey.account_id)
    .where(Passkey.credential_id == bindparam("credential_id"), Account.state == "active")
)
_TO_MAKE = (
    select(
        PasskeyChallenge.challenge,
        PasskeyChallenge.name,
        PasskeyChallenge.made_at,
        Account.public_id,
        Account.username,
        Person.given,
        Person.family,
        Passkey.credential_id,
    )
    .select_from(PasskeyChallenge)
    .join(Account, Account.id == bindparam("account_id"))
    .join(Person, Person.id == Account.person_id)
    .outerjoin(Passkey, Passkey.account_id == Account.id)
    .where(PasskeyChallenge.asker == bindparam("asker"))
)


def passkeys_of(viewer: Viewer) -> list[KeptPasskey]:
    """Those of the viewer, oldest first."""
    return [KeptPasskey(*row[:-1]) for row in database.read(_Mine, _MINE, account_id=viewer.actor.id)]


def has_some(actor: Actor) -> bool:
    """Whether there is one with which somebody could say that it is them."""
    return actor.kind == "patient" and bool(database.read(_Mine, _MINE, account_id=actor.id))


def begin(asker: bytes, now: datetime, *, name: str = "") -> None:
    """A challenge for this browser; an earlier one is of no use any more. `name`: of a passkey that is to be made."""
    session = database.session()
    session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.asker == asker))
    session.add(PasskeyChallenge(asker=asker, challenge=os.urandom(32), name=name, made_at=now))


def asked_to_make(viewer: Viewer, site: Site, asker: bytes, now: datetime) -> str:
    """What the device is asked for a new passkey: PublicKeyCredentialCreationOptions as JSON.

    Raises:
        Missing: nothing was begun, or too long ago.
    """
    from portal.domain.sign_in import ceremonies

    rows = database.read(_ToMake, _TO_MAKE, account_id=viewer.actor.id, asker=asker)
    if not rows or not rows[0].name or now >= rows[0].made_at + rules.CHALLENGE_LASTS:
        raise Missing
    asked = rows[0]
    owner = ceremonies.Owner(asked.public_id.bytes, asked.username, f"{asked.given} {asked.family}")
    there = [row.credential_id for row in rows if row.credential_id]
    return ceremonies.asked_to_make(site, owner, asked.challenge, there)


def add(viewer: Viewer, site: Site, asker: bytes, answer: str, now: datetime) -> None:
    """Keep what the device made; its owner is told. `answer`: its RegistrationResponseJSON.

    Raises:
        Refused: `passkey_refused`, `too_many_passkeys`; `passkey_answered`: nothing is asked (any more).
    """
    from portal.domain.sign_in import ceremonies

    asked = _asked_still(asker, now)
    there = database.read(_Mine, _MINE, account_id=viewer.actor.id)
    refuse_if(rules.why_not_add_passkey(len(there)))
    made = ceremonies.made(site, asked.challenge, answer)
    row = Passkey(
        account_id=viewer.actor.id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        name=asked.name,
        made_at=now,
    )
    _keep(row)
    _use_up(asker, asked)
    record("passkey.added", by=viewer, about=row.public_id, section=_SECTION)
    queue("passkey_added", to=viewer.actor)


def remove(viewer: Viewer, passkey_id: UUID) -> None:
    """It signs in nobody any more.

    Raises:
        Missing: this person has no such passkey.
    """
    database.session().delete(_mine(viewer, passkey_id))
    record("passkey.deleted", by=viewer, about=passkey_id, section=_SECTION)
    queue("passkey_deleted", to=viewer.actor)


def asked_to_sign(site: Site, asker: bytes, now: datetime) -> str:
    """What a device is asked to sign in: PublicKeyCredentialRequestOptions as JSON. It names no account.

    Raises:
        Missing: nothing was begun, or too long ago.
    """
    from portal.domain.sign_in import ceremonies

    asked = _asked(asker, now)
    return ceremonies.asked_to_sign(site, asked.challenge)


def take_a_try(attempt: Try, now: datetime) -> None:
    """Count one more from this address. Apart, before anything is written.

    Raises:
        Refused: `wait` with `until`.
    """
    limit = rules.CLINIC if attempt.from_clinic else rules.ADDRESS
    refuse_if(throttles.take_a_try([(f"passkey at:{attempt.address}", limit)], now))


def owner_of(site: Site, asker: bytes, answer: str, now: datetime, *, only: Actor | None = None) -> Actor:
    """Whose passkey signed the challenge of this browser. `answer`: the device's AuthenticationResponseJSON.

    `only`: who is signed in, where somebody says once more that it is them; the passkey of another says nothing of it.

    Raises:
        Refused: `passkey_refused`, whatever is wrong with it; `passkey_answered`: nothing is asked (any more).
    """
    from portal.domain.sign_in import ceremonies

    asked = _asked_still(asker, now)
    named = ceremonies.named_in(answer)
    found = database.read_one(_Found, _FOUND, credential_id=named.credential_id)
    if found is None or named.owner_id != found.account_public_id.bytes:
        raise Refused(Refusal("passkey_refused"))
    if only is not None and only != Actor("patient", found.account_id):
        raise Refused(Refusal("passkey_refused"))
    count = ceremonies.signed(site, asked.challenge, answer, found.public_key, found.sign_count)
    _use_up(asker, asked)
    row = database.session().get_one(Passkey, found.id)
    row.sign_count, row.used_at = count, now
    return Actor("patient", found.account_id)


def _mine(viewer: Viewer, passkey_id: UUID) -> Passkey:
    mine = select(Passkey).where(Passkey.public_id == passkey_id, Passkey.account_id == viewer.actor.id)
    found = database.session().scalars(mine).one_or_none()
    if found is None:
        raise Missing
    return found


def _keep(row: Passkey) -> None:
    """No two accounts have a passkey of one id: whoever brings it second is refused (WebAuthn 7.1, step 22)."""
    try:
        with database.session().begin_nested():
            database.session().add(row)
    except IntegrityError as error:
        raise Refused(Refusal("passkey_refused")) from error


def _asked(asker: bytes, now: datetime) -> _Asked:
    found = database.read_one(_Asked, _ASKED, asker=asker)
    if found is None or now >= found.made_at + rules.CHALLENGE_LASTS:
        raise Missing
    return found


def _asked_still(asker: bytes, now: datetime) -> _Asked:
    try:
        return _asked(asker, now)
    except Missing as error:
        raise Refused(Refusal("passkey_answered")) from error


def _use_up(asker: bytes, asked: _Asked) -> None:
    """The challenge is answered: of two answers that come at once, one finds it. In the transaction under way."""
    mine = (PasskeyChallenge.asker == asker, PasskeyChallenge.challenge == asked.challenge)
    used = delete(PasskeyChallenge).where(*mine).returning(PasskeyChallenge.asker)
    if database.session().execute(used).one_or_none() is None:
        raise Refused(Refusal("passkey_answered"))
