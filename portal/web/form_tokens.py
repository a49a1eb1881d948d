"""What every form carries: the token that says it came from this browser, and the key that says it is sent once."""

from __future__ import annotations

import hmac
import time
from base64 import b64encode
from functools import cache
from typing import Any

from flask import current_app, g, session
from itsdangerous import URLSafeTimedSerializer

from portal.kernel import secrets
from portal.web import language
from portal.web.browser_session import CSRF


def tools() -> dict[str, Any]:
    """What every template may call: the tokens for forms, and the language that it is written in."""
    return {"csrf": form_token, "once": form_key, "lang": f"{language.present()}-US"}


def form_token() -> str:
    """The token that Flask-WTF checks: payload.time.signature, as its serializer writes it (itsdangerous)."""
    here = g._get_current_object()
    token: str | None = here.get(CSRF)
    if token is None:
        key, moment = _token_key(str(current_app.secret_key)), int(time.time()).to_bytes(4, "big")
        signed = b"%b.%b" % (_base64(b'"%b"' % session[CSRF].encode()), _base64(moment))
        token = here.csrf_token = (b"%b.%b" % (signed, _base64(hmac.digest(key, signed, "sha1")))).decode()
    return str(token)


@cache
def _token_key(secret_key: str) -> bytes:
    """The key that the serializer derives anew for every token."""
    return URLSafeTimedSerializer(secret_key, salt="wtf-csrf-token").make_signer("wtf-csrf-token").derive_key()


def _base64(plain: bytes) -> bytes:
    return b64encode(plain, b"-_").rstrip(b"=")


def form_key() -> str:
    """A fresh 128-bit key for one form (SECURITY A38)."""
    return secrets.random_token()[:22]
