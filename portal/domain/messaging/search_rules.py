"""What is looked for in messages, and where it stands in one. Both databases and this cut text into the same words."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from portal.kernel.refusal import Refusal

#: So many words count, and so many signs of each: the index holds beginnings of words up to that length, and whatever
#: goes beyond (vacunacion, vacunaciones) is mostly an ending.
MOST_WORDS, LONGEST_WORD = 8, 8
_SHORTEST = 2
#: So much of a message is shown around the first word that was found.
_EXCERPT, _BEFORE = 200, 60
_WORD = re.compile(r"[^\W_]+")


class Piece(NamedTuple):
    """Some of a message's text. `is_hit`: it is a word that was looked for."""

    text: str
    is_hit: bool


def words_in(typed: str) -> tuple[str, ...]:
    """What to look for: words in lower case without accents, each once; marks of any kind only part them."""
    words = dict.fromkeys(one[:LONGEST_WORD] for one in _WORD.findall(_plain(typed)))
    return tuple(words)[:MOST_WORDS]


def why_not_search(words: tuple[str, ...]) -> Refusal | None:
    """One letter stands in everything."""
    return None if any(len(one) >= _SHORTEST for one in words) else Refusal("one_letter_searched")


def for_sqlite(words: tuple[str, ...], whose: str) -> str:
    """The words as FTS5 takes them, in what belongs to `whose`. A word of two letters or more is also a beginning."""
    wanted = " AND ".join(f'"{one}"{"*" if len(one) >= _SHORTEST else ""}' for one in words)
    return f'whose : "{whose}" AND words : ({wanted})'


def for_postgresql(words: tuple[str, ...], whose: str) -> str:
    """The same as a tsquery."""
    return " & ".join([f"'@{whose}'", *(f"'{one}'{':*' if len(one) >= _SHORTEST else ''}" for one in words)])


def excerpt(body: str, words: tuple[str, ...]) -> tuple[Piece, ...]:
    """A message in one line, around the first word that was found, with each of those words apart."""
    line = " ".join(unicodedata.normalize("NFC", body).split())
    hits = [one.span() for one in _WORD.finditer(line) if _is_hit(_plain(one[0]), words)]
    begin, end = _window(line, hits[0][0] if hits else 0)
    pieces, at = [Piece("…", False)] if begin else [], begin
    for start, stop in hits:
        if stop <= end:
            pieces += [Piece(line[at:start], False), Piece(line[start:stop], True)]
            at = stop
    pieces.append(Piece(line[at:end] + ("…" if end < len(line) else ""), False))
    return tuple(one for one in pieces if one.text)


def _window(line: str, first: int) -> tuple[int, int]:
    """From where to where it is shown, between words."""
    begin = line.rfind(" ", 0, first - _BEFORE) + 1 if first > _BEFORE else 0
    if len(line) <= begin + _EXCERPT:
        return begin, len(line)
    end = line.rfind(" ", first + 1, begin + _EXCERPT)
    return begin, end if end > 0 else begin + _EXCERPT


def _is_hit(word: str, words: tuple[str, ...]) -> bool:
    return any(word.startswith(one) if len(one) >= _SHORTEST else word == one for one in words)


def _plain(text: str) -> str:
    """Lower case, without accents."""
    parted = unicodedata.normalize("NFD", text).lower()
    return "".join(sign for sign in parted if not unicodedata.combining(sign))
