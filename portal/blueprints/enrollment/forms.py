from __future__ import annotations

from typing import Any
from uuid import UUID

from wtforms import PasswordField, SelectChoice, SelectField, StringField
from wtforms.validators import AnyOf, ValidationError

from portal.blueprints.enrollment.wording import LANGUAGES
from portal.domain.enrollment.types import About, InvitingProvider
from portal.web.forms import BirthDateField, EmailField, Form, Needed, PhoneField, at_most
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l


class ActivationForm(Form):
    """An activation code."""

    code = StringField(
        _l("Activation code"), [Needed(_l("Type the activation code from your email or letter.")), at_most(60)]
    )


class WhoForm(Form):
    """What the chart can answer. The ZIP code is there only where it is asked."""

    birth_date = BirthDateField(_l("Date of birth"), [Needed(_l("Type your date of birth, like 03/25/1961."))])
    postal_code = StringField(_l("ZIP code"), [Needed(_l("Type your ZIP code, like 97000.")), at_most(10)])

    def __init__(self, *, wants_postal_code: bool, **filled: Any) -> None:
        super().__init__(**filled)
        if not wants_postal_code:
            del self.postal_code

    @property
    def typed_postal_code(self) -> str | None:
        """The ZIP code, where it was asked."""
        return str(self.postal_code.data) if "postal_code" in self else None


class LoginForm(Form):
    """User name and password, for good."""

    username = StringField(_l("Username"), [Needed(_l("Choose a username.")), at_most(60)])
    password = PasswordField(_l("Password"), [Needed(_l("Choose a password."))])
    again = PasswordField(_l("Type it again"), [Needed(_l("Type the password a second time."))])

    def validate_again(self, field: Any) -> None:
        """Both the same, to the letter."""
        if field.data and self.password.data and field.data != self.password.data:
            raise ValidationError(_("This is not the same password. Type both again."))


class RegisterForm(Form):
    """Who registers by themselves."""

    given = StringField(_l("Legal first name"), [Needed(_l("Type your first name.")), at_most(80)])
    family = StringField(_l("Legal last name"), [Needed(_l("Type your last name.")), at_most(80)])
    birth_date = BirthDateField(_l("Date of birth"), [Needed(_l("Type your date of birth, like 03/25/1961."))])
    email = EmailField(_l("Email"), [Needed(_l("Type your email address.")), at_most(254)])
    phone = PhoneField(_l("Phone number"), [Needed(_l("Type a phone number, like 800-555-0166."))])
    language = SelectField(
        _l("Language"),
        [AnyOf(tuple(LANGUAGES), message=_l("Choose English or Spanish."))],
        choices=[SelectChoice(code, words) for code, words in LANGUAGES.items()],
        validate_choice=False,
    )

    def about(self) -> About:
        """What was typed."""
        return About(**self.values())


class InviteForm(Form):
    """Who invites: asked only where the chart does not tell."""

    provider = SelectField(
        _l("Provider"),
        [Needed(_l("Choose the provider who will look after this person."))],
        validate_choice=False,
    )

    def __init__(self, choices: list[InvitingProvider], **filled: Any) -> None:
        super().__init__(**filled)
        if not choices:
            del self.provider
            return
        named = [SelectChoice(str(one.public_id), one.name) for one in choices]
        self.provider.choices = [SelectChoice("", _("Choose")), *named]

    def validate_provider(self, field: Any) -> None:
        """One of the list."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose the provider who will look after this person."))

    @property
    def chosen(self) -> UUID | None:
        """The provider, where one was asked for."""
        return UUID(self.provider.data) if "provider" in self else None
