"""Where somebody or something is, as the post office and the clock say it: fields that several forms have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from wtforms import SelectChoice, SelectField, StringField
from wtforms.validators import Regexp, ValidationError

from portal.domain.accounts.rules import STATES
from portal.web import filters
from portal.web.forms import Needed, OrNothing
from portal.web.texts import lazy_gettext as _l

_ZIP = re.compile(r"([0-9]{5})(?:[- ]?([0-9]{4}))?")
_ZIP_SHAPE = Regexp(_ZIP.pattern + "$", message=_l("ZIP code needs 5 or 9 digits, like 97000."))
#: The zones of the United States and its territories (IANA names).
TIME_ZONES = {
    "America/New_York": _l("Eastern (New York, Miami)"),
    "America/Chicago": _l("Central (Chicago, Houston)"),
    "America/Denver": _l("Mountain (Denver, Boise)"),
    "America/Phoenix": _l("Mountain, same all year (Arizona)"),
    "America/Los_Angeles": _l("Pacific (Los Angeles, Seattle)"),
    "America/Anchorage": _l("Alaska (Anchorage)"),
    "America/Adak": _l("Aleutian Islands (Adak)"),
    "Pacific/Honolulu": _l("Hawaii (Honolulu)"),
    "America/Puerto_Rico": _l("Atlantic (Puerto Rico, Virgin Islands)"),
    "Pacific/Guam": _l("Guam and Northern Mariana Islands"),
    "Pacific/Pago_Pago": _l("American Samoa"),
}


class Listed:
    """One of the choices of its list."""

    def __init__(self, words: Any) -> None:
        self.words = words

    def __call__(self, form: Any, field: Any) -> None:
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(str(self.words))


def choices_of(words: Mapping[str, Any]) -> list[SelectChoice]:
    """Codes and their words, as a list of choices."""
    return [SelectChoice(code, label) for code, label in words.items()]


def state_field() -> Any:
    """One of the states (USPS codes)."""
    words = _l("Choose a state from the list.")
    choices = choices_of({"": _l("Choose"), **STATES})
    return SelectField(_l("State"), [Needed(words), Listed(words)], choices=choices, validate_choice=False)


def zip_field(*, needed: bool = True) -> Any:
    """A ZIP code; `data` is 12345 or 12345-6789 as the post office writes it."""
    first = Needed(_l("Type the ZIP code.")) if needed else OrNothing()
    return StringField(_l("ZIP code"), [first, _ZIP_SHAPE], filters=[_zip_code])


def zone_field(label: Any) -> Any:
    """A time zone of the list; `keep_zone` adds one that is not in it."""
    words = _l("Choose your time zone from the list.")
    return SelectField(label, [Listed(words)], choices=choices_of(TIME_ZONES), validate_choice=False)


def keep_zone(field: Any, present: str | None) -> None:
    """A zone that stands there already can stay even where it is not in the list."""
    if present and present not in TIME_ZONES:
        field.choices = choices_of({present: filters.zone_words(present), **TIME_ZONES})


def _zip_code(typed: str | None) -> str | None:
    """Anything else stays as it was typed."""
    found = _ZIP.fullmatch(typed or "")
    return "-".join(part for part in found.groups() if part) if found else typed
