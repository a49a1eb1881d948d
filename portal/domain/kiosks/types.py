from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from portal.domain.viewer import Actor


class Pairing(StrEnum):
    """Where a kiosk stands: its code waits to be typed, it is paired, or neither."""

    WAITING = "waiting"
    PAIRED = "paired"
    NONE = "none"


class KioskLine(NamedTuple):
    """A kiosk as staff see it in their list."""

    public_id: UUID
    name: str
    code_until: datetime | None
    paired_at: datetime | None
    seen_at: datetime | None
    help_at: datetime | None


@dataclass(frozen=True, slots=True)
class KioskViewer:
    """A paired device, as its pages and deeds know it: the first argument of every query and action there."""

    kiosk_id: int
    office_id: int
    office_name: str
    seen_at: datetime | None
    help_at: datetime | None

    @property
    def actor(self) -> Actor:
        """Who acts, in the audit."""
        return Actor("kiosk", self.kiosk_id)
