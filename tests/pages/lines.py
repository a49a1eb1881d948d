"""What each line of the places says."""

from __future__ import annotations

from typing import Any, NamedTuple


class Line(NamedTuple):
    """An endpoint, who goes there, and what its URL needs: texts that are names of `World.named` stand for those."""

    endpoint: str
    roles: tuple[str, ...]
    values: dict[str, Any] = {}
    status: int = 200
