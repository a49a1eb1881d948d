"""How names are compared: without capitals, accents and punctuation."""

from __future__ import annotations

import unicodedata

#: Above every letter: `key` up to `key + END` is what begins with `key`.
END = "\U0010ffff"
_ALONE = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ß": "ss", "'": None, "’": None}
)


def folded(name: str) -> str:
    """`Núñez-O'Brien ` as `nunez obrien`: letters and digits only, with single spaces between."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_ALONE))
    kept = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in kept).split())


def name_key(family: str, given: str) -> str:
    """What a search that begins with the last name is compared with (as many signs as its column takes).

    Two spaces between the names: so Thackeray comes before Thackeray Lee, whatever their first names.
    """
    return f"{folded(family)}  {folded(given)}"[:200]


def given_key(family: str, given: str) -> str:
    """What a search that begins with the first name is compared with."""
    return f"{folded(given)}  {folded(family)}"[:200]
