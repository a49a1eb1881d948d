from __future__ import annotations

from wtforms import PasswordField, StringField

from portal.web.forms import Form, Needed
from portal.web.texts import lazy_gettext as _l


class DeactivateForm(Form):
    """The password, and a word that nobody types by mistake."""

    word = StringField(_l("Type the word DEACTIVATE"), [Needed(_l("Type the word DEACTIVATE."))])
    password = PasswordField(_l("Your password"), [Needed(_l("Type your password."))])
