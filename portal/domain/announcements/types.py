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


class Shown(NamedTuple):
    """A banner in one language. `lang` is None where that is the reader's own, `office` where it needs no saying."""

    id: str
    title: str
    body: str
    lang: str | None
    office: str | None


class Banner(NamedTuple):
    """A running announcement as a reader gets it. `office` None: from the operator."""

    public_id: UUID
    office: str | None
    starts_at: datetime
    title: str
    body: str
    title_es: str | None
    body_es: str | None

    def shown_to(self, language: str, brand: str | None) -> Shown:
        """For a reader of this language, on a page that stands under this name (MODEL, Brand and Stored texts)."""
        office = None if self.office == brand else self.office
        if language == "es" and self.title_es and self.body_es:
            return Shown(str(self.public_id), self.title_es, self.body_es, None, office)
        return Shown(str(self.public_id), self.title, self.body, None if language == "en" else "en", office)


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
