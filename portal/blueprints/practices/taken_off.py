"""What locations and providers share: the page that asks, and the list of those that were taken off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import Response

from portal.kernel.refusal import Refusal
from portal.web.hypermedia import page
from portal.web.wording import words_for


class TakenOff(NamedTuple):
    """A line of that list. `words`: where it is, or what they do; `why_not`: why it can not be put back, if so."""

    name: str
    words: str
    at: datetime
    edit_url: str
    back_url: str
    why_not: str


class Asking(NamedTuple):
    """Whether to take something off: what it is called, what that means, and where the answer and the way back go.

    `visits`: what is still to come there (id, starts_at, minutes, number of the chart); `zone`: that of their times.
    """

    title: str
    called: str
    words: str
    form_url: str
    list_url: str
    list_words: str
    visits: Sequence[Any] = ()
    zone: str = ""


def ask(asking: Asking, refusal: Refusal | None, status: int = 200) -> Response:
    """The page that asks; where it can not be done, it says why and offers no button."""
    return page("practices/take_off.html", status=status, why_not=why_not(refusal), **asking._asdict())


def why_not(refusal: Refusal | None) -> str:
    """The reason in words, or none."""
    return words_for(refusal) if refusal else ""
