"""When an account may be closed, and what was typed to say so."""

from __future__ import annotations

from datetime import datetime

from portal.kernel.refusal import Refusal

#: What is typed to confirm, in the languages of the portal; capital or small letters alike.
WORDS = {"en": "DEACTIVATE", "es": "DESACTIVAR"}


def why_not_deactivate(state: str, frozen_until: datetime | None, now: datetime) -> Refusal | None:
    """Who just came back by a reset code may be somebody else: nothing that can not be undone for a day (A13)."""
    if state == "deactivated":
        return Refusal("deactivated_before")
    if frozen_until is not None and now < frozen_until:
        return Refusal("departure_frozen", until=frozen_until)
    return None


def why_not_confirmed(typed: str) -> Refusal | None:
    """The word must be typed; the password alone is typed too easily."""
    return None if typed.strip().upper() in WORDS.values() else Refusal("not_confirmed")
