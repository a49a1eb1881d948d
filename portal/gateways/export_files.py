"""Copies that people asked for: sealed files under the data folder, each of which one random name finds.

With several machines this folder is shared between them (docs/deploy.md).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from portal import gateways
from portal.kernel.sealed_stream import SealedReader, SealedWriter

PURPOSE, FOLDER = "export", "exports"
#: A file that nobody knows of any more (a process was killed) stays this long.
_LOST = timedelta(hours=25)
_AT_ONCE = 64 * 1024


@contextmanager
def writing(name: str) -> Iterator[SealedWriter]:
    """A file to be written as a stream: whole under its name at the end, or not there."""
    path = _path(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            sealed = SealedWriter(file, PURPOSE)
            yield sealed
            sealed.close()
            file.flush()
            os.fsync(file.fileno())
        half.rename(path)
    finally:
        half.unlink(missing_ok=True)


def opened(name: str) -> Iterator[bytes]:
    """The content, a little at a time. What is wrong is told at once, before the first piece.

    Raises:
        OSError: there is no such file.
        BadArchive: it was made with a key that is gone.
    """
    file = _path(name).open("rb")
    try:
        sealed = SealedReader(file, PURPOSE)
    except BaseException:
        file.close()
        raise

    def pieces() -> Iterator[bytes]:
        with file:
            while piece := sealed.read(_AT_ONCE):
                yield piece

    return pieces()


def forget(name: str) -> None:
    """Remove a file, if it is there."""
    _path(name).unlink(missing_ok=True)


def forget_lost(now: datetime) -> int:
    """Remove files that nobody can know of any more. How many."""
    before = (now - _LOST).timestamp()
    old = [file for file in (gateways.settings().data / FOLDER).glob("*") if file.stat().st_mtime < before]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def _path(name: str) -> Path:
    return gateways.settings().data / FOLDER / f"{name}.zip"
