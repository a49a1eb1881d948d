from __future__ import annotations

from typing import Any

from portal.domain.practices.types import OfficeSettings, Participation, Section
from portal.domain.viewer import Role
from portal.web import wording
from portal.web.filters import phone_words, zone_words
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l
from portal.web.texts import ngettext

ROLES = {
    Role.FRONT_DESK: _l("Front desk"),
    Role.CLINICIAN: _l("Clinician"),
    Role.BILLING: _l("Billing"),
    Role.ADMINISTRATOR: _l("Office administrator"),
}
#: What each role is there for, under its name where one is chosen.
DUTIES = {
    Role.FRONT_DESK: _l("Charts, invitations, kiosks, and announcements."),
    Role.CLINICIAN: _l("Charts of the people they look after."),
    Role.BILLING: _l("Bills and payments."),
    Role.ADMINISTRATOR: _l("All of it, and staff and settings too."),
}
SECTIONS = {
    Section.ABOUT: _l("The office"),
    Section.ENROLLMENT: _l("How people enroll"),
    Section.WELCOME: _l("Your own words"),
    Section.MESSAGES: _l("Answers to messages"),
    Section.VISITS: _l("Appointments"),
    Section.PASSWORDS: _l("Forgotten passwords"),
    Section.LOOK: _l("Colors"),
}
PALETTES = {
    "fig": _l("Fig (purple)"),
    "lagoon": _l("Lagoon (blue green)"),
    "midnight": _l("Midnight (dark blue)"),
    "cocoa": _l("Cocoa (brown)"),
    "slate": _l("Slate (gray)"),
    "garnet": _l("Garnet (wine red)"),
}
#: What a provider may take part in, by the switch; the names are those of the menu.
PARTS = {
    "takes_messages": _l("Messaging"),
    "takes_appointments": _l("Appointments"),
    "takes_documents": _l("Documents"),
    "takes_payments": _l("Bill Pay"),
}

REASONS: dict[str, wording.Words] = {
    "time_zone_unknown": lambda facts: _("Choose your time zone from the list."),
    "enrolls_nobody": lambda facts: _("Choose at least one way. Without one, nobody can enroll."),
    "resets_by_nothing": lambda facts: _("Choose at least one way. People forget their passwords."),
    "palette_unknown": lambda facts: _("Choose colors from the list."),
    "code_days_range": lambda facts: _("Type a number of days from %(least)s to %(most)s.", **facts),
    "visit_times_unknown": lambda facts: _("Choose a time from the list."),
    "answer_days_range": lambda facts: _("Choose a number of days from %(least)s to %(most)s.", **facts),
    "adult_age_range": lambda facts: _("Choose an age from %(least)s to %(most)s.", **facts),
    "role_unknown": lambda facts: _("Choose what they do in your office."),
    "works_here_already": lambda facts: _("Somebody with this email address works in your office already."),
    "is_switched_off": lambda facts: _("This person is switched off. Switch them on first."),
    "is_switched_on": lambda facts: _("This person is switched on already."),
    "is_taken_off": lambda facts: _("This was taken off already."),
    "is_not_taken_off": lambda facts: _("This is not taken off."),
    "somebody_works_there": lambda facts: ngettext(
        "%(names)s works there. Choose another location for them first.",
        "%(names)s work there. Choose another location for them first.",
        len(facts["names"]),
        names="; ".join(facts["names"]),
    ),
    "their_location_is_taken_off": lambda facts: _(
        "Their location is taken off too. Put it back first, or edit them and choose another one."
    ),
    "worked_here_before": lambda facts: _(
        "Somebody with this email address was switched off here. Switch them on again instead."
    ),
    "you_work_here_already": lambda facts: _("You work in this office already."),
    "own_role": lambda facts: _("You cannot change your own role. Ask another administrator."),
    "own_place": lambda facts: _("You cannot switch yourself off. Ask another administrator."),
    "last_administrator": lambda facts: _(
        "This is the only administrator of your office. Make somebody else an administrator first."
    ),
    "invitation_used": lambda facts: _("This invitation was used before. You can sign in now."),
    "invitation_replaced": lambda facts: _(
        "This invitation does not work any more. Look for a newer email, or ask the office to send a new one."
    ),
    "invitation_late": lambda facts: _(
        "This invitation worked for %(days)s days, and they are over. Ask the office to send a new one.", **facts
    ),
    "username_form": lambda facts: _("Use 3 to 64 letters or numbers. Dots, dashes and @ are fine too."),
    "username_taken": lambda facts: _("Somebody else has that username. Choose another one."),
    "set_up_first": lambda facts: _("Choose a username and a password first."),
}
DEEDS = {
    "practices_office.change": lambda: _("Settings of the office changed"),
    "practices_locations.add": lambda: _("Location added"),
    "practices_locations.change": lambda: _("Location changed"),
    "practices_providers.add": lambda: _("Provider added"),
    "practices_providers.change": lambda: _("Provider changed"),
    "practices_locations.take_off": lambda: _("Location taken off"),
    "practices_locations.put_back": lambda: _("Location put back"),
    "practices_providers.take_off": lambda: _("Provider taken off"),
    "practices_providers.put_back": lambda: _("Provider put back"),
    "practices_staff.invite": lambda: _("Invitation to staff sent"),
    "practices_staff.invite_again": lambda: _("New invitation to staff sent"),
    "practices_staff.take_back": lambda: _("Invitation to staff taken back"),
    "practices_staff.change_role": lambda: _("Role changed"),
    "practices_staff.switch_off": lambda: _("Somebody was switched off"),
    "practices_staff.switch_on": lambda: _("Somebody was switched on again"),
    "practices_offices.create": lambda: _("Office added"),
}
wording.add(REASONS, DEEDS)


