"""Charts as plain values."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID


class Demographics(NamedTuple):
    """What an office knows of a person (FHIR Patient). The phone is E.164, `language` en or es, `state` two letters."""

    given: str
    family: str
    birth_date: date
    preferred: str | None = None
    phone_on_file: str | None = None
    email: str | None = None
    language: str = "en"
    line1: str | None = None
    line2: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None


class OpenChart(NamedTuple):
    """A chart as the office console shows it. `merged_into`: the outer id of the chart that took its place."""

    id: int
    public_id: UUID
    office_id: int
    person_id: int | None
    number: str
    version: int
    merged_into: UUID | None
    facts: Demographics

    @property
    def name(self) -> str:
        """Oakhurst, Maribel."""
        return f"{self.facts.family}, {self.facts.given}"


class Found(NamedTuple):
    """A line of a list of charts."""

    public_id: UUID
    person_id: int | None
    number: str
    given: str
    family: str
    preferred: str | None
    birth_date: date
    phone_on_file: str | None
    merged_into_id: int | None

    @property
    def name(self) -> str:
        """Oakhurst, Maribel."""
        return f"{self.family}, {self.given}"


class Wanted(NamedTuple):
    """What a search is for: a birth date; a number (as it may be written) or phone; or the words of a name, folded."""

    born: date | None = None
    numbers: tuple[str, str] = ("", "")
    phone: str | None = None
    words: tuple[str, ...] = ()


class Change(NamedTuple):
    """A line of a chart's history. `field` of Demographics, with texts before and after; or a deed (ChartChange)."""

    at: datetime
    version: int
    field: str
    before: str | None
    after: str | None
    author: str


class Access(NamedTuple):
    """A line of a chart's access log: an event of the audit, in which part, by whom."""

    at: datetime
    event: str
    section: str
    author: str


class Meanwhile(NamedTuple):
    """What others saved since somebody opened a chart: the chart now, and the text that each changed field had then."""

    chart: OpenChart
    opened_with: dict[str, str | None]


def text_of(value: date | str | None) -> str | None:
    """A field as the history keeps it."""
    return value.isoformat() if isinstance(value, date) else value
