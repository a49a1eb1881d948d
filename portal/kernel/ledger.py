"""The ledger of endings: what ended for good, kept outside the database, so that an older one revives nothing.

Each machine has a file of its own, `<data>/endings/<machine>.log`. An ending is appended to it and on the disk before
the database commits; the line is the deed, and the database follows. One line is one JSON object:

    {"at": "2027-03-16T08:00:00+00:00", "word": "ended", "kind": "account", "id": "<64 hex>", "name": "<64 hex>"}

`id` is the SHA-256 of the kind and a random 122-bit id. `name` (where there is one) is an HMAC under a key of the
ledger's own, `<data>/endings/key`, sealed under the key file: it outlives a change of the master key. Neither tells
anything about anybody. `word` is `ended`; then `kept` once the database has it too, or `undone` where the database
refused and the person was told so. An ending with neither is one that a crash fell into: it is finished later.
"""

from __future__ import annotations

import fcntl
import hmac
import json
import os
import re
import socket
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from portal.kernel import secrets

FOLDER = "endings"
_KEY, _PURPOSE, _CONTEXT = "key", "endings", "ledger"


class Endings(NamedTuple):
    """What the ledger says, by hashes: what ended (and was not undone), since when it lacks a last word, and names."""

    ended: frozenset[str]
    unfinished: dict[str, datetime]
    names: frozenset[str]


_folder: Path | None = None


def use(folder: Path) -> None:
    """Give this process its ledger (create_app does): the data folder's `endings`."""
    global _folder
    _folder = folder


def folder() -> Path:
    """Where the ledger of this process is."""
    if _folder is None:
        raise RuntimeError("ledger.use(folder) comes first")
    return _folder


def id_of(kind: str, public_id: UUID) -> str:
    """What stands in the ledger for a thing."""
    return sha256(f"{kind}:{public_id.hex}".encode()).hexdigest()


def end(kind: str, public_id: UUID, at: datetime, name: str | None = None) -> None:
    """Write that something ends, to the disk. `name`: what must never be given out again.

    Raises:
        OSError: the disk did not take it; then nothing must end.
    """
    named = {"name": _hash_of(name)} if name else {}
    _append({"at": at.isoformat(), "word": "ended", "kind": kind, "id": id_of(kind, public_id), **named})


def settle(kind: str, public_id: UUID, at: datetime, *, kept: bool) -> None:
    """Write what became of an ending: the database has it too, or it refused and the person knows."""
    word = "kept" if kept else "undone"
    _append({"at": at.isoformat(), "word": word, "kind": kind, "id": id_of(kind, public_id)})


def read() -> Endings:
    """The whole ledger, the files of all machines together. A line that a crash cut off counts as never written."""
    last: dict[str, dict[str, str]] = {}
    names: dict[str, str] = {}
    for line in sorted(_lines(), key=lambda line: line["at"]):
        if line["word"] == "ended" or line["id"] in last:
            last[line["id"]] = line
        if "name" in line:
            names[line["id"]] = line["name"]
    lasting = frozenset(one for one, line in last.items() if line["word"] != "undone")
    unfinished = {one: datetime.fromisoformat(line["at"]) for one, line in last.items() if line["word"] == "ended"}
    return Endings(lasting, unfinished, frozenset(names[one] for one in lasting if one in names))


def names_among(names: Iterable[str]) -> set[str]:
    """Which of these names belonged to something that ended, also where the database knows nothing of it any more."""
    ended = read().names
    return {name for name in names if ended and _hash_of(name) in ended}


def opens() -> bool:
    """Whether the ledger's own key opens with the key file of this process, or there is none yet."""
    try:
        return not (folder() / _KEY).exists() or bool(_own_key())
    except ValueError:
        return False


def gather(into: Path, other: Path) -> int:
    """Take the lines of another ledger folder into the one at `into`; none is lost and none doubled. How many came."""
    count = 0
    for path in sorted(other.glob("*.log")):
        mine = into / path.name
        known = set(mine.read_text().splitlines()) if mine.exists() else set()
        new = [line for line in path.read_text().splitlines() if line not in known]
        if new:
            _write(mine, "".join(f"{line}\n" for line in new).encode())
            count += len(new)
    if (other / _KEY).exists() and not (into / _KEY).exists():
        _write(into / _KEY, (other / _KEY).read_bytes())
    return count


def reseal() -> None:
    """Put the ledger's own key under the present master key."""
    path = folder() / _KEY
    if path.exists():
        sealed, new = secrets.seal(_PURPOSE, _own_key(), _CONTEXT), path.with_suffix(".new")
        new.unlink(missing_ok=True)
        _write(new, sealed)
        new.rename(path)


def _hash_of(name: str) -> str:
    return hmac.digest(_own_key(), name.encode(), "sha256").hex()


def _own_key() -> bytes:
    """The ledger's key; made at the first ending, and by one process alone.

    Raises:
        ValueError: it is under a master key that is not in the key file.
    """
    path = folder() / _KEY
    if not path.exists():
        made = path.with_name(f"{_KEY}.{os.getpid()}")
        _write(made, secrets.seal(_PURPOSE, os.urandom(32), _CONTEXT))
        try:
            os.link(made, path)
        except FileExistsError:  # another process was first
            pass
        finally:
            made.unlink()
    return secrets.unseal(_PURPOSE, path.read_bytes(), _CONTEXT)


def _append(line: dict[str, str]) -> None:
    machine = re.sub(r"[^\w-]", "_", socket.gethostname())[:60] or "machine"
    _write(folder() / f"{machine}.log", json.dumps(line).encode() + b"\n")


def _write(path: Path, content: bytes) -> None:
    """Append, whole and to the disk, one process after another; after a line that was cut off a new one begins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        size = os.fstat(handle).st_size
        cut = path.suffix == ".log" and size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        content = b"\n" + content if cut else content
        if os.write(handle, content) != len(content):
            raise OSError("the ledger could not be written whole")
        os.fsync(handle)
    finally:
        os.close(handle)
    if not size:
        _sync_folder(path.parent)


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _lines() -> Iterator[dict[str, str]]:
    for path in sorted(folder().glob("*.log")):
        for text in path.read_text(errors="replace").splitlines():
            try:
                line = json.loads(text)
            except ValueError:
                continue
            if isinstance(line, dict) and {"at", "word", "id"} <= line.keys():
                yield line
