from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import url_for

from portal.domain.home.queries import Line
from portal.web.filters import date_words
from portal.web.texts import gettext as _
from portal.web.texts import ngettext


class Told(NamedTuple):
    """A line of a feature in words, and where it leads. `icon` is a name of icons.svg."""

    title: str
    words: str
    url: str
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
    return LINES[line.kind](line)


def _unread_messages(line: Line) -> Told:
    title = ngettext("A message waits for you", "New messages in %(num)s conversations", line.number)
    return Told(title, _("Read it, and answer if you like."), url_for("messaging.inbox"), "chat")


def _insurance_ended(line: Line) -> Told:
    title = ngettext("An insurance plan has ended", "%(num)s insurance plans have ended", line.number)
    words = _("Since %(date)s. Change it, or add your new one.", date=date_words(line.first_at))
    return Told(title, words, url_for("address_book.entries", kind="insurance"), "shield")


def _no_office(line: Line) -> Told:
    words = _("Ask your office to connect you. Your visits and messages there then show up here.")
    return Told(_("Connect to your office"), words, url_for("connections.choose"), "plus")


def _connection_declined(line: Line) -> Told:
    title = _("An office did not connect you")
    return Told(title, _("Read why, and what you can do."), url_for("connections.mine"), "info")


def _connection_ended(line: Line) -> Told:
    title = ngettext("An office ended its connection", "%(num)s offices ended their connection", line.number)
    return Told(title, _("Read why, and what you can do."), url_for("connections.mine"), "info")


def _profile_change_left(line: Line) -> Told:
    title = ngettext("An office did not take a change", "Offices did not take %(num)s changes", line.number)
    return Told(title, _("Read why, and what you can do."), url_for("connections.changes"), "info")


def _time_free(line: Line) -> Told:
    title = ngettext("A time has come free", "%(num)s times have come free", line.number)
    words = _("It is held for you for a short while. Take it, or keep what you have.")
    return Told(title, words, url_for("appointments_waiting.listing"), "clock")


def _time_answered(line: Line) -> Told:
    title = ngettext("An office answered your question", "Offices answered %(num)s questions of yours", line.number)
    return Told(title, _("You asked for a time. Read what it says."), url_for("appointments_questions.listing"), "help")


def _export_ready(_line: Line) -> Told:
    words = _("Download it within 24 hours. After that it is gone, and you can make a new one.")
    return Told(_("Your copy of everything is ready"), words, url_for("export.status"), "down")


#: Every kind that a feature tells of (portal.domain.home.queries.SUMMARIES); a test finds one without words.
LINES: dict[str, Callable[[Line], Told]] = {
    "unread_messages": _unread_messages,
    "time_free": _time_free,
    "time_answered": _time_answered,
    "no_office": _no_office,
    "connection_declined": _connection_declined,
    "connection_ended": _connection_ended,
    "profile_change_left": _profile_change_left,
    "insurance_ended": _insurance_ended,
    "export_ready": _export_ready,
}
