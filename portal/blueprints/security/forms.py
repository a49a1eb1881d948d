from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import ValidationError

from portal.web.forms import Form, Needed


class NewPasswordForm(Form):
    """The password of now, and twice the new one. What a new one must be is the domain's to say."""

    current = PasswordField(_l("Password now"), [Needed(_l("Type the password that you use now."))])
    new = PasswordField(_l("New password"), [Needed(_l("Type the new password."))])
    again = PasswordField(_l("New password again"), [Needed(_l("Type the new password once more."))])

    def validate_again(self, field: Any) -> None:
        """A slip of the finger would lock its owner out."""
        if self.new.data and field.data != self.new.data:
            raise ValidationError(_("The two new passwords are not the same. Type them again."))
