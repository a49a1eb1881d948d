from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

#: What stands between the parts of a file, and behind each file, in the one column that they come in; no name has it.
FIELD_ENDS, FILE_ENDS = "\x1f", "\x1e"


class Attached(NamedTuple):
    """A file of a message, or of what is not sent yet. `size` in bytes; `state` as of StoredFile."""

    id: UUID
    title: str
    size: int
    state: str


def unpacked(files: str | None) -> tuple[Attached, ...]:
    """Files out of one column, in the order of adding."""
    rows = [row.split(FIELD_ENDS) for row in (files or "").split(FILE_ENDS)[:-1]]
    rows.sort(key=lambda row: int(row[0]))
    return tuple(Attached(UUID(key), title, int(size), state) for _, key, title, size, state in rows)
