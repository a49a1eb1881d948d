from __future__ import annotations

from typing import NamedTuple
from uuid import UUID


class NewFile(NamedTuple):
    """What lies in the store already, sealed, under `name`; `key` opens it. `size` (bytes), `digest`: of the content.

    `state`: ready, or held where the virus scan has not seen it.
    """

    name: str
    key: bytes
    title: str
    kind: str
    size: int
    digest: bytes
    state: str


class FileRow(NamedTuple):
    """A file that its viewer may open. `key`: sealed; None where it was refused."""

    public_id: UUID
    name: str
    key: bytes | None
    title: str
    kind: str
    size: int
    state: str
