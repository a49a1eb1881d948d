from __future__ import annotations

from typing import NamedTuple

from flask_babel import force_locale

from portal.domain.enrollment.types import Step
from portal.domain.kiosks.types import Pairing, Paper, State
from portal.web import wording
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l

PAIRINGS = {
    Pairing.PAIRED: _l("Ready"),
    Pairing.WAITING: _l("Waiting for its code"),
    Pairing.NONE: _l("Not paired"),
}
PAPERS = {
    Paper.DRIVERS_LICENSE: _l("Driver's license"),
    Paper.STATE_ID: _l("State ID card"),
    Paper.PASSPORT: _l("Passport"),
    Paper.PERMANENT_RESIDENT: _l("Permanent resident card"),
    Paper.MILITARY_ID: _l("Military ID"),
    Paper.TRIBAL_ID: _l("Tribal ID"),
    Paper.CONSULAR_ID: _l("Consular ID card"),
}
STEPS = {
    Step.WHO: _l("You"),
    Step.PHONE: _l("Phone"),
    Step.LOGIN: _l("Login"),
    Step.EMAIL: _l("Email"),
    Step.FINISH: _l("Done"),
}
STATES = {
    State.SENT: _l("Shown on the kiosk. Nobody has pressed Start yet."),
    State.BEGUN: _l("The person is at the kiosk."),
    State.DONE: _l("Done. The person has an account now."),
    State.LEFT: _l("The person left, or the time was over. Nothing is left of it."),
    State.LAPSED: _l("Nobody pressed Start within 10 minutes. Nothing is left of it."),
    State.STOPPED: _l("Stopped by the office. Nothing is left of it."),
}
TAGS = {
    State.SENT: (_l("Sent"), "", "clock"),
    State.BEGUN: (_l("At the kiosk"), "open", "user"),
    State.DONE: (_l("Done"), "confirmed", "check"),
    State.LEFT: (_l("Left"), "gone", "x"),
    State.LAPSED: (_l("Not begun"), "gone", "x"),
    State.STOPPED: (_l("Stopped"), "gone", "stop"),
}
REASONS: dict[str, wording.Words] = {
    "pairing_code_wrong": lambda facts: _(
        "This code does not work. It may be mistyped, used, or too old. Ask the front desk for a new one."
    ),
    "kiosk_paired": lambda facts: _("A device is paired as this kiosk now. Unpair it first."),
    "kiosk_busy": lambda facts: _("Someone is enrolling at this kiosk now. Choose another one, or wait."),
    "chart_at_kiosk": lambda facts: _("This person's enrollment is at a kiosk already. Stop it there first."),
    "kiosk_session_over": lambda facts: _("This enrollment is over already."),
    "kiosk_not_paired": lambda facts: _("No device is paired as this kiosk."),
}
DEEDS = {
    "kiosks_office.add": lambda: _("Kiosk added"),
    "kiosks_office.renew_code": lambda: _("Pairing code made"),
    "kiosks_office.rename": lambda: _("Kiosk renamed"),
    "kiosks_office.unpair": lambda: _("Kiosk unpaired"),
    "kiosks_office.take_off": lambda: _("Kiosk taken off the list"),
    "kiosks_office.send": lambda: _("Enrollment sent to the kiosk"),
    "kiosks_office.stop": lambda: _("Enrollment at the kiosk stopped"),
    "kiosks_office.see_to": lambda: _("Help is on the way"),
}
wording.add(REASONS, DEEDS)


def busy_words() -> str:
    """Too many passwords are being worked on at this moment."""
    return _("Many people are signing in right now. Wait a few seconds, then try again.")


def too_many_words() -> str:
    """The way out of a locked account, at a device that has no "Reset Password" to point at."""
    return _(
        "There were too many tries from new devices. On your own phone or computer, open the sign in page and "
        "choose “Reset Password”. Or ask the front desk."
    )


class Welcome(NamedTuple):
    """The words of the idle page in one language."""

    lang: str
    title: str
    words: str


def welcome_in(language: str) -> Welcome:
    """Welcome / Bienvenidos, whoever comes first."""
    with force_locale(language):
        return Welcome(f"{language}-US", _("Welcome"), _("Please see the front desk. We will set up your portal here."))
