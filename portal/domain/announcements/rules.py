"""Who may write announcements, for whom, and until when they can be changed."""

from __future__ import annotations

from datetime import datetime

from portal.domain.announcements.types import Audience, State
from portal.domain.viewer import Role
from portal.kernel.refusal import Refusal

_WRITERS = {Role.ADMINISTRATOR, Role.FRONT_DESK}


def why_not_write(role: Role, office_id: int | None, audience: str = Audience.EVERYONE) -> Refusal | None:
    """The front desk and administrators write for their office, the operator for all offices at once."""
    writes_here = role in _WRITERS if office_id is not None else role is Role.OPERATOR
    if not writes_here:
        return Refusal("announcement_not_yours_to_write")
    if audience not in set(Audience):
        return Refusal("announcement_for_nobody")
    return None


def why_not_run(starts_at: datetime, ends_at: datetime, now: datetime) -> Refusal | None:
    """An announcement that nobody could ever see is not published."""
    if ends_at <= starts_at:
        return Refusal("announcement_ends_before_start")
    if ends_at <= now:
        return Refusal("announcement_ends_in_past")
    return None


def why_not_edit(ends_at: datetime, now: datetime) -> Refusal | None:
    """What has ended stays as it was shown."""
    return Refusal("announcement_over") if state_of(ends_at, ends_at, now) is State.ENDED else None


def why_not_end(ends_at: datetime, now: datetime) -> Refusal | None:
    """What has ended can not be ended again."""
    return why_not_edit(ends_at, now)


def state_of(starts_at: datetime, ends_at: datetime, now: datetime) -> State:
    """It runs from its start until just before its end."""
    if ends_at <= now:
        return State.ENDED
    return State.RUNNING if starts_at < now else State.PLANNED
