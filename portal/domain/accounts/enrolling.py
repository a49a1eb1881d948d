"""How a sign-in comes to be: an account of a person, or a member of staff with an authenticator.

Each gets a data key of its own, sealed under the key file; what must die with the account is sealed under that.
"""

from __future__ import annotations

import os
from uuid import UUID, uuid4

import pyotp

from portal.domain.accounts.models import Account, StaffMember
from portal.kernel import clock, database, secrets

_PURPOSE = "accounts"
_KEY = 32
_LONGEST_NAME = 64


def username_key(username: str) -> str:
    """The form in which user names are compared and never given out twice."""
    return username.strip().casefold()[:_LONGEST_NAME]


def make_account(
    person_id: int,
    *,
    username: str,
    password_hash: str,
    email: str,
    phone: str | None = None,
    state: str = "active",
    public_id: UUID | None = None,
) -> Account:
    """A sign-in for a person, in the transaction under way. `password_hash` from kernel.passwords.

    `state`: "active", or "waiting" for an activation code.
    """
    key = username_key(username)
    account = Account(
        public_id=public_id or uuid4(),
        person_id=person_id,
        username=username.strip(),
        username_key=key,
        password_hash=password_hash,
        email=email,
        phone=phone,
        state=state,
        created_at=clock.now(),
        data_key=secrets.seal(_PURPOSE, os.urandom(_KEY), patient_context(key)),
    )
    database.session().add(account)
    return account


def make_staff_member(
    *,
    given: str,
    family: str,
    username: str,
    password_hash: str,
    email: str,
    language: str = "en",
    is_operator: bool = False,
    totp_secret: str | None = None,
    public_id: UUID | None = None,
) -> StaffMember:
    """Somebody who works here, in the transaction under way. Positions in offices are given apart.

    `totp_secret` is base32 (RFC 6238); without one a fresh one is made, and `totp_secret_of` tells it.
    """
    name, key = username_key(username), os.urandom(_KEY)
    member = StaffMember(
        public_id=public_id or uuid4(),
        given=given,
        family=family,
        username=username.strip(),
        username_key=name,
        password_hash=password_hash,
        email=email,
        language=language,
        is_operator=is_operator,
        state="active",
        data_key=secrets.seal(_PURPOSE, key, staff_context(name)),
        authenticator=_sealed(key, totp_secret or pyotp.random_base32()),
        last_step=0,
    )
    database.session().add(member)
    return member


def renew_authenticator(member: StaffMember) -> str:
    """A new secret for somebody who lost their phone; codes of the old one are of no use any more."""
    secret = pyotp.random_base32()
    member.authenticator = _sealed(_data_key(member.username_key, member.data_key), secret)
    return secret


def totp_secret_of(username_key: str, data_key: bytes, authenticator: bytes) -> str:
    """The base32 secret of a member of staff, from the three columns that keep it.

    Raises:
        ValueError: when one of them was altered, or belongs to somebody else.
    """
    return secrets.unseal_with(_data_key(username_key, data_key), authenticator, "authenticator").decode()


def patient_key(username_key: str, data_key: bytes) -> bytes:
    """The key of what dies with an account (secrets.seal_with), from the two columns that keep it.

    Raises:
        ValueError: it was destroyed, or belongs to somebody else.
    """
    return secrets.unseal(_PURPOSE, data_key, patient_context(username_key))


def seal_authenticator(account_key: bytes, secret: str) -> bytes:
    """A patient's TOTP secret (base32), under the key of patient_key."""
    return _sealed(account_key, secret)


def open_authenticator(account_key: bytes, sealed: bytes) -> str:
    """The same again."""
    return secrets.unseal_with(account_key, sealed, "authenticator").decode()


def patient_context(username_key: str) -> str:
    """What must be said again to open an account's data key."""
    return f"patient:{username_key}"


def staff_context(username_key: str) -> str:
    """What must be said again to open a staff member's data key."""
    return f"staff:{username_key}"


def _sealed(key: bytes, secret: str) -> bytes:
    return secrets.seal_with(key, secret.encode(), "authenticator")


def _data_key(username_key: str, data_key: bytes) -> bytes:
    return secrets.unseal(_PURPOSE, data_key, staff_context(username_key))
