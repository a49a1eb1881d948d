from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from portal.domain.viewer import Actor


class Pairing(StrEnum):
    """Where a kiosk stands: its code waits to be typed, it is paired, or neither."""

    WAITING = "waiting"
    PAIRED = "paired"
    NONE = "none"


class State(StrEnum):
    """What became of an enrollment that was sent to a kiosk.

    Left: nobody touched the screen, or its whole time was over. Lapsed: nobody began it. Stopped: by staff.
    """

    SENT = "sent"
    BEGUN = "begun"
    DONE = "done"
    LEFT = "left"
    LAPSED = "lapsed"
    STOPPED = "stopped"


class Stage(StrEnum):
    """What a paired device is at: nothing, what was sent there, somebody's steps, or their last page."""

    REST = "rest"
    SENT = "sent"
    BEGUN = "begun"
    DONE = "done"


class Paper(StrEnum):
    """What staff looked at to know who somebody is (NIST SP 800-63A-4, fair evidence and better)."""

    DRIVERS_LICENSE = "drivers_license"
    STATE_ID = "state_id"
    PASSPORT = "passport"
    PERMANENT_RESIDENT = "permanent_resident"
    MILITARY_ID = "military_id"
    TRIBAL_ID = "tribal_id"
    CONSULAR_ID = "consular_id"


class KioskLine(NamedTuple):
    """A kiosk as staff see it in their list."""

    public_id: UUID
    name: str
    code_until: datetime | None
    paired_at: datetime | None
    seen_at: datetime | None
    help_at: datetime | None
    session_id: UUID | None
    state: str | None
    step: str | None
    sent_at: datetime | None
    begun_at: datetime | None
    touched_at: datetime | None


class Sending(NamedTuple):
    """What is known before a chart is sent: the office, the chart, and one of its kiosks (or none).

    `has_account`: its person has one in this portal, which is not connected to this chart.
    """

    enrolls_in_person: bool
    is_enrolled: bool
    has_account: bool
    phone: str | None
    birth_date: date
    adult_age: int
    kiosk_id: UUID | None
    name: str | None
    seen_at: datetime | None
    sent_at: datetime | None
    begun_at: datetime | None
    touched_at: datetime | None


class Followed(NamedTuple):
    """An enrollment at a kiosk as staff follow it; it names nobody. `other_phone`: than the one in the chart."""

    public_id: UUID
    chart: UUID
    kiosk_id: UUID
    kiosk: str
    help_at: datetime | None
    paper: str
    state: str
    step: str
    other_phone: bool
    sent_at: datetime
    begun_at: datetime | None
    touched_at: datetime
    ended_at: datetime | None
    by: str


class Session(NamedTuple):
    """An enrollment at a kiosk as the kiosk itself needs it. `given` and `username`: once there is an account."""

    id: int
    public_id: UUID
    holder: bytes
    token_hash: bytes | None
    state: str
    step: str
    language: str
    draft: bytes | None
    sent_at: datetime
    begun_at: datetime | None
    touched_at: datetime
    ended_at: datetime | None
    staff_member_id: int
    given: str | None
    username: str | None


@dataclass(frozen=True, slots=True)
class KioskViewer:
    """A paired device, as its pages and deeds know it: the first argument of every query and action there."""

    kiosk_id: int
    office_id: int
    office_name: str
    palette: str
    seen_at: datetime | None
    help_at: datetime | None
    session: Session | None = None

    @property
    def actor(self) -> Actor:
        """Who acts, in the audit."""
        return Actor("kiosk", self.kiosk_id)
