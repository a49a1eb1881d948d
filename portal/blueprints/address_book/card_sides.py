"""The two sides of an insurance card, as its page shows them."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from flask import url_for

from portal.blueprints.address_book.forms import CardForm
from portal.blueprints.address_book.wording import SIDES
from portal.domain.address_book import queries
from portal.domain.address_book.types import Card, Entry, Side
from portal.domain.viewer import Viewer


class Shown(NamedTuple):
    """One side: what it is called, its picture if there is one, and where another is sent to."""

    side: Side
    words: Any
    card: Card | None
    form: CardForm
    url: str
    open_url: str


def of(entry: Entry, found: dict[str, Card], refused: CardForm | None = None) -> list[Shown]:
    """Front and back. `refused`: the form of a picture that was not taken."""
    return [_shown(entry.id, side, found.get(side), refused) for side in Side]


def one(viewer: Viewer, entry_id: UUID, side: Side, refused: CardForm | None = None) -> Shown:
    """One of them, as it is now."""
    return _shown(entry_id, side, queries.pictured(viewer, entry_id)[1].get(side), refused)


def _shown(entry_id: UUID, side: Side, card: Card | None, refused: CardForm | None) -> Shown:
    return Shown(
        side,
        SIDES[side],
        card,
        refused if refused and refused.side is side else CardForm(side),
        url_for("address_book_cards.add", entry_id=entry_id, side=side.value),
        url_for("address_book_cards.open_file", file_id=card.file_id) if card else "",
    )
