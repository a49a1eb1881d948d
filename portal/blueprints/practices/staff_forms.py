from __future__ import annotations

from typing import Any

from wtforms import PasswordField, RadioField, SelectField, StringField
from wtforms.validators import ValidationError

from portal.blueprints.practices.forms import OfficeForm
from portal.blueprints.practices.wording import ROLES
from portal.domain.practices.types import Invitee, NewOffice
from portal.domain.viewer import Role
from portal.web.forms import EmailField, Form, Needed, at_most
from portal.web.postal import Listed, choices_of
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l

_LANGUAGES = {"en": "English", "es": "Español"}


def _role_field() -> Any:
    words = _l("Choose what they do in your office.")
    choices = choices_of({role.value: name for role, name in ROLES.items()})
    return RadioField(_l("What will they do?"), [Needed(words), Listed(words)], choices=choices, validate_choice=False)


class InviteForm(Form):
    """Whom to ask, and as what."""

    given = StringField(_l("First name"), [Needed(_l("Type the first name.")), at_most(80)])
    family = StringField(_l("Last name"), [Needed(_l("Type the last name.")), at_most(80)])
    email = EmailField(
        _l("Their own email"), [Needed(_l("Type an email address, like name@example.com.")), at_most(254)]
    )
    role = _role_field()
    language = SelectField(
        _l("Language of the email"),
        [Listed(_l("Choose English or Spanish."))],
        choices=choices_of(_LANGUAGES),
        default="en",
        validate_choice=False,
    )

    def invitee(self) -> Invitee:
        """What was typed."""
        return Invitee(*(self[name].data for name in Invitee._fields))


class RoleForm(Form):
    """Another role."""

    role = _role_field()


class NewOfficeForm(OfficeForm):
    """An office and the person who will set it up."""

    given = StringField(_l("First name"), [Needed(_l("Type the first name.")), at_most(80)])
    family = StringField(_l("Last name"), [Needed(_l("Type the last name.")), at_most(80)])
    admin_email = EmailField(
        _l("Their own email"), [Needed(_l("Type an email address, like name@example.com.")), at_most(254)]
    )

    def office(self) -> NewOffice:
        """What the office is called, and how to reach it."""
        return NewOffice(*(self[name].data for name in NewOffice._fields))

    def administrator(self) -> Invitee:
        """Whom to ask first."""
        return Invitee(self.given.data, self.family.data, self.admin_email.data, Role.ADMINISTRATOR.value, "en")


class JoinForm(Form):
    """The sign-in of somebody who was invited."""

    username = StringField(_l("Username"), [Needed(_l("Type the username that you want."))])
    password = PasswordField(_l("Password"), [Needed(_l("Type the password that you want."))])
    again = PasswordField(_l("Password again"), [Needed(_l("Type the password once more."))])

    def validate_again(self, field: Any) -> None:
        """A slip of the finger would lock its owner out."""
        if self.password.data and field.data != self.password.data:
            raise ValidationError(_("The two passwords are not the same. Type them again."))


class CodeForm(Form):
    """Six digits from the authenticator app that was just connected."""

    code = StringField(_l("Code from your authenticator app"), [Needed(_l("Type the 6 numbers from your app."))])
