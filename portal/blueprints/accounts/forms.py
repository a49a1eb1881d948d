from __future__ import annotations

from typing import Any

from wtforms import HiddenField, SelectField, StringField

from portal.blueprints.accounts import wording
from portal.domain.accounts.types import About, PostalAddress
from portal.web.forms import Form, Needed, OrNothing, at_most
from portal.web.postal import Listed, choices_of, keep_zone, state_field, zip_field, zone_field
from portal.web.texts import lazy_gettext as _l


class AboutForm(Form):
    """Names, marital status, language and time zone. The birth date is the clinic's to change."""

    given = StringField(_l("Legal first name"), [Needed(_l("Type your first name.")), at_most(80)])
    family = StringField(_l("Legal last name"), [Needed(_l("Type your last name.")), at_most(80)])
    preferred = StringField(_l("Preferred name"), [OrNothing(), at_most(80)])
    marital_status = SelectField(
        _l("Marital status"),
        [Listed(_l("Choose your marital status from the list."))],
        choices=choices_of(wording.MARITAL_STATUSES),
        validate_choice=False,
    )
    language = SelectField(
        _l("Language"),
        [Listed(_l("Choose English or Spanish."))],
        choices=choices_of(wording.LANGUAGES),
        validate_choice=False,
    )
    time_zone = zone_field(_l("Time zone"))
    version = HiddenField()

    def __init__(self, present_zone: str, **filled: Any) -> None:
        """`present_zone` can be kept even where it is not in the list (somebody else entered it)."""
        super().__init__(**filled)
        keep_zone(self.time_zone, present_zone)

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
    state = state_field()
    postal_code = zip_field()
    version = HiddenField()

    def words(self) -> PostalAddress:
        """What was typed."""
        return PostalAddress(**self.values("version"))
