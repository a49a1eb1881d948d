from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import url_for

from portal.domain.home.desk import DeskLine
from portal.domain.viewer import Role
from portal.kernel.refusal import Refusal
from portal.web import wording
from portal.web.access import staff
from portal.web.filters import moment_words
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l
from portal.web.texts import ngettext


class Told(NamedTuple):
    """A line of a feature in words, and where it leads. `icon` is a name of icons.svg."""

    title: str
    words: str
    url: str
    icon: str


ROLES = {
    Role.FRONT_DESK: _l("front desk"),
    Role.CLINICIAN: _l("clinician"),
    Role.BILLING: _l("billing"),
    Role.ADMINISTRATOR: _l("office administrator"),
    Role.OPERATOR: _l("operator"),
}
CHANNELS = {"email": _l("Email"), "sms": _l("Text message"), "voice": _l("Phone call")}

#: Why a notice was not sent. The outbox keeps the code alone, so no words may need a fact.
REASONS: dict[str, wording.Words] = {
    "lapsed": lambda facts: _("It came too late to be of use."),
    "parked": lambda facts: _("The portal could not send it. Tell the operator."),
    "region": lambda facts: _("The number is outside the United States and Canada."),
    "daily_cap": lambda facts: _("Too many texts and calls were sent today."),
    "no_recipient": lambda facts: _("There is nobody to send it to any more."),
    "address": lambda facts: _("The email address does not work."),
}
wording.add(REASONS)


def why_not_delivered(problem: str | None) -> str:
    """The outbox's code in words; what only the mail server or text provider knows keeps its code for the operator."""
    if problem in REASONS:
        return wording.words_for(Refusal(str(problem)))
    return _("It was not taken (%(code)s).", code=problem or "?")


def told(line: DeskLine) -> Told:
    """What a feature has to say to the office."""
    return LINES[line.kind](line)


def _kiosk_help(line: DeskLine) -> Told:
    title = ngettext("Someone needs help at a kiosk", "People need help at %(num)s kiosks", line.number)
    return Told(title, _("Go there, and say so on the page of the kiosks."), url_for("kiosks_office.listing"), "help")


def _people_left(line: DeskLine) -> Told:
    title = ngettext("A person closed their account", "%(num)s people closed their account", line.number)
    return Told(
        title, _("In the last 30 days. Messages do not reach them here."), url_for("departure_office.left"), "out"
    )


def _messages_late(line: DeskLine) -> Told:
    title = ngettext("%(num)s message is late", "%(num)s messages are late", line.number)
    return Told(title, _("The day by which you answer has passed."), url_for("messaging_office.inbox"), "alert")


def _messages_waiting(line: DeskLine) -> Told:
    title = ngettext("%(num)s conversation waits", "%(num)s conversations wait", line.number)
    return Told(title, _("People wait for your answer."), url_for("messaging_office.inbox"), "chat")


def _visit_requests(line: DeskLine) -> Told:
    title = ngettext("%(num)s visit request", "%(num)s visit requests", line.number)
    return Told(title, _("Approve, decline, or offer other times."), url_for("appointments_office.queue"), "cal")


def _time_questions(line: DeskLine) -> Told:
    title = ngettext("%(num)s person found no time", "%(num)s people found no time", line.number)
    return Told(title, _("Answer, offer times, or book the visit."), url_for("appointments_office.queue"), "help")


def _visit_cancellations(line: DeskLine) -> Told:
    title = ngettext("%(num)s person wants to cancel", "%(num)s people want to cancel", line.number)
    return Told(title, _("Cancel the visit, or say why not."), url_for("appointments_office.queue"), "cal")


def _visits_canceled(line: DeskLine) -> Told:
    title = ngettext("A patient canceled a visit", "%(num)s patients canceled visits", line.number)
    words = _("The first time that is free again: %(moment)s.", moment=_first(line))
    return Told(title, words, url_for("appointments_office.queue", _anchor="canceled"), "cal")


def _visits_left_behind(line: DeskLine) -> Told:
    title = ngettext(
        "A visit is with a provider who was taken off",
        "%(num)s visits are with providers who were taken off",
        line.number,
    )
    words = _("Move them, or call. The first one: %(moment)s.", moment=_first(line))
    day = line.first_at.astimezone(ZoneInfo(staff().time_zone)).date() if line.first_at else None
    return Told(title, words, url_for("appointments_schedule.day", day=day), "alert")


def _first(line: DeskLine) -> str:
    return moment_words(line.first_at, staff().time_zone) if line.first_at else ""


def _visits_in_line(line: DeskLine) -> Told:
    title = ngettext("%(num)s person has arrived", "%(num)s people have arrived", line.number)
    return Told(title, _("They wait to be seen."), url_for("appointments_schedule.day_list"), "clock")


