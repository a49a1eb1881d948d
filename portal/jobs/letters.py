"""A notice in words: the templates of messages/<message>, in the recipient's language, for one channel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import force_locale

from portal.domain.notifications import rules
from portal.domain.notifications.types import Recipient
from portal.domain.outbox import sealing
from portal.domain.outbox.types import Brought, Leased, Written
from portal.gateways import settings
from portal.jobs import visit_letters
from portal.web.templates import render

_ONE_TEXT = {"sms": "sms.txt", "voice": "voice.txt"}
#: Messages that say more than they carry: looked up when they are delivered, in the recipient's language.
LOOKED_UP: dict[str, Callable[[Leased, Recipient], Brought]] = dict.fromkeys(
    visit_letters.MESSAGES, visit_letters.brought
)


def written(leased: Leased, recipient: Recipient) -> Written:
    """What this notice says. Links are made from PUBLIC_URL and lead to where the recipient signs in."""
    facts = {name: value for name, value in leased.facts.items() if name != "secret"}
    secret = sealing.secrets_of(leased.public_id, leased.facts)
    secret = {name: value for name, value in secret.items() if name not in {"to", "claim"}} | dict(recipient.values)
    link = settings().public_url + rules.link_of(leased.message, leased.to_kind, facts | secret)
    values = {
        **facts,
        **secret,
        "portal": settings().name,
        "link": link,
        "at": leased.queued_at,
        "zone": recipient.zone,
        "subject": "",
        "lang": recipient.language,
    }
    with force_locale(recipient.language):
        brought = LOOKED_UP[leased.message](leased, recipient) if leased.message in LOOKED_UP else Brought({})
        words = _texts(leased, recipient, {**values, **brought.values})
    return words._replace(codes=(secret["code"],) if "code" in secret else (), calendar=brought.calendar)


def _texts(leased: Leased, recipient: Recipient, values: dict[str, Any]) -> Written:
    def text(name: str) -> str:
        return render(f"messages/{leased.message}/{name}", recipient.language, **values).strip()

    to = recipient.address or ""
    if leased.channel in _ONE_TEXT:
        return Written(to, "", " ".join(text(_ONE_TEXT[leased.channel]).split()), "")
    values["subject"] = text("subject.txt")
    return Written(to, values["subject"], text("body.txt") + "\n", text("body.html"))
