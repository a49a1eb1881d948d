from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple


class Recipient(NamedTuple):
    """Where one notice goes: an address or a number (E.164), and how to say it. `zone` is an IANA name.

    `values`: what the look-up found that the message tells.
    """

    address: str | None
    language: str
    zone: str
    values: Mapping[str, Any] = MappingProxyType({})


class Preference(NamedTuple):
    """How a person is told of one kind of thing: `remind_by` email, sms, voice or none; `in_mail`: when and where may
    stand in their email, with an entry for their calendar.
    """

    remind_by: str = "email"
    in_mail: bool = False
