"""A notice in words: the templates of messages/<message>, in the recipient's language, for one channel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import force_locale

from portal.domain.notifications import rules
from portal.domain.notifications.types import Recipient
from portal.domain.outbox import sealing
from portal.domain.outbox.types import CalendarPart, Leased, Written
from portal.gateways import settings
from portal.web.templates import render

_ONE_TEXT = {"sms": "sms.txt", "voice": "voice.txt"}
#: What the mail of a message tells the recipient's calendar: looked up when it is delivered, in their language.
#: None where there is nothing to tell, or they did not ask for it.
ENTRIES: dict[str, Callable[[Leased, Recipient], CalendarPart | None]] = {}


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
        return _texts(leased, recipient, values, (secret["code"],) if "code" in secret else ())


def _texts(leased: Leased, recipient: Recipient, values: dict[str, Any], codes: tuple[str, ...]) -> Written:
    def text(name: str) -> str:
        return render(f"messages/{leased.message}/{name}", recipient.language, **values).strip()

    to = recipient.address or ""
    if leased.channel in _ONE_TEXT:
        return Written(to, "", " ".join(text(_ONE_TEXT[leased.channel]).split()), "", codes)
    values["subject"] = text("subject.txt")
    entry = ENTRIES.get(leased.message)
    return Written(
        to,
        values["subject"],
        text("body.txt") + "\n",
        text("body.html"),
        codes,
        entry(leased, recipient) if entry else None,
    )