def _connection_requests(line: DeskLine) -> Told:
    title = ngettext("%(num)s request to connect", "%(num)s requests to connect", line.number)
    return Told(title, _("Find their charts, or say why not."), url_for("connections_office.listing"), "users")


def _profile_changes(line: DeskLine) -> Told:
    title = ngettext("A person changed their profile", "%(num)s people changed their profiles", line.number)
    return Told(title, _("Take it into the chart, or say why not."), url_for("connections_changes.listing"), "edit")


def _invitations_lost(line: DeskLine) -> Told:
    title = ngettext("An invitation did not arrive", "%(num)s invitations did not arrive", line.number)
    return Told(title, _("Check the email address in the chart."), url_for("enrollment_office.listing"), "alert")


def _invitations_lapse(line: DeskLine) -> Told:
    title = ngettext(
        "An invitation that nobody used ends soon", "%(num)s invitations that nobody used end soon", line.number
    )
    return Told(title, _("Within 14 days. Call, or send a new one."), url_for("enrollment_office.listing"), "clock")


def _staff_invited(line: DeskLine) -> Told:
    title = ngettext("1 invitation to staff waits", "%(num)s invitations to staff wait", line.number)
    return Told(title, _("They set up their sign-in from the email."), url_for("practices_staff.listing"), "send")


def _no_address(_line: DeskLine) -> Told:
    url = url_for("practices_office.edit", section="about")
    return Told(_("Your office has no address yet"), _("People need it before they come."), url, "pin")


def _no_location(_line: DeskLine) -> Told:
    url = url_for("practices_locations.new")
    return Told(_("Your office has no location yet"), _("Add where you see people."), url, "pin")


def _no_provider(_line: DeskLine) -> Told:
    url = url_for("practices_providers.listing")
    return Told(
        _("Your office has no provider yet"), _("Add who sees people, and what they take part in."), url, "user"
    )


def _no_chart(_line: DeskLine) -> Told:
    words = _("Open Charts to create the first one, or to import a list.")
    return Told(_("Your office has no charts yet"), words, url_for("charts.find"), "users")


def no_office() -> Told:
    """What the operator of a new portal does first."""
    words = _("Add the first one. Its administrator gets an email and does the rest.")
    return Told(_("There is no office yet"), words, url_for("practices_offices.listing"), "plus")


#: Every kind that a feature tells an office of (portal.domain.home.desk.SUMMARIES), and the roles that it concerns.
LINES: dict[str, Callable[[DeskLine], Told]] = {
    "kiosk_help": _kiosk_help,
    "no_address": _no_address,
    "no_location": _no_location,
    "no_provider": _no_provider,
    "no_chart": _no_chart,
    "staff_invited": _staff_invited,
    "messages_late": _messages_late,
    "messages_waiting": _messages_waiting,
    "visit_requests": _visit_requests,
    "visit_cancellations": _visit_cancellations,
    "time_questions": _time_questions,
    "visits_canceled": _visits_canceled,
    "visits_left_behind": _visits_left_behind,
    "visits_in_line": _visits_in_line,
    "connection_requests": _connection_requests,
    "profile_changes": _profile_changes,
    "invitations_lost": _invitations_lost,
    "invitations_lapse": _invitations_lapse,
    "people_left": _people_left,
}
_IN_OFFICES = (Role.FRONT_DESK, Role.CLINICIAN, Role.BILLING, Role.ADMINISTRATOR)
_AT_CHARTS = (Role.FRONT_DESK, Role.CLINICIAN, Role.ADMINISTRATOR)
_INVITERS = (Role.FRONT_DESK, Role.ADMINISTRATOR)
_WHO_RUN_IT = (Role.ADMINISTRATOR,)
SEEN_BY: dict[str, tuple[Role, ...]] = {
    "kiosk_help": (Role.FRONT_DESK, Role.ADMINISTRATOR),
    "no_address": _WHO_RUN_IT,
    "no_location": _WHO_RUN_IT,
    "no_provider": _WHO_RUN_IT,
    "no_chart": _INVITERS,
    "staff_invited": _WHO_RUN_IT,
    "messages_late": _AT_CHARTS,
    "messages_waiting": _AT_CHARTS,
    "visit_requests": _AT_CHARTS,
    "visit_cancellations": _AT_CHARTS,
    "time_questions": _AT_CHARTS,
    "visits_canceled": _AT_CHARTS,
    "visits_left_behind": _AT_CHARTS,
    "visits_in_line": _AT_CHARTS,
    "connection_requests": _AT_CHARTS,
    "profile_changes": _AT_CHARTS,
    "invitations_lost": _INVITERS,
    "invitations_lapse": _INVITERS,
    "people_left": _IN_OFFICES,
}
