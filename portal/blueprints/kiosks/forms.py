from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import PasswordField, RadioField, SelectChoice, StringField
from wtforms.validators import AnyOf, ValidationError

from portal.blueprints.kiosks.wording import PAPERS
from portal.domain.kiosks.types import Sending
from portal.web.forms import Form, Needed, at_most
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l


class KioskForm(Form):
    """What a kiosk is called in the office."""

    name = StringField(_l("Name"), [Needed(_l("Type a name, like Kiosk 1 or Waiting room.")), at_most(60)])


class PairingForm(Form):
    """The code that staff read out."""

    code = StringField(_l("Pairing code"), [Needed(_l("Type the code that the front desk reads to you.")), at_most(20)])


class SendForm(Form):
    """To which kiosk, and which paper was looked at."""

    kiosk = RadioField(_l("Which kiosk?"), [Needed(_l("Choose a kiosk that is free."))], validate_choice=False)
    paper = RadioField(
        _l("Which paper did you check?"),
        [AnyOf(tuple(PAPERS), message=_l("Choose the paper that you looked at."))],
        choices=[SelectChoice(code, words) for code, words in PAPERS.items()],
        validate_choice=False,
    )

    def offer(self, kiosks: list[Sending]) -> None:
        """The kiosks to choose from; the only one is chosen."""
        self.kiosk.choices = [SelectChoice(str(one.kiosk_id), one.name) for one in kiosks]
        if len(kiosks) == 1 and not self.is_submitted():
            self.kiosk.data = str(kiosks[0].kiosk_id)


class BirthForm(Form):
    """Who somebody is, as the chart has it. Three boxes: a number pad has no slash. ZIP code only where it is asked."""

    month = StringField(_l("Month"))
    day = StringField(_l("Day"))
    year = StringField(_l("Year"))
    postal_code = StringField(_l("ZIP code"), [Needed(_l("Type your ZIP code, like 97000.")), at_most(10)])

    def __init__(self, *, wants_postal_code: bool, **filled: Any) -> None:
        super().__init__(**filled)
        if not wants_postal_code:
            del self.postal_code

    def validate_month(self, field: Any) -> None:
        """All three together are a day that there was."""
        if self.born() is None:
            raise ValidationError(_("Type the month, the day and the year of your birth, like 05 14 1958."))

    def born(self) -> date | None:
        """The date of birth."""
        typed = [(one.data or "").strip() for one in (self.year, self.month, self.day)]
        if not all(one.isascii() and one.isdigit() and len(one) <= 4 for one in typed) or len(typed[0]) != 4:
            return None
        try:
            return date(*map(int, typed))
        except ValueError:
            return None

    @property
    def typed_postal_code(self) -> str | None:
        """The ZIP code, where it was asked."""
        return str(self.postal_code.data) if "postal_code" in self else None


class LoginForm(Form):
    """User name, for good."""

    username = StringField(_l("Username"), [Needed(_l("Choose a username.")), at_most(60)])


class AccountForm(Form):
    """The user name of an account that somebody has."""

    username = StringField(_l("Username"), [Needed(_l("Type your username.")), at_most(60)])


class AccountPasswordForm(Form):
    """Its password, on a page of its own as well (S8)."""

    password = PasswordField(_l("Password"), [Needed(_l("Type your password."))])


class AccountCodeForm(Form):
    """Its second step."""

    code = StringField(
        _l("Code from your authenticator app, or a recovery code"),
        [Needed(_l("Type the 6 numbers from your app, or a recovery code.")), at_most(40)],
    )


class PasswordForm(Form):
    """The password, on a page of its own: a browser that offers to keep one knows no name for it then (S8)."""

    password = PasswordField(_l("Password"), [Needed(_l("Choose a password."))])
    again = PasswordField(_l("Type it again"), [Needed(_l("Type the password a second time."))])

    def validate_again(self, field: Any) -> None:
        """Both the same, to the letter."""
        if field.data and self.password.data and field.data != self.password.data:
            raise ValidationError(_("This is not the same password. Type both again."))
