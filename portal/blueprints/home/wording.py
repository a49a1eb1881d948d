from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from portal.domain.home.queries import Line


class Told(NamedTuple):
    """A line of a feature in words, and where it leads."""

    title: str
    words: str
    endpoint: str
    icon: str


def greeting(called: str, now: datetime, zone: str) -> str:
    """Good morning, Maribel: by the clock on the person's own wall."""
    hour = now.astimezone(ZoneInfo(zone)).hour
    if 4 <= hour < 12:
        return _("Good morning, %(name)s", name=called)
    if 12 <= hour < 18:
        return _("Good afternoon, %(name)s", name=called)
    return _("Good evening, %(name)s", name=called)


def told(line: Line) -> Told:
    """What a feature has to say."""
    raise KeyError(line.kind)
