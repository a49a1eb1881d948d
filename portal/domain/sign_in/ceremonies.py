"""What is said to a device about its passkeys, and whether it answered rightly: WebAuthn's two ceremonies.

Its library takes 6 MiB; so this module is imported where a passkey is made or used, and not before (passkeys.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import webauthn
from webauthn.helpers import base64url_to_bytes, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from portal.kernel.refusal import Refusal, Refused

if TYPE_CHECKING:
    from portal.domain.sign_in.passkeys import Site

_CHECKED = UserVerificationRequirement.REQUIRED


class Owner(NamedTuple):
    """As whom a device keeps the key: the account's outer id, the username, and the name in full."""

    id: bytes
    username: str
    name: str


class Made(NamedTuple):
    """A key pair that a device made, as far as it tells."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


class Named(NamedTuple):
    """Which key an answer was signed with, and as whom the device keeps it."""

    credential_id: bytes
    owner_id: bytes


def asked_to_make(site: Site, owner: Owner, challenge: bytes, there: list[bytes]) -> str:
    """PublicKeyCredentialCreationOptions as JSON. `there`: credential ids that the account has already."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_name=owner.username,
        user_id=owner.id,
        user_display_name=owner.name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_CHECKED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in there],
    )
    return webauthn.options_to_json(options)


def made(site: Site, challenge: bytes, answer: str) -> Made:
    """What the device made. `answer`: its RegistrationResponseJSON.

    Raises:
        Refused: `passkey_refused`.
    """
    with _refusing():
        found = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    return Made(found.credential_id, found.credential_public_key, found.sign_count)


def asked_to_sign(site: Site, challenge: bytes) -> str:
    """PublicKeyCredentialRequestOptions as JSON. It names no account."""
    options = webauthn.generate_authentication_options(rp_id=site.host, challenge=challenge, user_verification=_CHECKED)
    return webauthn.options_to_json(options)


def named_in(answer: str) -> Named:
    """What an AuthenticationResponseJSON says of itself; nothing of it is believed yet.

    Raises:
        Refused: `passkey_refused`: it is none.
    """
    with _refusing():
        credential = parse_authentication_credential_json(answer)
        return Named(base64url_to_bytes(credential.id), credential.response.user_handle or b"")


def signed(site: Site, challenge: bytes, answer: str, public_key: bytes, sign_count: int) -> int:
    """The new count of signatures, where the key of the account signed this challenge for this site.

    Raises:
        Refused: `passkey_refused`.
    """
    with _refusing():
        found = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    return found.new_sign_count


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except (WebAuthnException, ValueError) as error:
        raise Refused(Refusal("passkey_refused")) from error
