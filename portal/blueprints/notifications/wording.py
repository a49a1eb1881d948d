from __future__ import annotations

from typing import NamedTuple

from portal.domain.notifications.receipts import ReceiptLine
from portal.web import filters, wording
from portal.web.texts import gettext as _


class ReceiptInWords(NamedTuple):
    """A receipt as people read it; `at` with the name of the zone."""

    number: str
    what: str
    at: str


def in_words(line: ReceiptLine, zone: str) -> ReceiptInWords:
    """The deed, and when it was done in the reader's own zone."""
    at = _("%(moment)s, %(zone)s", moment=filters.moment_words(line.at, zone), zone=filters.zone_words(zone))
    return ReceiptInWords(line.number, wording.deed_words(line.deed), at)


def receipts_in_words(lines: list[ReceiptLine], zone: str) -> list[ReceiptInWords]:
    """The same for a list; there the zone is the same in all."""
    return [
        ReceiptInWords(line.number, wording.deed_words(line.deed), filters.moment_words(line.at, zone))
        for line in lines
    ]


REASONS: dict[str, wording.Words] = {
    "no_phone_to_tell": lambda _facts: _(
        "There is no phone number in your account. Add one in Settings, Security, then choose this again."
    ),
}
DEEDS = {"notifications_preferences.choose": lambda: _("How you are told of appointments")}
wording.add(REASONS, DEEDS)
