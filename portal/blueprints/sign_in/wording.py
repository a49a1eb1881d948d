from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.kernel import clock
from portal.web import wording


def _minutes(until: datetime) -> str:
    seconds = max((until - clock.now()).total_seconds(), 1)
    if seconds < 60:
        return _("less than 1 minute")
    return ngettext("%(num)s minute", "%(num)s minutes", round(seconds / 60))


REASONS: dict[str, wording.Words] = {
    "wrong": lambda facts: _("The username or the password is not right. Check both and try again."),
    "wait": lambda facts: _("There were too many tries. Wait %(time)s, then try again.", time=_minutes(facts["until"])),
    "too_many": lambda facts: _(
        "There were too many tries from new devices. Use a device that you signed in with before, or call your clinic."
    ),
    "wrong_code": lambda facts: _("That code is not right. Type the 6 numbers that your app shows now."),
    "used_code": lambda facts: _("That code was used before. Wait for the next one in your app."),
}
wording.add(REASONS)
