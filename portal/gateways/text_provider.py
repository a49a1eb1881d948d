"""Texts and calls by the common form-post API: `<TEXT_URL>/2010-04-01/Accounts/<account>/Messages.json`, `Calls.json`.

One POST each, answered with the provider's reference (`sid`); what became of it comes later to the StatusCallback,
signed (`signature`). Twilio's public description of 2010-04-01 is the source; others offer the same shape.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterable, Mapping
from hashlib import sha1
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from portal import gateways
from portal.gateways import Permanent, Temporary

#: Beyond this the page that waits for a code offers another way (C20: 5 s in all).
_SECONDS = 4
#: Refused because of us (key, account, too fast), not because of the number.
_OUR_AFFAIR = frozenset({401, 402, 403, 404, 408, 429})


class _NoRedirect(HTTPRedirectHandler):
    """Credentials and numbers go to the configured address and nowhere else."""

    def redirect_request(self, *_: object) -> None:
        return None


def post(resource: str, **fields: str) -> str:
    """Ask the provider for a text or a call; its reference.

    Raises:
        Temporary: no answer within 4 seconds, 5xx, or a refusal that is ours to mend.
        Permanent: the number can not be reached.
    """
    settings = gateways.settings()
    url = f"{settings.text_url}/2010-04-01/Accounts/{settings.text_account}/{resource}.json"
    login = base64.b64encode(f"{settings.text_account}:{settings.text_token}".encode()).decode()
    asked = Request(  # noqa: S310 - the address is a setting, http or https
        url, urlencode({"From": settings.text_from, **fields}).encode(), {"Authorization": f"Basic {login}"}
    )
    try:
        with build_opener(_NoRedirect).open(asked, timeout=_SECONDS) as answer:
            return str(json.loads(answer.read(65536))["sid"])
    except HTTPError as problem:
        for_good = 400 <= problem.code < 500 and problem.code not in _OUR_AFFAIR
        raise (Permanent if for_good else Temporary)(f"provider_{problem.code}") from problem
    except (OSError, HTTPException) as problem:
        raise Temporary("provider_no_answer") from problem
    except (ValueError, KeyError, TypeError) as problem:
        raise Temporary("provider_answer") from problem


def signature(url: str, fields: Iterable[tuple[str, str]]) -> str:
    """What the provider signs a report with: base64 of HMAC-SHA-1 over the address and all fields, sorted by name.

    `url` as people reach it (PUBLIC_URL), whatever a proxy makes of it. SHA-1 is the API's choice; as an HMAC it holds.
    """
    said = url + "".join(name + value for name, value in sorted(fields))
    mac = hmac.new(gateways.settings().text_token.encode(), said.encode(), sha1)
    return base64.b64encode(mac.digest()).decode()


def is_signed(url: str, fields: Iterable[tuple[str, str]], given: str) -> bool:
    """Whether a report comes from the provider. Without a provider nothing does."""
    known = bool(gateways.settings().text_token)
    return known and hmac.compare_digest(signature(url, fields).encode(), given.encode())


_ARRIVED = {"delivered", "read", "completed"}
_LOST = {"undelivered", "failed", "busy", "no-answer", "canceled"}


def outcome(fields: Mapping[str, str]) -> tuple[bool, str | None] | None:
    """(arrived, why not) of a report; None while it is still under way."""
    status = fields.get("MessageStatus") or fields.get("CallStatus") or ""
    if status in _ARRIVED:
        return True, None
    if status in _LOST:
        code = fields.get("ErrorCode", "")
        return False, f"provider_{code}" if code.isdecimal() and len(code) < 10 else f"provider_{status}"
    return None
