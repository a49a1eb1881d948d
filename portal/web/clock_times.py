"""Times of day as people type them."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from wtforms import Field

from portal.web import filters
from portal.web.forms import clean
from portal.web.texts import gettext as _

_NAMED = {"noon": time(12), "midday": time(12), "midnight": time(0), "mediodia": time(12), "medianoche": time(0)}
_TYPED = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?([ap])?")
_DROPPED = str.maketrans({"\u00a0": "", "\u202f": "", " ": "", "í": "i"})


class TwoTimes(ValueError):
    """A time like 9:30 is one of two, twelve hours apart; to guess would be wrong half of the time."""


class TimeField(Field):
    """A time typed as 9:30 AM; `data` is a time. Also read: 9am, 9.30 a.m., 14:30, 0930, noon."""

    def _value(self) -> str:
        if self.raw_data:
            return clean(str(self.raw_data[0])) or ""
        return words(self.data) if isinstance(self.data, time) else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Raises ValueError with what to type instead; wtforms shows it at the field."""
        typed, self.data = clean(valuelist[0]) if valuelist else None, None
        if not typed:
            return
        try:
            self.data = read(typed)
        except TwoTimes as error:
            raise ValueError(_("Add AM or PM to the time, like %(time)s AM.", time=typed[:8])) from error
        if self.data is None:
            raise ValueError(_("Type the time like 9:30 AM."))


def read(typed: str) -> time | None:
    """The time of day that was meant, None when that cannot be told.

    Raises:
        TwoTimes: morning or afternoon is missing.
    """
    plain = typed.casefold().translate(_DROPPED)
    if plain in _NAMED:
        return _NAMED[plain]
    # the dots of "a.m." go, the one of "9.30" stays
    found = _TYPED.fullmatch(re.sub(r"([ap])\.?m?\.?$", r"\1", plain))
    return _of_parts(found[1], int(found[2] or 0), found[3]) if found else None


def _of_parts(hours: str, minute: int, half: str | None) -> time | None:
    hour = int(hours)
    if minute > 59 or hour > 23:
        return None
    if half:
        return time(hour % 12 + (12 if half == "p" else 0), minute) if 1 <= hour <= 12 else None
    if 1 <= hour <= 12 and not hours.startswith("0"):
        raise TwoTimes
    return time(hour, minute)


def words(moment: time) -> str:
    """9:30 AM, as the field takes it."""
    return f"{moment.hour % 12 or 12}:{moment.minute:02} {'AM' if moment.hour < 12 else 'PM'}"


def told(moment: time) -> str:
    """9:30 AM / 9:30 a. m., as a page says it in the reader's language."""
    half = filters.halves()[moment.hour >= 12]
    return f"{moment.hour % 12 or 12}:{moment.minute:02} {half}"
