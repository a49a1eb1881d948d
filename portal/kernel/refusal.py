"""How a rule says no: with a code and facts, never with words (the door has the words)."""

from __future__ import annotations

from typing import Any


class Refusal:
    """Why a deed is not done: `code` for wording.py, `facts` to put into the words."""

    __slots__ = ("code", "facts")

    def __init__(self, code: str, **facts: Any) -> None:
        self.code, self.facts = code, facts

    def __repr__(self) -> str:
        return f"Refusal({self.code!r}, {self.facts!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Refusal) and (self.code, self.facts) == (other.code, other.facts)

    __hash__ = None  # type: ignore[assignment]


class Refused(Exception):
    """A deed was refused by its rule; the door answers 409 with the reason in words."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


class Missing(Exception):
    """There is no such thing for this viewer. The door answers 404, byte-equal for "not yours" and "not there"."""


class Stale(Exception):
    """Somebody saved this row after the form was opened. `theirs` is what stands there now."""

    def __init__(self, theirs: Any) -> None:
        super().__init__("stale")
        self.theirs = theirs


def refuse_if(refusal: Refusal | None) -> None:
    """Raise when a rule gave a reason.

    Raises:
        Refused: with that reason.
    """
    if refusal is not None:
        raise Refused(refusal)
