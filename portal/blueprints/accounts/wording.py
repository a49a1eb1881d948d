from __future__ import annotations

from portal.domain.accounts.types import About, PostalAddress
from portal.web import filters, wording
from portal.web.postal import TIME_ZONES
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l

#: FHIR R4 value set marital-status, without interlocutory (I) and common law (C), which no office here asks for.
MARITAL_STATUSES = {
    "UNK": _l("Not said"),
    "S": _l("Never married"),
    "M": _l("Married"),
    "T": _l("Domestic partner"),
    "L": _l("Legally separated"),
    "D": _l("Divorced"),
    "W": _l("Widowed"),
    "U": _l("Not married now"),
    "A": _l("Marriage annulled"),
    "P": _l("Married to more than one person"),
}
#: Each in its own words, so that those who can not read the other find theirs.
LANGUAGES = {"en": "English", "es": "Español"}
_WORDS = {"marital_status": MARITAL_STATUSES, "language": LANGUAGES, "time_zone": TIME_ZONES}

REASONS: dict[str, wording.Words] = {
    "too_many_addresses": lambda facts: _(
        "You have %(most)s addresses, and there is no room for more. Delete one that you do not use any more.",
        most=facts["most"],
    ),
    "last_address": lambda facts: _("This is your only address, so it stays. To delete it, add another one first."),
}
DEEDS = {
    "accounts.change_about": lambda: _("Changes to your profile"),
    "accounts.add_address": lambda: _("Address added"),
    "accounts.change_address": lambda: _("Address changed"),
    "accounts.make_default": lambda: _("Default address changed"),
    "accounts.delete_address": lambda: _("Address deleted"),
}
wording.add(REASONS, DEEDS)


def about_words(about: About) -> dict[str, str]:
    """Each field as a person reads it; a zone that is not in the list by its common name."""
    words = {name: str(known.get(getattr(about, name), "")) for name, known in _WORDS.items()}
    if about.time_zone not in TIME_ZONES:
        words["time_zone"] = filters.zone_words(about.time_zone)
    return {**about._asdict(), **words}


def address_words(words: PostalAddress) -> dict[str, str]:
    """Each field of an address as the form shows it."""
    return words._asdict()
