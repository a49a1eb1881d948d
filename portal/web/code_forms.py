"""Forms for codes that are sent to a phone or an email address, the same in a browser and at a kiosk."""

from __future__ import annotations

from wtforms import RadioField, SelectChoice, StringField
from wtforms.validators import AnyOf

from portal.web.forms import EmailField, Form, Needed, PhoneField, at_most
from portal.web.texts import lazy_gettext as _l

_CHANNELS = {"sms": _l("By text message"), "voice": _l("By phone call")}


class ChannelForm(Form):
    """How a code comes to the phone."""

    channel = RadioField(
        _l("How should we send it?"),
        [AnyOf(tuple(_CHANNELS), message=_l("Choose text message or phone call."))],
        choices=[SelectChoice(code, words) for code, words in _CHANNELS.items()],
        default="sms",
        validate_choice=False,
    )


class OtherPhoneForm(ChannelForm):
    """Another phone than the one on file, and how a code comes to it."""

    phone = PhoneField(_l("Your phone number"), [Needed(_l("Type a phone number, like 800-555-0166."))])


class PhoneCodeForm(Form):
    """Six numbers."""

    code = StringField(_l("Code from your phone"), [Needed(_l("Type the 6 numbers that we sent.")), at_most(40)])


class EmailForm(Form):
    """Where notices shall go."""

    email = EmailField(_l("Email"), [Needed(_l("Type your email address.")), at_most(254)])


class EmailCodeForm(Form):
    """Ten letters and numbers."""

    code = StringField(
        _l("Code from your email"), [Needed(_l("Type the code from the email that we sent.")), at_most(40)]
    )