def facts_of(section: Section, office: OfficeSettings) -> list[tuple[str, str]]:
    """A section as it is set, in words: pairs of label and value."""
    return _FACTS[section](office)


def parts_words(taking: Participation, *, wanted: bool) -> str:
    """ "Messaging, Bill Pay": what a provider takes part in, or (not wanted) what they leave out."""
    return ", ".join(str(PARTS[name]) for name, on in taking._asdict().items() if on is wanted)


def business_days(days: int) -> str:
    """ "3 business days"."""
    return str(ngettext("%(num)s business day", "%(num)s business days", days))


def ways_words(ways: list[tuple[bool, Any]]) -> str:
    """Those of some ways that are open, in a list."""
    return ", ".join(str(words) for is_open, words in ways if is_open)


def _about(office: OfficeSettings) -> list[tuple[str, str]]:
    return [
        (_("Name"), office.name),
        (_("Phone number"), phone_words(office.phone)),
        (_("Email"), office.email),
        (_("Address"), office.address or _("not set yet")),
        (_("Time zone"), zone_words(office.time_zone)),
    ]


def _enrollment(office: OfficeSettings) -> list[tuple[str, str]]:
    ways = [
        (office.enrolls_openly, _("online by themselves")),
        (office.enrolls_by_invitation, _("by invitation")),
        (office.enrolls_in_person, _("in person")),
    ]
    return [
        (_("People enroll"), ways_words(ways)),
        (_("We ask for"), _("Date of birth and ZIP code") if office.asks_postal_code else _("Date of birth")),
        (_("The code goes to"), _code_goes_to(office)),
        (_("A code works for"), ngettext("%(num)s day", "%(num)s days", office.code_days)),
        (_("Own account from age"), str(office.adult_age)),
    ]


def _code_goes_to(office: OfficeSettings) -> str:
    if office.phone_match:
        return _("the phone in the chart only")
    return _("the phone in the chart; at your kiosk another one too, after you checked their papers")


def _welcome(office: OfficeSettings) -> list[tuple[str, str]]:
    return [
        (_("In English"), office.welcome or _("not set yet")),
        (_("In Spanish"), office.welcome_es or _("not set yet")),
    ]


def _messages(office: OfficeSettings) -> list[tuple[str, str]]:
    return [(_("You answer within"), business_days(office.answer_days))]


def _visits(office: OfficeSettings) -> list[tuple[str, str]]:
    return [
        (_("People can ask for a time"), ahead_words(office.book_ahead_minutes)),
        (_("They can cancel"), notice_words(office.cancel_notice_hours)),
        (_("A cancellation"), _("counts at once") if office.cancels_at_once else _("waits for your answer")),
    ]


def ahead_words(minutes: int) -> str:
    """From how long before it on nobody can ask for a time any more."""
    if not minutes:
        return _("until it begins")
    if minutes < 60:
        return _("until %(num)s minutes before", num=minutes)
    return str(ngettext("until %(num)s hour before", "until %(num)s hours before", minutes // 60))


def notice_words(hours: int) -> str:
    """From how long before it on nobody can cancel a visit any more."""
    return ahead_words(hours * 60)


def _passwords(office: OfficeSettings) -> list[tuple[str, str]]:
    return [(_("The code comes by"), reset_words(office))]


def reset_words(office: OfficeSettings) -> str:
    """By which channels a password is reset."""
    ways = [
        (office.resets_by_email, _("email")),
        (office.resets_by_sms, _("text message")),
        (office.resets_by_voice, _("phone call")),
    ]
    return ways_words(ways)


def _look(office: OfficeSettings) -> list[tuple[str, str]]:
    return [(_("Colors"), str(PALETTES.get(office.palette, office.palette)))]


_FACTS = {
    Section.ABOUT: _about,
    Section.ENROLLMENT: _enrollment,
    Section.WELCOME: _welcome,
    Section.MESSAGES: _messages,
    Section.VISITS: _visits,
    Section.PASSWORDS: _passwords,
    Section.LOOK: _look,
}
