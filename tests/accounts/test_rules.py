"""The rules of a profile, pure."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from portal.blueprints.accounts import wording
from portal.domain.accounts import rules
from portal.domain.accounts.types import About, KeptAddress, PostalAddress
from portal.kernel.refusal import Refusal

WORDS = PostalAddress("Home", "27 Thistle Lane", None, "Larkfield", "OR", "97000")
ABOUT = About("Maribel", "Oakhurst", None, "M", "en", "America/New_York")
texts = st.text(max_size=20)
addresses = st.tuples(texts, texts, st.none() | texts, texts, texts, texts)


def _some(count: int, default: int = 0) -> list[KeptAddress]:
    return [KeptAddress(UUID(int=n), WORDS, n == default, rules.version_of(WORDS)) for n in range(count)]


@given(st.integers(0, 12))
def test_ten_at_most_and_one_at_least(count):
    assert rules.why_not_add(_some(count)) == (Refusal("too_many_addresses", most=10) if count >= 10 else None)
    assert rules.why_not_delete(_some(count)) == (Refusal("last_address") if count <= 1 else None)


@given(st.integers(2, 10), st.data())
def test_one_default_is_left_whoever_goes(count, data):
    default, leaving = (data.draw(st.integers(0, count - 1)) for _ in range(2))
    heir = rules.default_after(_some(count, default), UUID(int=leaving))
    expected = default if leaving != default else min(set(range(count)) - {leaving})
    assert heir is not None
    assert heir.id == UUID(int=expected)


@given(addresses, addresses)
def test_other_words_are_another_version(one, other):
    same = rules.version_of(PostalAddress(*one)) == rules.version_of(PostalAddress(*other))
    assert same == (one == other)


def test_every_state_has_two_letters_and_every_code_its_words(app):
    assert len(rules.STATES) == 50 + 1 + 8 + 3
    assert all(len(code) == 2 and code.isupper() for code in rules.STATES)
    assert set(wording.MARITAL_STATUSES) == {"A", "D", "L", "M", "P", "S", "T", "U", "W", "UNK"}
