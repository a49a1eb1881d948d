"""What is taken of providers' time, as the database tells it to `busy.Busy`: a short text, not a row for each grain."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Integer, String, bindparam, cast, func, literal_column, select

from portal.domain.appointments.busy import WORD
from portal.domain.appointments.models import Claim

# Written out: a statement that is prepared once has no parameters that are filled in late.
_COMMA: Any = literal_column("','")
_COLON = literal_column("':'", String())
_WORD = literal_column(str(WORD), BigInteger())
_BIT = literal_column("cast(1 as bigint)", BigInteger()).bitwise_lshift(cast(Claim.grain % _WORD, Integer))
#: A grain and seat is claimed once, so that the sum of the bits is all of them.
KEY = (Claim.seat, Claim.grain // _WORD)
WORDS = (KEY[0].label("seat"), KEY[1].label("word"), func.sum(_BIT).label("bits"))
_AHEAD = (Claim.grain >= bindparam("first")) & (Claim.grain < bindparam("after"))


def bits_of(words: Any) -> Any:
    """What is taken, as `Busy.written` reads it: out of a subquery with `WORDS`."""
    parts = (cast(words.c.seat, String), cast(words.c.word, String), cast(words.c.bits, String))
    return func.aggregate_strings(parts[0] + _COLON + parts[1] + _COLON + parts[2], _COMMA)


def words_of(provider_id: Any, *outer: Any) -> Any:
    """What is taken of a provider's time between two grains (`first`, `after`), from the primary key alone."""
    there = select(*WORDS).where(Claim.provider_id == provider_id, _AHEAD).group_by(*KEY)
    return there.correlate(*outer).subquery()
