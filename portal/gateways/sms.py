"""Text messages."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from portal import gateways
from portal.gateways import kept_files, text_provider


class Text(NamedTuple):
    """Words for one phone (E.164). The provider reports to `report_to` what became of them."""

    id: UUID
    to: str
    words: str
    report_to: str


def send(text: Text) -> str | None:
    """Hand a text over; the provider's reference. Raises Temporary or Permanent."""
    if not gateways.settings().text_url:
        kept_files.keep(f"{text.id}.sms.txt", f"To: {text.to}\n\n{text.words}\n".encode())
        return None
    return text_provider.post("Messages", To=text.to, Body=text.words, StatusCallback=text.report_to)
