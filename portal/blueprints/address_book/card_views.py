"""Pictures of insurance cards: added, replaced, removed, and opened."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, url_for

from portal.blueprints.address_book import card_sides, views
from portal.blueprints.address_book.forms import CardForm
from portal.domain.address_book import cards
from portal.domain.address_book.queries import entry_of
from portal.domain.address_book.types import Kind, Side
from portal.domain.files.types import NewFile
from portal.kernel import clock
from portal.kernel.refusal import Refused
from portal.web import uploads
from portal.web.access import viewer
from portal.web.hypermedia import done, page, wants_fragment
from portal.web.texts import gettext as _
from portal.web.transaction import first
from portal.web.wording import words_for

bp = Blueprint("address_book_cards", __name__)
_SIDE = "/insurance/<uuid:entry_id>/cards/<any(front, back):side>"
_FRAGMENT = "partials/address_book/side.html"


@bp.url_value_preprocessor
def _know_the_side(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "side" in values:
        values["side"] = Side(values["side"])


@bp.get("/cards/<uuid:file_id>")
def open_file(file_id: UUID) -> Response:
    """To be saved."""
    return uploads.served(cards.file_of(viewer(), file_id))


def _put(entry_id: UUID, side: Side, new: NewFile) -> bool:
    is_kept, replaced = cards.add(viewer(), entry_id, side, new, clock.now())
    uploads.let_go(replaced)
    return is_kept


def _take(entry_id: UUID, side: Side) -> Response | None:
    entry_of(viewer(), Kind.INSURANCE, entry_id)
    form = CardForm(side)
    try:
        sent = uploads.chosen(form.file.name)
        if sent is not None:
            new = uploads.take(sent, pictures_only=True)
            uploads.keep(new, lambda: _put(entry_id, side, new))
            return None
        form.file.errors = [_("Choose a picture first.")]
    except Refused as refused:
        form.file.errors = [words_for(refused.refusal)]
    if wants_fragment():
        return page(_FRAGMENT, status=422, side=card_sides.one(viewer(), entry_id, side, form))
    return views.refuse_card(entry_id, form)


@bp.post(_SIDE)
@uploads.takes_file
@first(_take)
def add(entry_id: UUID, side: Side) -> Response:
    """It is there by now, in the place of the one before."""
    g.said = _("Saved.")
    return _now(entry_id, side)


@bp.post(f"{_SIDE}/remove")
def remove(entry_id: UUID, side: Side) -> Response:
    """Take it away; it can be added again."""
    uploads.let_go(cards.remove(viewer(), entry_id, side))
    g.said = _("Removed.")
    return _now(entry_id, side)


def _now(entry_id: UUID, side: Side) -> Response:
    url = url_for("address_book.card", kind=Kind.INSURANCE.value, entry_id=entry_id, _anchor=f"card-{side}")
    return done(_FRAGMENT, instead=url, side=card_sides.one(viewer(), entry_id, side))
