"""Days of the week that suit somebody: ticked in a form, kept as bits (Monday is 1), and in words."""

from __future__ import annotations

from collections.abc import Iterable

from portal.blueprints.appointments.hours_wording import WEEKDAYS
from portal.blueprints.appointments.wording import PARTS_OF_DAY
from portal.domain.appointments.types import PartOfDay
from portal.domain.appointments.waiting_rules import EVERY_DAY
from portal.web.texts import gettext as _


def bits_of(chosen: Iterable[str]) -> int:
    """Of the ticked ones, which are called as in WEEKDAYS."""
    return sum(1 << int(day) for day in set(chosen))


def when_words(weekdays: int, part: str) -> str:
    """Monday, Tuesday. Morning."""
    days = ", ".join(str(words) for day, words in WEEKDAYS.items() if weekdays >> int(day) & 1)
    return f"{_('Any day') if weekdays == EVERY_DAY else days}. {PARTS_OF_DAY[PartOfDay(part)]}"
