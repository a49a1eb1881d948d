from __future__ import annotations

import unicodedata

from wtforms import PasswordField, RadioField, SelectChoice, StringField
from wtforms.validators import AnyOf, ValidationError

from portal.blueprints.recovery.wording import WAYS
from portal.domain.recovery.types import Channel, NameClaim
from portal.web.forms import BirthDateField, EmailField, Form, Needed, at_most
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l

_CHOOSE = _l("Choose how we should send your code.")


class UsernameForm(Form):
    """Who somebody is, who forgot their username."""

    given = StringField(_l("First name"), [Needed(_l("Type your first name.")), at_most(80)])
    family = StringField(_l("Last name"), [Needed(_l("Type your last name.")), at_most(80)])
    birth_date = BirthDateField(_l("Date of birth"), [Needed(_l("Type your date of birth."))])
    email = EmailField(_l("Email"), [Needed(_l("Type your email address.")), at_most(254)])

    def claim(self) -> NameClaim:
        """What was typed. Only for a form that is good."""
        return NameClaim(self.given.data, self.family.data, self.birth_date.data, self.email.data)


class ResetForm(Form):
    """Whose password, and how the code is sent."""

    username = StringField(_l("Username"), [Needed(_l("Type your username.")), at_most(254)])
    via = RadioField(
        _l("How should we send your code?"),
        [Needed(_CHOOSE), AnyOf([channel.value for channel in Channel], message=_CHOOSE)],
        choices=[SelectChoice(channel.value, words) for channel, words in WAYS.items()],
        default=Channel.EMAIL.value,
        validate_choice=False,
    )


class SecondCodeForm(Form):
    """How a second code is sent; `ways` are those that there are."""

    via = RadioField(_l("How should we send the second code?"), [Needed(_CHOOSE)], validate_choice=False)

    def __init__(self, ways: list[Channel]) -> None:
        super().__init__()
        self.via.choices = [SelectChoice(channel.value, WAYS[channel]) for channel in ways]
        if not self.is_submitted():
            self.via.data = ways[0].value if ways else None

    def validate_via(self, field: RadioField) -> None:
        """One of them."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(str(_CHOOSE))


class CodeForm(Form):
    """The code that was sent."""

    code = StringField(_l("Your code"), [Needed(_l("Type the code that we sent."))])


class PasswordForm(Form):
    """A new password, typed twice."""

    password = PasswordField(_l("New password"), [Needed(_l("Type a new password."))])
    again = PasswordField(_l("Password again"), [Needed(_l("Type the new password again."))])

    def is_good(self) -> bool:
        """Whether both are the same, as passwords are compared (NFC)."""
        if not self.validate():
            return False
        first, second = (unicodedata.normalize("NFC", field.data) for field in (self.password, self.again))
        if first != second:
            self.again.errors = [_("The two passwords are not the same. Type them again.")]
        return first == second


class SecondStepForm(PasswordForm):
    """The same for somebody whose second step is on."""

    code = StringField(
        _l("Code from your authenticator app, or a recovery code"),
        [Needed(_l("Type the 6 numbers from your app, or a recovery code."))],
    )
