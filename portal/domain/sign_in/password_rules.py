"""What a new password must be (SECURITY A1, A2): long enough, and not one that others try first. Nothing else."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from portal.domain.sign_in.common_passwords import is_common
from portal.kernel.refusal import Refusal

LEAST_ALONE, LEAST_WITH_SECOND_STEP = 15, 12
#: Code points, and bytes of UTF-8, that are taken; longer ones are refused before anything is hashed.
MOST, MOST_BYTES = 256, 1024
_SHORTEST_WORD = 4


def least(*, has_second_step: bool) -> int:
    """How many letters a password needs."""
    return LEAST_WITH_SECOND_STEP if has_second_step else LEAST_ALONE


def why_not_choose(password: str, *, has_second_step: bool = False, about: Sequence[str] = ()) -> Refusal | None:
    """Why somebody can not have this password. `about`: words that others would guess (names, username, clinic)."""
    typed = unicodedata.normalize("NFC", password)
    fewest = least(has_second_step=has_second_step)
    if len(typed) > MOST or len(typed.encode()) > MOST_BYTES:
        return Refusal("password_long", most=MOST)
    if len(typed) < fewest:
        return Refusal("password_short", least=fewest)
    if is_common(typed):
        return Refusal("password_common")
    if _is_made_of(typed, about):
        return Refusal("password_about_you")
    return None


def why_not_change(current: str, new: str, *, has_second_step: bool, about: Sequence[str]) -> Refusal | None:
    """The same for somebody who has a password already."""
    if unicodedata.normalize("NFC", current) == unicodedata.normalize("NFC", new):
        return Refusal("password_same")
    return why_not_choose(new, has_second_step=has_second_step, about=about)


def _is_made_of(typed: str, about: Sequence[str]) -> bool:
    """Whether hardly anything is left when the guessable words are taken out."""
    rest = typed.casefold()
    for word in sorted((word.casefold() for word in about), key=len, reverse=True):
        if len(word) >= _SHORTEST_WORD:
            rest = rest.replace(word, "")
    letters = sum(sign.isalpha() for sign in rest)
    return letters < _SHORTEST_WORD and any(len(word) >= _SHORTEST_WORD for word in about) and rest != typed.casefold()
