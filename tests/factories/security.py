"""What people did to their own sign-in. Each call is one committed transaction and gives back plain values."""

from __future__ import annotations

import os
from typing import NamedTuple

from portal.domain.accounts import authenticator
from portal.domain.accounts.enrolling import patient_key, seal_authenticator
from portal.domain.accounts.models import Account
from portal.domain.sign_in import recovery_codes
from portal.domain.sign_in.models import ContactChange, Passkey
from portal.kernel import clock, database, secrets


def a_contact_change(account_id: int, kind: str = "email", old: str = "before@example.com") -> str:
    """A change that was just done; the token of the link that undoes it."""
    token, now = secrets.random_token(), clock.now()
    with database.writing() as session:
        account = session.get_one(Account, account_id)
        key = patient_key(account.username_key, account.data_key)
        new = secrets.seal_with(key, str(getattr(account, kind)).encode(), f"contact:{kind}")
        before = secrets.seal_with(key, old.encode(), f"contact:{kind}")
        session.add(
            ContactChange(
                account_id=account_id,
                kind=kind,
                asker=b"a" * 32,
                new=new,
                old=before,
                asked_at=now,
                done_at=now,
                undo_hash=secrets.token_hash(token),
            )
        )
    return token


class NewSecondStep(NamedTuple):
    """What a test needs to sign in with it: the secret (base32), and the codes to print."""

    secret: str
    codes: tuple[str, ...]


def a_second_step(account_id: int) -> NewSecondStep:
    """The second step of an account, on."""
    secret, fresh = authenticator.fresh_secret(), recovery_codes.fresh()
    with database.writing() as session:
        account = session.get_one(Account, account_id)
        key = patient_key(account.username_key, account.data_key)
        account.authenticator = seal_authenticator(key, secret)
        recovery_codes.put(account_id, fresh.hashes)
    return NewSecondStep(secret, fresh.codes)


def a_passkey(account_id: int, name: str = "My phone") -> None:
    """A passkey of an account; no device has its other half."""
    with database.writing() as session:
        kept = Passkey(account_id=account_id, credential_id=os.urandom(16), public_key=b"-", sign_count=0, name=name)
        kept.made_at = clock.now()
        session.add(kept)
