from __future__ import annotations

from typing import NamedTuple


class Recipient(NamedTuple):
    """Where one notice goes: an address or a number (E.164), and how to say it. `zone` is an IANA name."""

    address: str | None
    language: str
    zone: str
