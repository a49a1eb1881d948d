from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.domain.messaging.types import ClosedDays, State, Week
from portal.domain.viewer import Role
from portal.kernel.refusal import Refusal

#: Who reads messages of an office, answers them, and may be given one: its door lets them in, and nobody else.
READERS = (Role.FRONT_DESK, Role.CLINICIAN, Role.ADMINISTRATOR)
#: Files of one message (SECURITY A34).
MOST_FILES = 5
#: Signs of a message at most.
LONGEST = 20_000
#: So much of a message stands in lists.
SNIPPET = 120
#: What may stand in braces in a saved reply: {patient} (how they are called), {provider}, {office}, {phone}, {today}.
FIELDS = ("patient", "provider", "office", "phone", "today")
_FIELD = re.compile(r"\{([^{}\n]*)\}")


def why_not_say(body: str) -> Refusal | None:
    """A message has words, and no more than fit; how many are too many is told."""
    return Refusal("message_too_long", over=len(body) - LONGEST) if len(body) > LONGEST else None


def why_not_write_to(*, takes_messages: bool, name: str | None) -> Refusal | None:
    """Who takes no messages (any more) is not written to. `name` None: the pool of an office, which always does."""
    return None if takes_messages or name is None else Refusal("takes_no_messages", name=name)


def why_not_go_on(state: State, *, takes_messages: bool, name: str | None) -> Refusal | None:
    """A person goes on with what is not closed, with somebody who still takes part."""
    if state is State.CLOSED:
        return Refusal("conversation_closed")
    return why_not_write_to(takes_messages=takes_messages, name=name)


def why_not_answer(
    state: State, *, takes_messages: bool, name: str | None, is_connected: bool = True
) -> Refusal | None:
    """The office answers what is open, to somebody whom it reaches, in the name of somebody who takes part."""
    if not is_connected:
        return Refusal("person_not_connected")
    if state is State.CLOSED:
        return Refusal("conversation_closed_here")
    if not takes_messages and name is not None:
        return Refusal("provider_takes_no_messages", name=name)
    return None


def why_not_as_seen(*, version: int, seen: int) -> Refusal | None:
    """A conversation is closed or handed on as it stood before somebody's eyes: no message comes in between."""
    return None if version == seen else Refusal("conversation_went_on")


def why_not_assign(*, works_here: bool) -> Refusal | None:
    """Only who works at the office, and may read messages there, takes care of one."""
    return None if works_here else Refusal("not_to_assign")


def why_not_keep_words(*texts: str | None) -> Refusal | None:
    """A saved reply has no field that nobody could fill in. `unknown`: those that it has, in their braces."""
    found = [name for text in texts for name in _FIELD.findall(text or "") if name not in FIELDS]
    return Refusal("unknown_fields", unknown=list(dict.fromkeys(f"{{{name}}}" for name in found))) if found else None


def filled_in(text: str, values: Mapping[str, str]) -> str:
    """A saved reply with its fields filled in; once, so that a value with braces stays what it is."""
    return _FIELD.sub(lambda found: values.get(found[1], found[0]), text)


def why_not_attach(there: int) -> Refusal | None:
    """So many files go with one message (SECURITY A34)."""
    return Refusal("file_too_many", most=MOST_FILES) if there >= MOST_FILES else None


def snippet_of(body: str) -> str:
    """The beginning of a message, in one line."""
    line = " ".join(body.split())
    return line if len(line) <= SNIPPET else line[: SNIPPET - 1].rstrip() + "…"


def answer_day(sent: datetime, days: int, closed: Collection[ClosedDays], zone: ZoneInfo, week: Week) -> date:
    """By which day an answer is there: so many of the days on which the office works after a message.

    What comes after it closes counts as of the next such day. `week`: its hours, with one weekday at least.
    """
    local = sent.astimezone(zone)
    day, left = local.date(), days
    if not _is_open(day, closed, week) or _minute(local) >= week[day.weekday()][1]:
        day = _next_open(day, closed, week)
    while left > 0:
        day, left = _next_open(day, closed, week), left - 1
    return day


def due_at(sent: datetime, days: int, closed: Collection[ClosedDays], zone: ZoneInfo, week: Week) -> datetime:
    """When the office closes on that day."""
    day = answer_day(sent, days, closed, zone, week)
    wall = datetime.combine(day, time()) + timedelta(minutes=week[day.weekday()][1])
    return wall.replace(tzinfo=zone).astimezone(UTC)


def _minute(local: datetime) -> int:
    return local.hour * 60 + local.minute


def _next_open(day: date, closed: Collection[ClosedDays], week: Week) -> date:
    day += timedelta(days=1)
    while not _is_open(day, closed, week):
        day += timedelta(days=1)
    return day


def _is_open(day: date, closed: Collection[ClosedDays], week: Week) -> bool:
    return day.weekday() in week and not any(off.from_day <= day <= off.until_day for off in closed)
