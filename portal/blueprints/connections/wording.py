from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.domain.connections.types import WhyEnded, WhyLeft, WhyNot
from portal.web import wording
from portal.web.filters import phone_words
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l

REASONS: dict[str, wording.Words] = {
    "connected_before": lambda facts: _("You are connected to this office already."),
    "takes_no_requests": lambda facts: _("This office takes no requests online. Call it, or ask at its front desk."),
    "not_connected": lambda facts: _("This chart is not connected to an account any more."),
    "request_answered": lambda facts: _("This request was answered before, or it was taken back."),
    "chart_of_another": lambda facts: _("This chart belongs to another person of the portal. Choose another chart."),
    "changes_answered": lambda facts: _("Some of this was answered meanwhile. Choose again from what still waits."),
    "say_why_left": lambda facts: _("Choose why you leave the chart as it is."),
    "born_on_another_day": lambda facts: _(
        "The date of birth of this chart is another one. Put the chart right first, or choose another chart."
    ),
}
DEEDS = {
    "connections.ask": lambda: _("Request to connect sent"),
    "connections.withdraw": lambda: _("Request to connect taken back"),
    "connections_office.connect": lambda: _("Person connected to their chart"),
    "connections_office.connect_new": lambda: _("Chart created and person connected"),
    "connections_office.decline": lambda: _("Request to connect declined"),
    "connections_ending.end": lambda: _("Connection ended"),
    "connections_changes.answer": lambda: _("Changes of a profile answered"),
}
wording.add(REASONS, DEEDS)

#: The fields of a profile that an office may take (rules.FIELDS).
FIELDS: dict[str, Any] = {
    "given": _l("Legal first name"),
    "family": _l("Legal last name"),
    "preferred": _l("Preferred name"),
    "language": _l("Language"),
    "address": _l("Address"),
    "email": _l("Email"),
    "phone": _l("Phone on file"),
}
_LANGUAGES = {"en": _l("English"), "es": _l("Spanish")}
#: What the person reads of a change that was not taken.
WHY_LEFT: dict[WhyLeft, Any] = {
    WhyLeft.PAPERS: _l("The office has to see a paper for this. Bring one to your next visit."),
    WhyLeft.CHECK: _l("The office thinks that there is a mistake in it. Check it, please."),
    WhyLeft.CALL: _l("The office asks you to call."),
}
#: The same, as staff choose it.
LEFT_CHOICES: dict[WhyLeft, Any] = {
    WhyLeft.PAPERS: _l("We have to see a paper"),
    WhyLeft.CHECK: _l("There seems to be a mistake in it"),
    WhyLeft.CALL: _l("They should call us"),
}


def shown(field: str, columns: Mapping[str, Any]) -> str:
    """A field in words; an address in one line."""
    if field == "language":
        return str(_LANGUAGES.get(str(columns["language"]), ""))
    if field == "phone":
        return phone_words(columns["phone_on_file"]) or _("(empty)")
    if field != "address":
        return str(columns[field] or _("(empty)"))
    town = f"{columns['city'] or ''}, {columns['state'] or ''} {columns['postal_code'] or ''}".strip(", ")
    return ", ".join(part for part in (columns["line1"], columns["line2"], town) if part) or _("(empty)")


#: What the person reads of a connection that the office ended.
WHY_ENDED: dict[WhyEnded, Any] = {
    WhyEnded.WRONG_PERSON: _l("The office found that this was not your chart."),
    WhyEnded.NOT_OURS: _l("The office says that you are not its patient any more."),
    WhyEnded.ASKED: _l("The office says that you asked for it."),
}
#: The same, as staff choose it.
ENDED_CHOICES: dict[WhyEnded, Any] = {
    WhyEnded.WRONG_PERSON: _l("It is the account of another person"),
    WhyEnded.NOT_OURS: _l("They are not our patient any more"),
    WhyEnded.ASKED: _l("They asked us to"),
}
#: What the person reads of a request that was declined.
WHY_NOT: dict[WhyNot, Any] = {
    WhyNot.NO_CHART: _l("The office found no chart that fits what you told us."),
    WhyNot.DETAILS: _l("Some of your details are not the ones that the office has. Check your Profile, or call."),
    WhyNot.NO_ROOM: _l("The office takes no new patients now."),
    WhyNot.CALL: _l("The office asks you to call."),
}
#: The same, as staff choose it.
CHOICES: dict[WhyNot, Any] = {
    WhyNot.NO_CHART: _l("We found no chart that fits"),
    WhyNot.DETAILS: _l("The details are not the ones that we have"),
    WhyNot.NO_ROOM: _l("We take no new patients"),
    WhyNot.CALL: _l("They should call us"),
}
