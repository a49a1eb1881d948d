"""What the jobs ask of files. Who may open one is asked by the word that it hangs on."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select, text

from portal.domain.files.models import StoredFile
from portal.kernel import database

#: The columns of FileRow, for a statement that joins files.
FILE = (
    StoredFile.public_id.label("file_id"),
    StoredFile.name,
    StoredFile.key,
    StoredFile.title,
    StoredFile.kind,
    StoredFile.size,
    StoredFile.state.label("file_state"),
)
_AT_ONCE = 20
_HELD = (
    select(StoredFile.id, StoredFile.name, StoredFile.key)
    .where(text("stored_file.state = 'held'"))  # in the words of the partial index
    .order_by(StoredFile.id)
    .limit(_AT_ONCE)
)


class Held(NamedTuple):
    """A file that waits for the virus scan. `key`: sealed."""

    id: int
    name: str
    key: bytes


def held() -> list[Held]:
    """The next few, longest waiting first."""
    return database.read(Held, _HELD)


def known(names: Collection[str]) -> set[str]:
    """Which of these names some file has."""
    found = select(StoredFile.name).where(StoredFile.name.in_(names))
    return set(database.session().scalars(found))
