"""Long lists, newest first, a page at a time by the moments of their rows.

A page ends between two moments, and the next begins before its last one: nothing is shown twice or left out, whatever
is added meanwhile, what was done at once stays together, and no inner id stands in a URL.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Generic, NamedTuple, Protocol, TypeVar

from portal.kernel.refusal import Missing

#: Before this moment is everything.
NEWEST = datetime.max.replace(tzinfo=UTC)
#: After this moment is everything.
OLDEST = datetime.min.replace(tzinfo=UTC)
_WRITTEN = "%Y%m%dT%H%M%S.%fZ"


class Dated(Protocol):
    """A row with its moment."""

    @property
    def at(self) -> datetime:
        """When it was."""


Row = TypeVar("Row", bound=Dated)


class Page(NamedTuple, Generic[Row]):
    """Rows of one page, newest first. `older`: from where the next one goes on, for its URL; empty on the last one."""

    rows: list[Row]
    older: str


def cut(rows: Sequence[Row], most: int) -> Page[Row]:
    """The page that rows begin, of which `most` + 1 were asked for at most. A moment of more than that is cut short."""
    if len(rows) <= most:
        return Page(list(rows), "")
    shown = [row for row in rows if row.at > rows[most].at] or list(rows[:most])
    return Page(shown, shown[-1].at.astimezone(UTC).strftime(_WRITTEN))


def cut_oldest_first(rows: Sequence[Row], most: int) -> Page[Row]:
    """As `cut`, for a list that begins with the oldest: what waits longest. `older` is where the later ones begin."""
    if len(rows) <= most:
        return Page(list(rows), "")
    shown = [row for row in rows if row.at < rows[most].at] or list(rows[:most])
    return Page(shown, shown[-1].at.astimezone(UTC).strftime(_WRITTEN))


def before(written: str | None, begin: datetime = NEWEST) -> datetime:
    """The moment that stands in the URL of a page; without one, the newest rows are meant (or those at `begin`).

    Raises:
        Missing: nobody wrote that.
    """
    if not written:
        return begin
    try:
        return datetime.strptime(written, _WRITTEN).replace(tzinfo=UTC)
    except ValueError as error:
        raise Missing from error
