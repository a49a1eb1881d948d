"""What may be done with charts, and why not."""

from __future__ import annotations

from portal.domain.charts.types import Wanted
from portal.kernel.refusal import Refusal

#: A list shows so many; who sees it full is asked for more of the name.
MOST_FOUND = 25
_FEWEST_LETTERS = 2


def why_not_search(wanted: Wanted) -> Refusal | None:
    """A search for one letter would list half of the clinic: nobody needs that, and everybody in it would be seen."""
    if wanted.born or wanted.numbers[0]:
        return None
    if sum(len(word) for word in wanted.words) < _FEWEST_LETTERS:
        return Refusal("search_too_short", fewest=_FEWEST_LETTERS)
    return None
