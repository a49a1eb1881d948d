"""The wait list in words."""

from __future__ import annotations

from typing import Any, Protocol

from portal.blueprints.appointments import asking_wording as _words  # noqa: F401 - its reasons are told here too
from portal.blueprints.appointments.weekdays import when_words
from portal.web import wording
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l
from portal.web.texts import ngettext

#: Hours, as waiting_rules.NOTICES has them.
NOTICES: dict[int, Any] = {
    2: _l("2 hours before"),
    24: _l("1 day before"),
    48: _l("2 days before"),
    168: _l("1 week before"),
}
#: What became of an offer, for the office.
BECAME: dict[str, Any] = {
    "taken": _l("taken"),
    "declined": _l("not wanted"),
    "lapsed": _l("not answered in time"),
    "withdrawn": _l("taken back"),
}
REASONS: dict[str, wording.Words] = {
    "waits_already": lambda _facts: _("You are on the wait list for this already."),
    "many_wishes": lambda facts: ngettext(
        "You can be on %(num)s wait list at one office. Leave one first.",
        "You can be on %(num)s wait lists at one office. Leave one first.",
        facts["most"],
    ),
    "nothing_earlier": lambda _facts: _("There is no visit here that could be earlier."),
    "offer_gone": lambda _facts: _("This time is not held for you any more. It went to the next person in line."),
    "waits_no_more": lambda _facts: _("This is not on the wait list any more."),
}
DEEDS = {
    "appointments_waiting.wish_earlier": lambda: _("Wait list joined"),
    "appointments_waiting.wish_any": lambda: _("Wait list joined"),
    "appointments_waiting.take": lambda: _("Offered time taken"),
    "appointments_waiting.decline": lambda: _("Offered time not taken"),
    "appointments_waiting.leave": lambda: _("Wait list left"),
    "appointments_waiting_office.remove": lambda: _("Person taken off the wait list"),
}
wording.add(REASONS, DEEDS)


class _Wish(Protocol):
    @property
    def weekdays(self) -> int: ...
    @property
    def part(self) -> str: ...
    @property
    def notice_hours(self) -> int: ...


def wish_words(wish: _Wish) -> str:
    """Monday, Tuesday. Morning. At least 1 day before."""
    told = _("Told at least %(when)s", when=str(NOTICES.get(wish.notice_hours, wish.notice_hours)))
    return f"{when_words(wish.weekdays, wish.part)}. {told}"
