from __future__ import annotations

from typing import Any, NamedTuple

from portal.domain.address_book.types import Kind, Side
from portal.web import wording
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l


class Words(NamedTuple):
    """What each kind of entry is called on its pages (lazy texts)."""

    tab: Any
    heading: Any
    add: Any
    edit: Any
    #: Said where there is none yet: what will be here, and the next step.
    empty: Any


WORDS: dict[Kind, Words] = {
    Kind.INSURANCE: Words(
        _l("Insurance"),
        _l("Insurance"),
        _l("Add insurance"),
        _l("Edit insurance"),
        _l("Your insurance cards will be here. Add the first one, so that your clinic knows who pays."),
    ),
    Kind.CONTACTS: Words(
        _l("Emergency Contact"),
        _l("Emergency Contact"),
        _l("Add emergency contact"),
        _l("Edit emergency contact"),
        _l("The people to call in an emergency will be here. Add the first one."),
    ),
    Kind.PROVIDERS: Words(
        _l("Providers"),
        _l("Providers you added"),
        _l("Add provider"),
        _l("Edit provider"),
        _l("Anyone else you see, like a dentist or an eye doctor, can be here. Add the first one."),
    ),
}

COVERS: dict[str, Any] = {
    "medical": _l("Medical"),
    "vision": _l("Eyes"),
    "dental": _l("Teeth"),
    "drugs": _l("Medicines"),
    "other": _l("Something else"),
}

SIDES: dict[Side, Any] = {Side.FRONT: _l("Card, front"), Side.BACK: _l("Card, back")}

REASONS: dict[str, wording.Words] = {
    "address_book_full": lambda facts: _(
        "There is room for %(most)s here, and all are taken. Delete one that you do not need any more.",
        most=facts["most"],
    ),
    "entry_deleted": lambda facts: _(
        "This was deleted in another window. Nothing was saved. Undo the deletion there, then save again."
    ),
    "deleted_long_ago": lambda facts: _(
        "This was deleted more than %(days)s days ago. Please add it again.", days=facts["days"]
    ),
}

DEEDS = {
    "address_book.add": lambda: _("Added to your Address Book"),
    "address_book.change": lambda: _("Changed in your Address Book"),
    "address_book.delete": lambda: _("Deleted from your Address Book"),
    "address_book_cards.add": lambda: _("Picture of a card added to your Address Book"),
    "address_book_cards.remove": lambda: _("Picture of a card removed from your Address Book"),
    "address_book.restore": lambda: _("Put back into your Address Book"),
}

wording.add(REASONS, DEEDS)
