"""The embedded default of mail, texts and calls: files under the data folder, for people who try the portal out."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal import gateways
from portal.gateways import Temporary

KEPT = timedelta(days=30)


def keep(name: str, content: bytes) -> None:
    """Write one file into `<data>/outbox`. Twice the same name is one file.

    Raises:
        Temporary: the disk does not take it.
    """
    folder = gateways.settings().data / "outbox"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    except OSError as problem:
        raise Temporary("disk") from problem


def forget_old(now: datetime) -> int:
    """Remove the files of messages that are older than 30 days. How many."""
    old = [
        file
        for file in (gateways.settings().data / "outbox").glob("*.*")
        if file.stat().st_mtime < (now - KEPT).timestamp()
    ]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)
