"""Phone calls that read a message aloud."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID
from xml.sax.saxutils import escape

from portal import gateways
from portal.gateways import kept_files, text_provider

_VOICES = {"en": "en-US", "es": "es-US"}


class Call(NamedTuple):
    """Words that are read twice to one phone (E.164), in a language."""

    id: UUID
    to: str
    words: str
    language: str
    report_to: str


def call(call: Call) -> str | None:
    """Have a phone rung; the provider's reference. Raises Temporary or Permanent."""
    if not gateways.settings().text_url:
        kept_files.keep(f"{call.id}.call.txt", f"To: {call.to}\n\n{call.words}\n".encode())
        return None
    return text_provider.post("Calls", To=call.to, Twiml=spoken(call), StatusCallback=call.report_to)


def spoken(call: Call) -> str:
    """What the provider's voice does, as TwiML. The words are text, whatever they look like."""
    say = f'<Say language="{_VOICES[call.language]}">{escape(call.words)}</Say>'
    return f'<Response>{say}<Pause length="1"/>{say}</Response>'
