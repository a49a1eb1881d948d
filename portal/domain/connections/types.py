from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from portal.domain.charts.types import Demographics
from portal.domain.viewer import Head


class RequestState(StrEnum):
    """What became of a request to connect."""

    WAITING = "waiting"
    CONNECTED = "connected"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class WhyNot(StrEnum):
    """Why an office does not connect somebody; its words are the office's to add to."""

    NO_CHART = "no_chart"
    DETAILS = "details_differ"
    NO_ROOM = "no_new_patients"
    CALL = "call_us"


class WhyLeft(StrEnum):
    """Why an office leaves its chart as it is."""

    PAPERS = "papers"
    CHECK = "check"
    CALL = "call_us"


class WhyEnded(StrEnum):
    """Why an office ends a connection."""

    WRONG_PERSON = "wrong_person"
    NOT_OURS = "not_ours"
    ASKED = "asked_for"


class OfficeChoice(NamedTuple):
    """An office that takes requests. City and state are empty where the office does not say them."""

    public_id: UUID
    name: str
    phone: str
    city: str | None
    state: str | None


class MyOffice(NamedTuple):
    """An office that somebody is connected to."""

    name: str
    phone: str
    since: datetime


class MyRequest(NamedTuple):
    """A request of one's own. `why` is a WhyNot, `note` the office's words (English); both of a declined one."""

    public_id: UUID
    office: str
    phone: str
    state: str
    asked_at: datetime
    why: str | None
    note: str | None


class EndedConnection(NamedTuple):
    """A connection of one's own that an office ended. `why` is a WhyEnded, `note` the office's words (English)."""

    office: str
    phone: str
    ended_at: datetime
    why: str
    note: str | None


class MyOffices(NamedTuple):
    """Offices of one's own: connected, asked (waiting or declined), and those that ended it within a year."""

    connected: list[MyOffice]
    asked: list[MyRequest]
    ended: list[EndedConnection]


class Waiting(NamedTuple):
    """A line of the office's list of requests: without names, for a list that shows nobody needs no audit of each."""

    public_id: UUID
    asked_at: datetime


class Asked(NamedTuple):
    """A request as the office reads it: who asks, what they say of themselves, and the end of their audit chain."""

    public_id: UUID
    state: str
    asked_at: datetime
    person_id: int
    facts: Demographics
    head: Head

    @property
    def name(self) -> str:
        """Oakhurst, Maribel."""
        return f"{self.facts.family}, {self.facts.given}"


class Change(NamedTuple):
    """A change of a profile that waits for the office. `after`: the chart's columns as the person has them now."""

    public_id: UUID
    field: str
    after: dict[str, Any]
    told_at: datetime


class ChangedChart(NamedTuple):
    """A line of the office's list of changes: how many of one chart wait, and since when."""

    chart: UUID
    number: str
    changes: int
    since: datetime


class MyChange(NamedTuple):
    """What an office did with a change of one's own. `why` is a WhyLeft, `note` the office's words (English)."""

    office: str
    phone: str
    field: str
    after: dict[str, Any]
    state: str
    told_at: datetime
    answered_at: datetime | None
    why: str | None
    note: str | None


class Bond(NamedTuple):
    """How a chart hangs together with an account: connected since when, and how many changes wait."""

    since: datetime | None
    changes: int
