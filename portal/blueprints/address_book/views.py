"""The Address Book: three lists of entries, each added, edited, deleted and brought back in the same way.

`/` is the providers' list; the others stand under the word of their kind. An entry's own pages come as fragments too,
which take the place of its card in the list.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, request, url_for

from portal.blueprints.address_book import card_sides
from portal.blueprints.address_book import chart_part as _chart_part  # noqa: F401 - adds its tab of the chart
from portal.blueprints.address_book.forms import FORMS, CardForm, EntryForm, tail_of
from portal.blueprints.address_book.wording import COVERS, WORDS
from portal.domain.address_book import actions, queries, rules
from portal.domain.address_book.types import Entry, Kind
from portal.kernel import clock
from portal.kernel.refusal import Refusal, Refused, Stale
from portal.web import way_back
from portal.web.access import viewer
from portal.web.hypermedia import done, page, wants_fragment
from portal.web.texts import gettext as _
from portal.web.wording import tell, words_for

bp = Blueprint("address_book", __name__)
_KIND = "/<any(insurance, contacts, providers):kind>"
_ENTRY = f"{_KIND}/<uuid:entry_id>"
_CARD, _DELETED = "partials/address_book/card.html", "partials/address_book/deleted.html"


@bp.url_value_preprocessor
def _know_the_kind(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "kind" in values:
        values["kind"] = Kind(values["kind"])


@bp.get("/")
def providers() -> Response:
    """The providers of one's offices, and those that the person added."""
    care, own = queries.providers_of(viewer())
    return page("address_book/providers.html", care=care, **_list(Kind.PROVIDERS, own))


@bp.get("/<any(insurance, contacts):kind>/")
def entries(kind: Kind) -> Response:
    """Insurance, or emergency contacts."""
    return page("address_book/entries.html", **_list(kind, queries.entries_of(viewer(), kind)))


@bp.get(f"{_KIND}/add")
def new(kind: Kind) -> Response:
    """An empty form, or why there is no room."""
    refusal = rules.why_not_add(len(queries.entries_of(viewer(), kind)))
    return _alone("form", kind, entry=None, form=FORMS[kind](), refused=_words(refusal))


@bp.post(f"{_KIND}/add")
def add(kind: Kind) -> Response:
    """Save a new entry."""
    form = FORMS[kind]()
    if not form.validate():
        return _form(kind, None, form, 422)
    try:
        entry = actions.add(viewer(), kind, form.facts(kind), clock.now())
    except Refused as refused:
        return _refused(kind, None, form, refused.refusal)
    return done(_CARD, instead=_url(kind), entry=entry, **_around(kind))


@bp.get(f"{_ENTRY}/")
def card(kind: Kind, entry_id: UUID) -> Response:
    """One entry; alone, an insurance has the pictures of its card."""
    if kind is not Kind.INSURANCE or wants_fragment():
        return _one("card", kind, queries.entry_of(viewer(), kind, entry_id))
    found, cards = queries.pictured(viewer(), entry_id)
    return _one("card", kind, found, sides=card_sides.of(found, cards))


def refuse_card(entry_id: UUID, form: CardForm) -> Response:
    """The page of an insurance, with why a picture of its card is not taken."""
    found, cards = queries.pictured(viewer(), entry_id)
    return _alone("card", Kind.INSURANCE, 422, entry=found, sides=card_sides.of(found, cards, form))


@bp.get(f"{_ENTRY}/edit")
def edit(kind: Kind, entry_id: UUID) -> Response:
    """One entry as a form."""
    found = queries.entry_of(viewer(), kind, entry_id)
    return _one("form", kind, found, form=FORMS[kind].showing(found), refused=None)


@bp.post(f"{_ENTRY}/edit")
def change(kind: Kind, entry_id: UUID) -> Response:
    """Save it, unless somebody else did meanwhile."""
    found = queries.entry_of(viewer(), kind, entry_id)
    form = FORMS[kind](tail_of(found))
    if not form.validate():
        return _form(kind, found, form, 422)
    try:
        saved = actions.change(viewer(), kind, entry_id, form.opened_version, form.facts(kind), clock.now())
    except Refused as refused:
        return _refused(kind, found, form, refused.refusal)
    except Stale as stale:
        form.compare(kind, stale.theirs)
        return _form(kind, stale.theirs, form, 409)
    return done(_CARD, instead=_url(kind), entry=saved, **_around(kind))


