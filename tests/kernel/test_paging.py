"""Pages of a long list end between two moments; nothing is shown twice or left out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest

from portal.kernel import paging
from portal.kernel.refusal import Missing

NOON = datetime(2027, 3, 16, 12, tzinfo=UTC)


class Line(NamedTuple):
    at: datetime
    what: int


def walk(lines, most):
    """All pages, as a query gives them."""
    pages, before = [], paging.NEWEST
    while True:
        found = sorted((one for one in lines if one.at < before), key=lambda one: one.at, reverse=True)[: most + 1]
        page = paging.cut(found, most)
        pages.append(page.rows)
        if not page.older:
            return pages
        before = paging.before(page.older)


@pytest.mark.parametrize("count", [0, 1, 3, 4, 7, 9])
def test_every_line_once(count):
    lines = [Line(NOON + timedelta(microseconds=number), number) for number in range(count)]
    pages = walk(lines, 3)
    assert [one.what for page in pages for one in page] == list(reversed(range(count)))
    assert all(len(page) <= 3 for page in pages)


def test_what_was_done_at_once_is_not_parted():
    lines = [Line(NOON + timedelta(seconds=number // 2), number) for number in range(6)]
    assert [len(page) for page in walk(lines, 3)] == [2, 2, 2]


@pytest.mark.parametrize("written", ["yesterday", "20270316", "0", "2027-03-16T12:00:00Z", "20270316T120000.1Z" * 9])
def test_a_moment_that_nobody_wrote(written):
    with pytest.raises(Missing):
        paging.before(written)


def test_without_a_moment_the_newest_are_meant():
    assert paging.before(None) == paging.before("") == paging.NEWEST
