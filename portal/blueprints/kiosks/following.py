"""An enrollment at a kiosk as staff follow it on their own screen."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from uuid import UUID

from portal.blueprints.kiosks.wording import PAPERS, STATES, STEPS, TAGS
from portal.domain.enrollment.types import Step
from portal.domain.kiosks import queries, rules
from portal.domain.kiosks.types import Followed, Paper, State
from portal.kernel import clock
from portal.web.access import staff


def values(session_id: UUID) -> dict[str, Any]:
    """What its page and its fragment show; `mark` changes when that does."""
    found = queries.followed(staff(), session_id)
    state = _state_of(found)
    step = len(STEPS) if state is State.DONE else list(STEPS).index(Step(found.step))
    return {
        "session": found,
        "mark": sha256(repr((state, step, found.help_at, found.other_phone)).encode()).hexdigest()[:16],
        "is_open": state in {State.SENT, State.BEGUN},
        "state": state,
        "words": STATES[state],
        "tag": TAGS[state],
        "steps": [str(words) for words in STEPS.values()],
        "count": -1 if state is State.SENT else step,
        "paper": PAPERS[Paper(found.paper)],
        "zone": staff().time_zone,
    }


def _state_of(found: Followed) -> State:
    """As it is stored, unless its time is over and nobody asked since."""
    state = State(found.state)
    if found.ended_at is not None:
        return state
    return rules.why_over(found.begun_at, found.sent_at, found.touched_at, clock.now()) or state
