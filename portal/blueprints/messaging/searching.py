"""Searching in messages: the box, and what was found as both sides are shown it. Words never stand in an address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import Response, url_for
from wtforms import HiddenField, StringField

from portal.domain.messaging import search_rules
from portal.domain.messaging.queries import SHOWN
from portal.domain.messaging.search_rules import Piece
from portal.domain.messaging.search_types import Hit, OfficeHit, Place
from portal.kernel.typed import uuid_of
from portal.web.forms import Form, Needed, at_most
from portal.web.hypermedia import page
from portal.web.texts import lazy_gettext as _l
from portal.web.wording import words_for

Found = tuple[Sequence[Hit | OfficeHit], Place | None]


class SearchForm(Form):
    """Words to look for. `before`: the message that the page before ended with."""

    q = StringField(_l("Search in messages"), [Needed(_l("Type a word to look for.")), at_most(100)])
    before = HiddenField()

    @property
    def place(self) -> Place | None:
        """Where to go on; from the newest on where nothing (or nonsense) stands there."""
        written, _, number = str(self.before.data or "").partition(".")
        conversation = uuid_of(written)
        is_number = number.isascii() and number.isdecimal() and len(number) < 10
        return Place(conversation, int(number)) if conversation and is_number else None


class Shown(NamedTuple):
    """A message that was found. `who`: who wrote it; `about`: with whom, or about whom."""

    url: str
    subject: str
    who: str
    about: str
    at: datetime
    pieces: tuple[Piece, ...]


def answer(
    template: str,
    search: Callable[[tuple[str, ...], Place | None], Found],
    told: Callable[[Any], tuple[str, str]],
    *,
    endpoint: str,
    **values: Any,
) -> Response:
    """What was looked for, or why not. `told`: who wrote a message, and with or about whom; `endpoint`: its thread."""
    form = SearchForm()
    words = search_rules.words_in(form.q.data or "")
    if form.validate() and (why_not := search_rules.why_not_search(words)):
        form.q.errors = [words_for(why_not)]
    if form.errors:
        return empty(template, form, status=422, **values)
    found, older = search(words, form.place)
    rows = [Shown(_url(endpoint, one), one.subject, *told(one), one.at, _pieces(one, words)) for one in found]
    before = f"{older.conversation.hex}.{older.number}" if older else ""
    return empty(template, form, rows=rows, before=before, **values)


def empty(template: str, form: SearchForm | None = None, *, status: int = 200, **values: Any) -> Response:
    """The page with the box, and what goes with it."""
    form = form or SearchForm(formdata=None)
    return page(template, fragment="partials/messaging/search.html", status=status, search=form, **values)


def _pieces(one: Hit | OfficeHit, words: tuple[str, ...]) -> tuple[Piece, ...]:
    return search_rules.excerpt(one.body, words)


def _url(endpoint: str, one: Hit | OfficeHit) -> str:
    """Where the message stands: its conversation, from it back where it is not among the latest."""
    place = {"before": one.number + 1} if one.number <= one.messages - SHOWN else {}
    return url_for(endpoint, conversation_id=one.public_id, _anchor=f"m{one.number}", **place)
