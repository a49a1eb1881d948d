from __future__ import annotations

from datetime import date
from typing import Any

from portal.domain.accounts.rules import STATES
from portal.domain.charts.types import Access, Change
from portal.web import wording
from portal.web.chart_parts import part_of
from portal.web.filters import date_words, phone_words
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l

LANGUAGES = {"en": _l("English"), "es": _l("Spanish")}
#: The fields of Demographics.
FIELDS: dict[str, Any] = {
    "given": _l("Legal first name"),
    "family": _l("Legal last name"),
    "preferred": _l("Preferred name"),
    "birth_date": _l("Date of birth"),
    "language": _l("Language"),
    "phone_on_file": _l("Phone on file"),
    "email": _l("Email"),
    "line1": _l("Street"),
    "line2": _l("Apartment or unit"),
    "city": _l("City"),
    "state": _l("State"),
    "postal_code": _l("ZIP code"),
}
REASONS: dict[str, wording.Words] = {
    "search_too_short": lambda facts: _("Type at least %(num)s letters of the name.", num=facts["fewest"]),
    "chart_not_yours_to_change": lambda facts: _(
        "Billing can read charts. Ask the front desk or a clinician to change them."
    ),
    "born_in_future": lambda facts: _("This date of birth is still to come. Check the year."),
    "born_too_long_ago": lambda facts: _("Nobody is that old. Check the year of birth."),
    "number_taken": lambda facts: _("Another chart has this number. Type another one, or leave it empty."),
    "chart_alike": lambda facts: _("This person may have a chart already. Look at the charts below first."),
    "emergency_reason_short": lambda facts: _("Say a little more, so that others understand it later."),
    "merge_same": lambda facts: _("This is one and the same chart. Choose another one."),
    "merge_merged_before": lambda facts: _(
        "One of these charts was merged already. Open the chart that took its place."
    ),
    "merge_two_people": lambda facts: _(
        "Accounts of two different people are connected to these charts, so they stay apart. "
        "If it is one person with two accounts, that person closes one account first."
    ),
    "merge_undo_later_first": lambda facts: _("This chart was merged into another one since. Undo that first."),
    "chart_merged": lambda facts: _("This chart was merged into another one. Change that one instead."),
}
DEEDS = {
    "charts.create": lambda: _("Chart created"),
    "charts.change": lambda: _("Chart changed"),
    "charts.open_in_emergency": lambda: _("Opened in an emergency"),
    "charts_merge.merge": lambda: _("Charts merged"),
    "charts_merge.undo": lambda: _("Merge undone"),
}
wording.add(REASONS, DEEDS)


#: What staff do with a chart (events of the audit), for its access log.
EVENTS: dict[str, Any] = {
    "chart.created": _l("Created the chart"),
    "chart.changed": _l("Changed demographics"),
    "chart.opened_in_emergency": _l("Opened all of it in an emergency"),
    "charts.merged": _l("Merged it with another chart"),
    "charts.unmerged": _l("Undid a merge"),
    "connection.ended": _l("Ended the connection with an account"),
    "profile_change.answered": _l("Answered changes that the person made"),
    "enrollment.begun": _l("Checked a paper and began an enrollment"),
    "enrollment.other_phone": _l("Enrolled with another phone than the one in the chart"),
    "enrollment.invited.email": _l("Sent an invitation by email"),
    "enrollment.invited.letter": _l("Printed an invitation"),
    "appointment": _l("Answered, booked or changed an appointment"),
}


def access_words(access: Access) -> str:
    """What somebody did with a chart."""
    if access.event != "chart.viewed":
        return str(
            EVENTS.get(access.event)
            or EVENTS.get(access.event.rpartition(".")[0])
            or _("Something else (%(code)s)", code=access.event)
        )
    part = part_of(access.section)
    return _("Looked at: %(part)s", part=part.heading if part else _("another page of it"))


def too_many_searches(until: str) -> str:
    """Why a search is not done now."""
    return _("You have searched very often. You can search again at %(time)s.", time=until)


def shown(field: str, text: str | None) -> str:
    """A field of the history in words."""
    if not text:
        return ""
    if field == "birth_date":
        return date_words(date.fromisoformat(text))
    if field == "phone_on_file":
        return phone_words(text)
    words = {"language": LANGUAGES, "state": STATES}.get(field, {})
    return str(words.get(text, text))


def told(change: Change) -> tuple[str, str]:
    """A line of the history: what it is about, and what happened."""
    if change.field not in FIELDS:
        return "", _DONE[change.field](change)
    before, after = shown(change.field, change.before), shown(change.field, change.after)
    if not before:
        return str(FIELDS[change.field]), _("%(after)s (there was nothing before)", after=after)
    if not after:
        return str(FIELDS[change.field]), _("removed (it was %(before)s)", before=before)
    return str(FIELDS[change.field]), _("%(before)s became %(after)s", before=before, after=after)


_DONE = {
    "created": lambda change: _("Chart created"),
    "merged": lambda change: _("Chart %(number)s was merged into this one", number=change.after),
    "merged_away": lambda change: _("Merged into chart %(number)s", number=change.after),
    "disconnected": lambda change: _("Parted from the account that was connected"),
    "unmerged": lambda change: _("Parted again from chart %(number)s", number=change.after),
    "imported": lambda change: _("Chart imported from a list"),
}
