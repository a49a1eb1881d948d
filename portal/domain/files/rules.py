"""What files are taken: sizes, names and how many (SECURITY A34). Pure."""

from __future__ import annotations

import re
import unicodedata

from portal.kernel.refusal import Refusal

MIB = 1024 * 1024
LARGEST, MOST_A_DAY, MOST_OF_A_PERSON = 10 * MIB, 50 * MIB, 500 * MIB
_LONGEST_TITLE = 100
#: Controls, line ends, halves of signs, and what turns the direction of writing: names that do not look like what they
#: are.
_BAD_CATEGORIES = {"Cc", "Cs", "Zl", "Zp"}
_TURNS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def why_not_take(size: int, title: str) -> Refusal | None:
    """By what can be seen before a file is opened. `title`: the name that it has at its owner's."""
    if size == 0:
        return Refusal("file_empty")
    if size > LARGEST:
        return Refusal("file_too_large", most=LARGEST // MIB)
    is_path = "/" in title or "\\" in title
    is_bad = _TURNS.search(title) or any(unicodedata.category(sign) in _BAD_CATEGORIES for sign in title)
    return Refusal("file_name") if is_path or is_bad else None


def why_not_keep(size: int, today: int, ever: int, *, by_staff: bool) -> Refusal | None:
    """By what is there already (bytes): what the person added today, and all that is in their record."""
    if not by_staff and today + size > MOST_A_DAY:
        return Refusal("file_day_full", most=MOST_A_DAY // MIB)
    return Refusal("file_all_full", most=MOST_OF_A_PERSON // MIB) if ever + size > MOST_OF_A_PERSON else None


def is_called_text(title: str) -> bool:
    """Whether what reads as text is meant to: programs, pages and drawings (SVG) are text too, and are not taken."""
    return "." not in title or title.lower().endswith((".txt", ".text"))


def title_of(name: str, kind: str) -> str:
    """What the file is called from now on: as at its owner's, ending in what it is."""
    stem, dot, ending = name.strip().rpartition(".")
    if not dot or not re.fullmatch("[A-Za-z0-9]{1,5}", ending):
        stem = name.strip()
    return f"{stem.strip(' .')[: _LONGEST_TITLE - len(kind) - 1] or 'file'}.{kind}"
