"""Seats of a provider that are taken, as bits: one number for sixty grains (five hours) of a seat.

So a week of fifty providers is some hundred numbers and not sixteen thousand, and a visit's time is free where one
number, shifted, has no bit. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

#: Grains in a number: their sum is below what a bigint holds.
WORD = 60
#: Seats from this one on are of visits that staff booked beside others; no capacity is that great.
BESIDE = 20


class Busy:
    """What is taken of one provider's time, by (grain, seat)."""

    __slots__ = ("_words",)

    def __init__(self, taken: Iterable[tuple[int, int]] = ()) -> None:
        self._words: dict[tuple[int, int], int] = {}
        for grain, seat in taken:
            self.add(grain, seat)

    @classmethod
    def written(cls, text: str) -> Busy:
        """Out of "seat:word:bits,seat:word:bits", as the database tells it; `word` counts sixties of grains."""
        busy = cls()
        for part in text.split(","):
            seat, word, bits = part.split(":")
            busy._words[int(seat), int(word)] = int(bits)
        return busy

    def add(self, grain: int, seat: int) -> None:
        """One more is taken."""
        word, place = divmod(grain, WORD)
        self._words[seat, word] = self._words.get((seat, word), 0) | 1 << place

    def take(self, grains: range, seats: Iterable[int]) -> None:
        """These seats are taken in all of the grains."""
        for seat in seats:
            for grain in grains:
                self.add(grain, seat)

    def is_free(self, first: int, how_many: int, seat: int) -> bool:
        """Whether nobody has the seat in so many grains from one on."""
        word, place = divmod(first, WORD)
        found, there = self._words, WORD - place
        bits = found.get((seat, word), 0) >> place
        while there < how_many:
            word += 1
            bits |= found.get((seat, word), 0) << there
            there += WORD
        return not bits & (1 << how_many) - 1

    def free_seat(self, first: int, how_many: int, seats: Iterable[int]) -> int | None:
        """The first of some seats that nobody has in so many grains from one on."""
        for seat in seats:
            if self.is_free(first, how_many, seat):
                return seat
        return None

    def without(self, others: Busy) -> Busy:
        """What is left when others' time is given back."""
        left = Busy()
        left._words = {key: bits & ~others._words.get(key, 0) for key, bits in self._words.items()}
        return left

    def filled(self) -> Busy:
        """The same, with visits that staff booked beside others on seats of the capacity, where those are left.

        So a time that was overbooked is not offered anew as soon as one of its visits is canceled.
        """
        beside = (
            sorted(one for one in self if one[1] >= BESIDE) if any(seat >= BESIDE for seat, _ in self._words) else []
        )
        if not beside:
            return self
        full = Busy(self)
        for grain, _ in beside:
            seat = full.free_seat(grain, 1, range(BESIDE * 2))
            assert seat is not None
            full.add(grain, seat)
        return full

    def __iter__(self) -> Iterator[tuple[int, int]]:
        for (seat, word), bits in self._words.items():
            yield from ((word * WORD + place, seat) for place in range(WORD) if bits >> place & 1)

    def __len__(self) -> int:
        return sum(bits.bit_count() for bits in self._words.values())
