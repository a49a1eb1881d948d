"""Where uploaded files lie: a folder under the data folder, or a bucket of an S3-compatible store (FILES_URL).

What comes in is encrypted already (at most 11 MiB at once) and goes out as it came. Names are 32 hexadecimal signs that
the caller drew; no path or key is ever made of anything else (SECURITY F2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from portal import gateways
from portal.gateways.files.folder import Folder

_NAME = re.compile("[0-9a-f]{32}")


class Store(Protocol):
    """Both kinds do what the functions of this module say; a `key` is `<first two signs>/<name>`."""

    def put(self, key: str, content: bytes) -> None: ...

    def get(self, key: str) -> bytes: ...

    def remove(self, key: str) -> None: ...

    def old_keys(self, before: datetime) -> Iterator[str]: ...

    def forget_halves(self, before: datetime) -> int: ...

    def has_room(self) -> bool: ...


def put(name: str, content: bytes) -> None:
    """Keep a file for good: when this comes back it outlives a power cut. Under its name it is whole or not there.

    Raises:
        ValueError: that is no name.
        Temporary: the store does not take it.
    """
    key = _key(name)
    _store().put(key, content)


def get(name: str) -> bytes:
    """The content of a file.

    Raises:
        ValueError: that is no name.
        FileNotFoundError: there is no such file.
        Temporary: the store does not answer.
    """
    key = _key(name)
    return _store().get(key)


def remove(name: str) -> None:
    """Remove a file, if it is there.

    Raises:
        ValueError: that is no name.
        Temporary: the store does not do it now.
    """
    key = _key(name)
    _store().remove(key)


def old_names(before: datetime) -> Iterator[str]:
    """The names of all files last written before a moment, in no order; each may be removed while they are read.

    Raises:
        Temporary: the store does not answer (any more).
    """
    for key in _store().old_keys(before):
        name = key.rpartition("/")[2]
        if _NAME.fullmatch(name) and key == _key(name):
            yield name


def forget_halves(before: datetime) -> int:
    """Remove what killed processes had begun to write before a moment. How many."""
    return _store().forget_halves(before)


def has_room() -> bool:
    """Whether new files may come in: a full disk must not take the database down with it (SECURITY A35)."""
    return _store().has_room()


def _key(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError("a file's name is 32 hexadecimal signs")
    return f"{name[:2]}/{name}"


def _store() -> Store:
    settings = gateways.settings()
    if not settings.files.bucket:
        return Folder(settings.data / "files")
    from portal.gateways.files.s3 import Bucket  # 148 ms, for those who have one

    return Bucket(settings.files)