@bp.get(f"{_ENTRY}/delete")
def ask_to_delete(kind: Kind, entry_id: UUID) -> Response:
    """Really?"""
    return _one("delete", kind, queries.entry_of(viewer(), kind, entry_id), changed=False)


@bp.post(f"{_ENTRY}/delete")
def delete(kind: Kind, entry_id: UUID) -> Response:
    """Delete it; the answer offers to undo that."""
    version = EntryForm().opened_version
    try:
        gone = actions.delete(viewer(), kind, entry_id, version, clock.now())
    except Stale as stale:
        return _alone("delete", kind, 409, entry=stale.theirs, changed=True)
    g.said = _("Deleted.")
    return done(_DELETED, instead=f"{_url(kind)}?deleted={entry_id}", entry=gone, refused=None, **_around(kind))


@bp.post(f"{_ENTRY}/restore")
def restore(kind: Kind, entry_id: UUID) -> Response:
    """Undo a deletion."""
    try:
        back = actions.restore(viewer(), kind, entry_id, clock.now())
    except Refused as refused:
        gone = queries.entry_of(viewer(), kind, entry_id)
        return _alone("deleted", kind, 409, entry=gone, refused=words_for(refused.refusal))
    g.said = _("It is back.")
    return done(_CARD, instead=_url(kind), entry=back, **_around(kind))


def _list(kind: Kind, found: list[Entry]) -> dict[str, Any]:
    deleted = request.args.get("deleted", type=UUID)
    return {
        "entries": found,
        "full": _words(rules.why_not_add(len(found))),
        "undo_url": f"{_base(kind)}{deleted}/restore" if deleted else None,
        **_around(kind),
    }


def _one(part: str, kind: Kind, entry: Entry, **values: Any) -> Response:
    """A part about an entry; about a deleted one, that it is deleted, and the way back."""
    if entry.deleted_at:
        return _alone("deleted", kind, entry=entry, refused=None)
    return _alone(part, kind, entry=entry, **values)


def _form(kind: Kind, entry: Entry | None, form: EntryForm, status: int) -> Response:
    return _alone("form", kind, status, entry=entry, form=form, refused=None)


def _refused(kind: Kind, entry: Entry | None, form: EntryForm, refusal: Refusal) -> Response:
    tell(form, refusal)
    return _form(kind, entry, form, 409)


def _alone(part: str, kind: Kind, status: int = 200, **values: Any) -> Response:
    fragment = f"partials/address_book/{part}.html"
    return page(
        "address_book/alone.html", fragment, status, part=fragment, **_around(kind, in_place=wants_fragment()), **values
    )


def _around(kind: Kind, *, in_place: bool = True) -> dict[str, Any]:
    """What all parts need: words, addresses, today, and whether they stand in a list (or on a page of their own)."""
    root = url_for("address_book.providers")
    return {
        "kind": kind.value,
        "words": WORDS[kind],
        "covers": COVERS,
        "base": _base(kind, root),
        "list_url": _url(kind, root),
        "list_words": _("Check in") if way_back.visit() else WORDS[kind].tab,
        "tail": way_back.tail(),
        "in_place": in_place,
        "tabs": [{"label": WORDS[each].tab, "url": _url(each, root), "current": each is kind} for each in Kind],
        "today": clock.today(viewer().time_zone),
    }


def _base(kind: Kind, root: str | None = None) -> str:
    return f"{root or url_for('.providers')}{kind}/"


def _url(kind: Kind, root: str | None = None) -> str:
    """The list of a kind, or the check-in that somebody came from. The providers' is the first page of the book."""
    back = way_back.to(kind) if kind is Kind.INSURANCE else None
    if back:
        return back
    root = root or url_for("address_book.providers")
    return root if kind is Kind.PROVIDERS else _base(kind, root)


def _words(refusal: Refusal | None) -> str | None:
    return words_for(refusal) if refusal else None
