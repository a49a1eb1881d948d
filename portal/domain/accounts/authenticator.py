"""Codes of an authenticator app (TOTP, RFC 6238: six digits, 30 seconds): for staff, and for patients who want them."""

from __future__ import annotations

from datetime import datetime

import pyotp

_SECONDS = 30


def fresh_secret() -> str:
    """160 random bits in base32, as apps take them."""
    return str(pyotp.random_base32())


def address_of(secret: str, username: str, portal: str) -> str:
    """The otpauth address that a QR code shows to the app."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=portal))


def step_of(code: str, secret: str, now: datetime) -> int | None:
    """The 30-second step that the code belongs to: the present one or its neighbors. None: it is no code of now."""
    totp, present = pyotp.TOTP(secret), int(now.timestamp()) // _SECONDS
    typed = "".join(code.split())
    for step in (present, present - 1, present + 1):
        if pyotp.utils.strings_equal(typed, totp.generate_otp(step)):
            return step
    return None
