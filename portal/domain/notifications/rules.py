"""Which notices there are, who may be told them, and where their link leads: a list after sign-in, never a thing."""

from __future__ import annotations

from typing import NamedTuple

#: Where the text provider says what became of a text or call; the id of the outbox row follows.
PROVIDER_REPORTS = "/notifications/provider"
HOME = {"patient": "/", "staff": "/office/", "office": "/office/"}


class Notice(NamedTuple):
    """A message of templates/messages: for whom, and the page that its link opens (default: where they sign in)."""

    told: frozenset[str]
    link: str | None = None


NOTICES = {
    "new_device": Notice(frozenset({"patient", "staff"})),
    "profile_changed": Notice(frozenset({"office"})),
}


def may_be_told(message: str, kind: str) -> bool:
    """Whether there is such a notice for this kind of recipient."""
    return message in NOTICES and kind in NOTICES[message].told


def link_of(message: str, kind: str) -> str:
    """The path that the notice leads to."""
    return NOTICES[message].link or HOME[kind]
