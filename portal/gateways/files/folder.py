"""Files in a folder of this machine (or one that several machines share)."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from secrets import token_hex

from portal.gateways import Temporary

_HALF = ".part"
#: SECURITY A35: this much stays free, as a share of the disk and in bytes.
_FREE_SHARE, _FREE_BYTES = 20, 2**30


class Folder:
    """`<folder>/<first two signs>/<name>`: files 0600, folders 0700."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, key: str, content: bytes) -> None:
        path = self._folder / key
        with _as_temporary():
            _make_folder(path.parent)
            half = path.with_name(f"{path.name}.{token_hex(4)}{_HALF}")
            try:
                with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                half.rename(path)
            finally:
                half.unlink(missing_ok=True)
            _fsync(path.parent)

    def get(self, key: str) -> bytes:
        with _as_temporary(but=FileNotFoundError):
            return (self._folder / key).read_bytes()

    def remove(self, key: str) -> None:
        with _as_temporary():
            (self._folder / key).unlink(missing_ok=True)

    def old_keys(self, before: datetime) -> Iterator[str]:
        for path in self._written(before):
            yield f"{path.parent.name}/{path.name}"

    def forget_halves(self, before: datetime) -> int:
        halves = [path for path in self._written(before) if path.suffix == _HALF]
        with _as_temporary():
            for half in halves:
                half.unlink(missing_ok=True)
        return len(halves)

    def has_room(self) -> bool:
        disk = shutil.disk_usage(self._folder.parent)
        return disk.free >= max(disk.total // _FREE_SHARE, _FREE_BYTES)

    def _written(self, before: datetime) -> Iterator[Path]:
        """One folder of the 256 at a time. What goes away meanwhile is not old, it is gone."""
        for folder in sorted(self._folder.glob("??")):
            with _as_temporary():
                found = [path for path in folder.iterdir() if _written_at(path) < before.timestamp()]
            yield from found


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return math.inf


def _make_folder(folder: Path) -> None:
    """A new folder is on the disk for good only when the one that it is in was written too."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _fsync(folder.parent)


def _fsync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _as_temporary(but: type[OSError] | tuple[()] = ()) -> Iterator[None]:
    """Full, read-only, gone: somebody can mend the disk, and then it goes well."""
    try:
        yield
    except but:
        raise
    except OSError as problem:
        raise Temporary("disk") from problem
