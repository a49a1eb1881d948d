from __future__ import annotations

from datetime import datetime
from math import ceil

from portal.domain.kiosks.types import Paper
from portal.kernel import clock
from portal.web import wording
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l
from portal.web.texts import ngettext

#: The papers that a kiosk's visit knows too.
PAPERS = {
    Paper.DRIVERS_LICENSE: _l("Driver's license"),
    Paper.STATE_ID: _l("State ID card"),
    Paper.PASSPORT: _l("Passport"),
    Paper.PERMANENT_RESIDENT: _l("Permanent resident card"),
    Paper.MILITARY_ID: _l("Military ID"),
    Paper.TRIBAL_ID: _l("Tribal ID"),
    Paper.CONSULAR_ID: _l("Consular ID card"),
}


def _hours(until: datetime) -> str:
    return ngettext("%(num)s hour", "%(num)s hours", max(ceil((until - clock.now()).total_seconds() / 3600), 1))


REASONS: dict[str, wording.Words] = {
    "password_same": lambda facts: _("That is the password that you have now. Choose another one."),
    "contacts_frozen": lambda facts: _(
        "Your account was recovered a short while ago. To keep it safe, you can change this in %(time)s.",
        time=_hours(facts["until"]),
    ),
    "contact_same": lambda facts: _("That is what we have now. Type another one."),
    "phone_abroad": lambda facts: _("We can text phones in the United States and Canada only."),
    "second_step_on": lambda facts: _("The second step is on already."),
    "second_step_is_off": lambda facts: _("The second step of this person is off already."),
    "password_too_short_alone": lambda facts: _(
        "Without the second step your password needs %(least)s letters or more. Change your password first.",
        least=facts["least"],
    ),
    "too_many_passkeys": lambda facts: _(
        "You have %(most)s passkeys, and there is no room for more. Delete one first.", most=facts["most"]
    ),
    "undo_used": lambda facts: _("This link was used before. Your account is as it was before the change."),
    "undo_late": lambda facts: _("This link worked for 24 hours. Call your clinic if you did not make the change."),
}
DEEDS = {
    "security.change_password": lambda: _("Password changed"),
    "security.end_session": lambda: _("One device signed out"),
    "security.end_others": lambda: _("Other devices signed out"),
    "security.forget_device": lambda: _("Device forgotten"),
    "security_contacts.ask": lambda: _("Code sent"),
    "security_contacts.ask_again": lambda: _("Code sent"),
    "security_contacts.verify": lambda: _("Email or phone changed"),
    "security_counter.take_away": lambda: _("Second step of a patient turned off"),
    "security_passkeys.begin": lambda: _("Passkey begun"),
    "security_passkeys.add": lambda: _("Passkey added"),
    "security_passkeys.remove": lambda: _("Passkey deleted"),
    "security_second_step.begin": lambda: _("Second step begun"),
    "security_second_step.turn_on": lambda: _("Second step turned on"),
    "security_second_step.renew_codes": lambda: _("New recovery codes made"),
    "security_second_step.turn_off": lambda: _("Second step turned off"),
    "security_office.change_password": lambda: _("Password changed"),
}
wording.add(REASONS, DEEDS)
