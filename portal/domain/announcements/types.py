from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class Audience(StrEnum):
    """Whom an announcement is for."""

    EVERYONE = "everyone"
    PATIENTS = "patients"
    STAFF = "staff"


class State(StrEnum):
    """Where an announcement stands between its start and its end."""

    PLANNED = "planned"
    RUNNING = "running"
    ENDED = "ended"


class Words(NamedTuple):
    """A title and a body in one language. `lang` is None where it is the reader's own."""

    title: str
    body: str
    lang: str | None


class Banner(NamedTuple):
    """A running announcement as a reader gets it. `office` None: from the operator."""

    public_id: UUID
    office: str | None
    starts_at: datetime
    title: str
    body: str
    title_es: str | None
    body_es: str | None

    def words_in(self, language: str) -> Words:
        """The text for a reader of this language."""
        return words_in(language, self.title, self.body, self.title_es, self.body_es)


class Draft(NamedTuple):
    """What somebody wrote and wants to publish. Moments in UTC; the Spanish twin is there in full or not at all."""

    audience: Audience
    title: str
    body: str
    title_es: str | None
    body_es: str | None
    starts_at: datetime
    ends_at: datetime


class Written(NamedTuple):
    """An announcement as those see it who write them."""

    public_id: UUID
    office_id: int | None
    audience: str
    title: str
    body: str
    title_es: str | None
    body_es: str | None
    starts_at: datetime
    ends_at: datetime
    version: int
    author: str


def words_in(language: str, title: str, body: str, title_es: str | None, body_es: str | None) -> Words:
    """English with an optional Spanish twin, for a reader of this language (MODEL, Stored texts)."""
    if language == "es" and title_es and body_es:
        return Words(title_es, body_es, None)
    return Words(title, body, None if language == "en" else "en")
