"""Rows of a select that are more than one thing beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class Flat(tuple[Any, ...]):
    """A row as it comes, for `database.read`: where its columns make several shapes, the reader cuts it up."""

    @classmethod
    def _make(cls, row: Sequence[Any]) -> Flat:
        return cls(row)
