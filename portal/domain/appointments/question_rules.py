"""Asking the office for a time, and answering. Pure."""

from __future__ import annotations

from portal.kernel.refusal import Refusal

#: So many questions of one person may wait at an office.
MOST_ASKED = 3


def why_not_ask(waiting: int) -> Refusal | None:
    """Who has asked waits for an answer."""
    return Refusal("many_questions", most=MOST_ASKED) if waiting >= MOST_ASKED else None


def why_not_take_back(state: str) -> Refusal | None:
    """What is answered stays."""
    return None if state == "open" else Refusal("question_over")


def why_not_answer(state: str, version: int, seen: int) -> Refusal | None:
    """Once, and as the page showed it."""
    return None if state == "open" and version == seen else Refusal("question_answered")
