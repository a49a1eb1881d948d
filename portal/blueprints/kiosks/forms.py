from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from portal.web.forms import Form, Needed, at_most


class KioskForm(Form):
    """What a kiosk is called in the office."""

    name = StringField(_l("Name"), [Needed(_l("Type a name, like Kiosk 1 or Waiting room.")), at_most(60)])


class PairingForm(Form):
    """The code that staff read out."""

    code = StringField(_l("Pairing code"), [Needed(_l("Type the code that the front desk reads to you.")), at_most(20)])
