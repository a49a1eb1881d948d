from __future__ import annotations

from flask_babel import gettext as _

from portal.web import wording

REASONS: dict[str, wording.Words] = {
    "password_same": lambda facts: _("That is the password that you have now. Choose another one."),
}
DEEDS = {
    "security.change_password": lambda: _("Password changed"),
    "security.end_session": lambda: _("One device signed out"),
    "security.end_others": lambda: _("Other devices signed out"),
    "security.forget_device": lambda: _("Device forgotten"),
    "security_office.change_password": lambda: _("Password changed"),
}
wording.add(REASONS, DEEDS)
