from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol
from uuid import UUID

from portal.domain.address_book.types import Entry
from portal.domain.appointments.queries import Visit

#: What stands in a chart, column by column: one for a phone (E.164), five for an address.
Words = tuple[str | None, ...]


class Step(StrEnum):
    """What is looked at before a visit, in this order."""

    PHONE = "phone"
    ADDRESS = "address"
    INSURANCE = "insurance"


class Offer(StrEnum):
    """What a person can do about a visit that is near."""

    CHECK_IN = "check_in"
    ARRIVE = "arrive"
    WAIT = "wait"


class Near(Protocol):
    """What the rules look at: a visit of the list, or the next one on home."""

    @property
    def state(self) -> str: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def minutes(self) -> int: ...
    @property
    def zone(self) -> str: ...
    @property
    def by_video(self) -> bool: ...
    @property
    def cancel_asked_at(self) -> datetime | None: ...
    @property
    def checked_in_at(self) -> datetime | None: ...


class OnFile(NamedTuple):
    """A phone or an address: `chart` as the office has it; `own` as account or profile have it (`own_id`: which address
    that is); `told`: what the office was told and has not taken yet, `told_at`. Empty words are None.
    """

    chart: Words | None
    own: Words | None
    own_id: UUID | None
    told: Words | None
    told_at: datetime | None

    @property
    def shown(self) -> Words | None:
        """What the person is asked about: the newest that the office heard."""
        return self.told or self.chart

    @property
    def other(self) -> Words | None:
        """What they have elsewhere in the portal and the office has not."""
        return self.own if self.own != self.shown else None

    @property
    def is_only_elsewhere(self) -> bool:
        """Whether the office has none and the person has: theirs is offered first."""
        return self.shown is None and self.other is not None


class CheckIn(NamedTuple):
    """A visit with what its person is asked about before it, and has said yes to so far, by step.

    `office_phone`: that of the location; `cards`: the insurance in the address book; `came_before`: how many stand in
    the same line before somebody who has arrived.
    """

    visit: Visit
    said: Mapping[Step, datetime]
    office_phone: str
    video_link: str | None
    on_file: Mapping[Step, OnFile]
    cards: list[Entry]
    came_before: int

    @property
    def next_step(self) -> Step | None:
        """The first that was not looked at yet."""
        return next((step for step in Step if step not in self.said), None)

    @property
    def join_url(self) -> str | None:
        """Where a visit by video takes place; no other scheme than https leads anywhere."""
        return self.video_link if self.video_link and self.video_link.startswith("https://") else None
