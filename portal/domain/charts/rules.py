"""What may be done with charts, and why not."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from difflib import SequenceMatcher
from uuid import UUID

from portal.domain.charts.names import folded
from portal.domain.charts.types import Demographics, Found, Wanted
from portal.domain.viewer import Role
from portal.kernel.refusal import Refusal

#: A list shows so many; who sees it full is asked for more of the name.
MOST_FOUND = 25
_FEWEST_LETTERS = 2
_WRITERS = {Role.FRONT_DESK, Role.CLINICIAN, Role.ADMINISTRATOR}
_KEEPERS = {Role.FRONT_DESK, Role.ADMINISTRATOR}
EMERGENCY_LASTS = timedelta(hours=1)
_SHORTEST_REASON = 10
_OLDEST = timedelta(days=130 * 366)
#: From here on two names are taken for one that was typed in two ways (difflib's ratio).
_CLOSE = 0.8


def why_not_search(wanted: Wanted) -> Refusal | None:
    """A search for one letter would list half of the clinic: nobody needs that, and everybody in it would be seen."""
    if wanted.born or wanted.numbers[0]:
        return None
    if sum(len(word) for word in wanted.words) < _FEWEST_LETTERS:
        return Refusal("search_too_short", fewest=_FEWEST_LETTERS)
    return None


def why_not_write(role: Role) -> Refusal | None:
    """Who sees people creates and changes charts; billing reads them."""
    return None if role in _WRITERS else Refusal("chart_not_yours_to_change")


def why_not_import(role: Role) -> Refusal | None:
    """Thousands of charts at once are for whoever answers for the office's records."""
    return None if role in _KEEPERS else Refusal("charts_not_yours_to_keep")


def why_not_born(birth_date: date, today: date) -> Refusal | None:
    """A birth date that nobody alive has was mistyped."""
    if birth_date > today:
        return Refusal("born_in_future")
    return Refusal("born_too_long_ago") if today - birth_date > _OLDEST else None


def why_not_create(alike: Iterable[Found], seen: Collection[UUID]) -> Refusal | None:
    """A second chart splits somebody's record: who creates one has `seen` those that are alike."""
    return Refusal("chart_alike") if any(one.public_id not in seen for one in alike) else None


def why_not_change(merged_into: object) -> Refusal | None:
    """What is written goes into the chart that stays."""
    return Refusal("chart_merged") if merged_into is not None else None


def why_not_merge_at_all(role: Role) -> Refusal | None:
    """As thousands of charts at once: for whoever answers for the office's records."""
    return why_not_import(role)


def why_not_merge(*, same: bool, merged_before: bool, people: Collection[int]) -> Refusal | None:
    """Whether one chart may take another's place. `people`: whose accounts are connected to them."""
    if same:
        return Refusal("merge_same")
    if merged_before:
        return Refusal("merge_merged_before")
    return Refusal("merge_two_people") if len(people) > 1 else None


def why_not_undo(merged_into: object) -> Refusal | None:
    """Merges are undone in the order from the last to the first."""
    return Refusal("merge_undo_later_first") if merged_into is not None else None


def why_not_open_in_emergency(reason: str) -> Refusal | None:
    """A reason that somebody can judge later."""
    return Refusal("emergency_reason_short") if len(reason.strip()) < _SHORTEST_REASON else None


def is_open(allowed: Collection[Role], role: Role, emergency_until: datetime | None, now: datetime) -> bool:
    """Whether a part of a chart is open to somebody: by their role, or in an emergency that lasts."""
    return role in allowed or (emergency_until is not None and now < emergency_until)


def is_alike(facts: Demographics, other: Found) -> bool:
    """Whether two charts may be one person's: two agree of name (nearly), birth date, and phone.

    A phone alone is a family's, a birth date alone anybody's, a name alone a grandmother's.
    """
    same_phone = facts.phone_on_file is not None and facts.phone_on_file == other.phone_on_file
    same_day = facts.birth_date == other.birth_date
    if same_phone and same_day:
        return True
    return (same_phone or same_day) and has_similar_name(facts, other)


def has_similar_name(one: Demographics | Found, other: Demographics | Found) -> bool:
    """Whether the names could be one in two spellings: typed wrong, cut short, in the wrong order, or shortened."""
    mine, theirs = (folded(one.given), folded(one.family)), (folded(other.given), folded(other.family))
    return _is_close(mine, theirs) or _is_close(mine, (theirs[1], theirs[0]))


def _is_close(mine: tuple[str, str], theirs: tuple[str, str]) -> bool:
    return all(_is_same_word(*pair) for pair in zip(mine, theirs, strict=True))


def _is_same_word(one: str, other: str) -> bool:
    if one.startswith(other) or other.startswith(one) or set(one.split()) & set(other.split()):
        return True
    return SequenceMatcher(None, one, other).ratio() >= _CLOSE
