"""How long a copy lasts, and when another one is made."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.kernel.refusal import Refusal

KEPT = timedelta(hours=24)
#: So long the process at work may be silent before another one begins anew.
LEASE = timedelta(seconds=60)
TRIES = 3


def why_not_ask(state: str | None) -> Refusal | None:
    """One at a time."""
    return Refusal("copy_under_way") if state in {"waiting", "making"} else None


def is_there(state: str, made_at: datetime | None, now: datetime) -> bool:
    """Whether a copy can be downloaded."""
    return state == "ready" and made_at is not None and timedelta(0) <= now - made_at < KEPT
