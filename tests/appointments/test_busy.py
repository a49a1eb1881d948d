"""Bits tell of a provider's time what a set of (grain, seat) would."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.appointments.busy import BESIDE, WORD, Busy

PLACES = st.tuples(st.integers(1000, 1000 + 3 * WORD), st.integers(0, 2))


@given(st.sets(PLACES), st.integers(1000, 1000 + 3 * WORD), st.integers(1, 2 * WORD + 5), st.integers(0, 2))
def test_a_seat_is_free_where_nobody_has_it_all_through(taken, first, how_many, seat):
    busy = Busy(taken)
    assert set(busy) == taken and len(busy) == len(taken)
    assert busy.is_free(first, how_many, seat) == (
        not any((one, seat) in taken for one in range(first, first + how_many))
    )


@given(st.sets(PLACES), st.sets(PLACES))
def test_what_is_given_back_is_free(taken, given_back):
    assert set(Busy(taken).without(Busy(given_back))) == taken - given_back


def test_the_database_tells_it_in_a_short_text():
    busy = Busy.written("0:17:5,2:18:1")
    assert set(busy) == {(17 * WORD, 0), (17 * WORD + 2, 0), (18 * WORD, 2)}


def test_a_visit_beside_others_fills_a_seat_that_is_left():
    busy = Busy([(100, 0), (100, BESIDE), (101, BESIDE)]).filled()
    assert busy.free_seat(100, 1, range(2)) is None
    assert busy.free_seat(101, 1, range(2)) == 1
