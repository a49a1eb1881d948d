from __future__ import annotations

from typing import Any

from wtforms import BooleanField, RadioField, SelectChoice
from wtforms.validators import AnyOf

from portal.domain.notifications.preferences import Kept
from portal.domain.notifications.types import Preference
from portal.web.filters import phone_words
from portal.web.forms import Form
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l

_CHANNELS = {
    "email": _l("By email"),
    "sms": _l("By text message"),
    "voice": _l("By phone call"),
    "none": _l("Do not remind me"),
}


class PreferencesForm(Form):
    """How to be told of appointments."""

    remind_by = RadioField(
        _l("How should we remind you?"),
        [AnyOf(tuple(_CHANNELS), message=_l("Choose how we should remind you."))],
        choices=[SelectChoice(code, words) for code, words in _CHANNELS.items()],
        validate_choice=False,
    )
    in_mail = BooleanField(_l("Put date, time and place into my emails"))

    def preference(self) -> Preference:
        """What was chosen."""
        return Preference(str(self.remind_by.data), bool(self.in_mail.data))


def places(kept: Kept) -> dict[str, str]:
    """Where each channel goes, as it stands beside it."""
    number = phone_words(kept.phone) if kept.phone else _("There is no phone number in your account yet.")
    return {"email": kept.email, "sms": number, "voice": number}


def filled(kept: Kept) -> dict[str, Any]:
    """The form as it opens."""
    return kept.preference._asdict()
