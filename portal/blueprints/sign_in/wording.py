from __future__ import annotations

from datetime import datetime

from portal.kernel import clock
from portal.web import wording
from portal.web.texts import gettext as _
from portal.web.texts import ngettext


def _minutes(until: datetime) -> str:
    seconds = max((until - clock.now()).total_seconds(), 1)
    if seconds < 60:
        return _("less than 1 minute")
    return ngettext("%(num)s minute", "%(num)s minutes", round(seconds / 60))


REASONS: dict[str, wording.Words] = {
    "wrong": lambda facts: _("The username or the password is not right. Check both and try again."),
    "password_wrong": lambda facts: _("That is not your password now. Check it and type it again."),
    "wait": lambda facts: _("There were too many tries. Wait %(time)s, then try again.", time=_minutes(facts["until"])),
    "too_many": lambda facts: _(
        "There were too many tries from new devices. Choose “Reset Password” below, and you can sign in again at once."
    ),
    "wrong_code": lambda facts: _("That code is not right. Type the 6 numbers that your app shows now."),
    "password_short": lambda facts: _(
        "That is too short. Use %(least)s letters or more, like four plain words.", least=facts["least"]
    ),
    "password_long": lambda facts: _("That is too long. Use %(most)s letters or fewer.", most=facts["most"]),
    "password_common": lambda facts: _(
        "Many people use that password, so others try it first. Choose four plain words that do not belong together."
    ),
    "password_about_you": lambda facts: _("Others could guess that from your name. Choose words that only you know."),
    "code_wrong": lambda facts: ngettext(
        "That code is not right. You can try %(num)s more time.",
        "That code is not right. You can try %(num)s more times.",
        facts["left"],
    ),
    "code_dead": lambda facts: _("That code does not work any more. Ask for a new one."),
    "code_late": lambda facts: _("That code is too old. Ask for a new one."),
    "confirm_first": lambda facts: _("Type your password again before you go on."),
    "wrong_recovery_code": lambda facts: _("That is not one of your recovery codes. Check it and type it again."),
    "used_recovery_code": lambda facts: _("That recovery code was used before. Type another one."),
    "passkey_refused": lambda facts: _("That passkey does not open an account here. Sign in with your password."),
    "passkey_answered": lambda facts: _("Your device has answered this before, or it took too long. Start again."),
    "used_code": lambda facts: _("That code was used before. Wait for the next one in your app."),
}
wording.add(REASONS)
