from __future__ import annotations

from typing import NamedTuple

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.domain.kiosks.types import Pairing
from portal.web import wording

PAIRINGS = {
    Pairing.PAIRED: _l("Ready"),
    Pairing.WAITING: _l("Waiting for its code"),
    Pairing.NONE: _l("Not paired"),
}
REASONS: dict[str, wording.Words] = {
    "pairing_code_wrong": lambda facts: _(
        "This code does not work. It may be mistyped, used, or too old. Ask the front desk for a new one."
    ),
    "kiosk_paired": lambda facts: _("A device is paired as this kiosk now. Unpair it first."),
    "kiosk_not_paired": lambda facts: _("No device is paired as this kiosk."),
}
DEEDS = {
    "kiosks_office.add": lambda: _("Kiosk added"),
    "kiosks_office.renew_code": lambda: _("Pairing code made"),
    "kiosks_office.rename": lambda: _("Kiosk renamed"),
    "kiosks_office.unpair": lambda: _("Kiosk unpaired"),
    "kiosks_office.see_to": lambda: _("Help is on the way"),
}
wording.add(REASONS, DEEDS)


class Welcome(NamedTuple):
    """The words of the idle page in one language."""

    lang: str
    title: str
    words: str


def welcome_in(language: str) -> Welcome:
    """Welcome / Bienvenidos, whoever comes first."""
    with force_locale(language):
        return Welcome(f"{language}-US", _("Welcome"), _("Please see the front desk. We will set up your portal here."))
