from __future__ import annotations

from typing import Any

from wtforms import BooleanField, HiddenField, PasswordField, RadioField, SelectChoice, StringField
from wtforms.validators import ValidationError

from portal.blueprints.security import wording
from portal.domain.kiosks.types import Paper
from portal.web.forms import EmailField, Form, Needed, PhoneField, at_most
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l


class NewPasswordForm(Form):
    """The password of now, and twice the new one. What a new one must be is the domain's to say."""

    current = PasswordField(_l("Password now"), [Needed(_l("Type the password that you use now."))])
    new = PasswordField(_l("New password"), [Needed(_l("Type the new password."))])
    again = PasswordField(_l("New password again"), [Needed(_l("Type the new password once more."))])

    def validate_again(self, field: Any) -> None:
        """A slip of the finger would lock its owner out."""
        if self.new.data and field.data != self.new.data:
            raise ValidationError(_("The two new passwords are not the same. Type them again."))


class EmailForm(Form):
    """A new email address."""

    email = EmailField(_l("New email address"), [Needed(_l("Type the new email address.")), at_most(254)])


class PhoneForm(Form):
    """A new phone number, and that it may be texted."""

    phone = PhoneField(_l("New phone number"), [Needed(_l("Type the new phone number."))])
    consent = BooleanField(_l("You may text me a one-time code. Message rates may apply."))

    def validate_consent(self, field: Any) -> None:
        """Nobody is texted who did not say so."""
        if not field.data:
            raise ValidationError(_("Check the box, so that we may text you the code."))


class SentCodeForm(Form):
    """A code that was sent."""

    code = StringField(_l("One-time code"), [Needed(_l("Type the code that we sent."))])


class PasswordForm(Form):
    """The password of now."""

    password = PasswordField(_l("Password"), [Needed(_l("Type your password."))])


class AppCodeForm(Form):
    """The first code of a new authenticator app."""

    code = StringField(_l("Code from your authenticator app"), [Needed(_l("Type the 6 numbers from your app."))])


class PaperForm(Form):
    """What a member of staff looked at to know who stands there."""

    paper = RadioField(
        _l("Which paper did you look at?"),
        [Needed(_l("Choose the paper that you looked at."))],
        choices=[SelectChoice(code.value, words) for code, words in wording.PAPERS.items()],
        validate_choice=False,
    )

    def validate_paper(self, field: Any) -> None:
        """One of the list, as the audit knows them."""
        if field.data and field.data not in set(Paper):
            raise ValidationError(_("Choose the paper that you looked at."))


class NewPasskeyForm(Form):
    """What a new passkey is called."""

    name = StringField(_l("Name of the passkey"), [Needed(_l("Type a name, like My phone.")), at_most(60)])


class PasskeyForm(Form):
    """What the device said, which a script put there."""

    credential = HiddenField(
        validators=[Needed(_l("This browser did not send a passkey. It needs JavaScript and a screen lock."))]
    )
