from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectChoice, SelectField, StringField
from wtforms.validators import Regexp, ValidationError

from portal.blueprints.accounts import wording
from portal.domain.accounts import rules
from portal.domain.accounts.types import About, PostalAddress
from portal.web import filters
from portal.web.forms import Form, Needed, OrNothing, at_most

_ZIP = re.compile(r"([0-9]{5})(?:[- ]?([0-9]{4}))?")


def _zip_code(typed: str | None) -> str | None:
    """12345 or 12345-6789 as the post office writes it; anything else stays as it was typed."""
    found = _ZIP.fullmatch(typed or "")
    return "-".join(part for part in found.groups() if part) if found else typed


def _choices(words: Mapping[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(code, label) for code, label in words.items()]


class Listed:
    """One of the choices of its list."""

    def __init__(self, words: Any) -> None:
        self.words = words

    def __call__(self, form: Any, field: Any) -> None:
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(str(self.words))


class AboutForm(Form):
    """Names, marital status, language and time zone. The birth date is the clinic's to change."""

    given = StringField(_l("Legal first name"), [Needed(_l("Type your first name.")), at_most(80)])
    family = StringField(_l("Legal last name"), [Needed(_l("Type your last name.")), at_most(80)])
    preferred = StringField(_l("Preferred name"), [OrNothing(), at_most(80)])
    marital_status = SelectField(
        _l("Marital status"),
        [Listed(_l("Choose your marital status from the list."))],
        choices=_choices(wording.MARITAL_STATUSES),
        validate_choice=False,
    )
    language = SelectField(
        _l("Language"),
        [Listed(_l("Choose English or Spanish."))],
        choices=_choices(wording.LANGUAGES),
        validate_choice=False,
    )
    time_zone = SelectField(
        _l("Time zone"),
        [Listed(_l("Choose your time zone from the list."))],
        choices=_choices(wording.TIME_ZONES),
        validate_choice=False,
    )
    version = HiddenField()

    def __init__(self, present_zone: str, **filled: Any) -> None:
        """`present_zone` can be kept even where it is not in the list (somebody else entered it)."""
        super().__init__(**filled)
        if present_zone not in wording.TIME_ZONES:
            self.time_zone.choices = _choices({present_zone: filters.zone_words(present_zone), **wording.TIME_ZONES})

    def about(self) -> About:
        """What was typed."""
        return About(**self.values("version"))


class AddressForm(Form):
    """A postal address, new or changed."""

    label = StringField(
        _l("Name for this address"), [Needed(_l("Type a name for this address, like Work.")), at_most(60)]
    )
    line1 = StringField(_l("Street"), [Needed(_l("Type the street and house number.")), at_most(120)])
    line2 = StringField(_l("Apartment or unit"), [OrNothing(), at_most(120)])
    city = StringField(_l("City"), [Needed(_l("Type the city.")), at_most(80)])
    state = SelectField(
        _l("State"),
        [Needed(_l("Choose a state from the list.")), Listed(_l("Choose a state from the list."))],
        choices=_choices({"": _l("Choose"), **rules.STATES}),
        validate_choice=False,
    )
    postal_code = StringField(
        _l("ZIP code"),
        [
            Needed(_l("Type the ZIP code.")),
            Regexp(_ZIP.pattern + "$", message=_l("ZIP code needs 5 or 9 digits, like 97000.")),
        ],
        filters=[_zip_code],
    )
    version = HiddenField()

    def words(self) -> PostalAddress:
        """What was typed."""
        return PostalAddress(**self.values("version"))
