from __future__ import annotations

from wtforms import HiddenField, PasswordField, StringField

from portal.web.forms import Form, Needed
from portal.web.texts import lazy_gettext as _l


class SignInForm(Form):
    """User name and password. Nothing is said of either being too long: a wrong one is wrong."""

    username = StringField(_l("Username"), [Needed(_l("Type your username."))])
    password = PasswordField(_l("Password"), [Needed(_l("Type your password."))])


class CodeForm(Form):
    """Six digits from an authenticator app, or a code that was printed."""

    code = StringField(_l("Code from your authenticator app"), [Needed(_l("Type the 6 numbers from your app."))])


class AgainForm(CodeForm):
    """The password once more, with a code; the code goes where there is no second step."""

    password = PasswordField(_l("Password"), [Needed(_l("Type your password."))])


class PasskeyForm(Form):
    """What the device said, which a script put there."""

    credential = HiddenField(
        validators=[Needed(_l("This browser did not send a passkey. It needs JavaScript and a screen lock."))]
    )
