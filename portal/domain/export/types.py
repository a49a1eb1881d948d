from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from portal.domain.copies import Whose

#: Asked for, at work on, there to be downloaded, given up.
STATES = ("waiting", "making", "ready", "failed")


class Copy(NamedTuple):
    """A copy as its owner sees it. `size` in bytes."""

    id: UUID
    state: str
    asked_at: datetime
    done: int
    total: int
    made_at: datetime | None
    size: int
    file_name: str | None


class Taken(NamedTuple):
    """A copy that this process makes; `tries` says for the how manyth time, and so who holds it."""

    id: int
    tries: int
    whose: Whose
