"""A copy of the embedded database while it is in use: whole, and encrypted with the same key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3

from portal.kernel import secrets
from portal.kernel.engines import open_sqlite

_PAGES_AT_ONCE = 2000
# A wrong key is told by us, in one line; SQLCipher would write several of its own. It is a setting of the process.
sqlcipher3.connect(":memory:").execute("PRAGMA cipher_log_level = NONE")


def copy_database(source: Path, target: Path) -> None:
    """Copy with SQLite's online backup: what was committed when it ends is in the copy, writers go on meanwhile."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.touch(mode=0o600)
    with opened(source) as origin, opened(target) as copy:
        origin.backup(copy, pages=_PAGES_AT_ONCE, sleep=0.01)
        copy.execute("PRAGMA journal_mode = DELETE")


@contextmanager
def opened(path: Path, version: int | None = None) -> Iterator[Any]:
    """A keyed connection of its own; `version` of the key, None: the current one."""
    connection = sqlcipher3.connect(str(path), timeout=5)
    try:
        open_sqlite(connection, secrets.keyring().derive("database", version))
        yield connection
    finally:
        connection.close()


def opens(path: Path, version: int) -> bool:
    """Whether that version of the key opens the file."""
    try:
        with opened(path, version) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return True
    except sqlcipher3.DatabaseError:
        return False


def what_is_wrong(path: Path) -> str | None:
    """SQLite's own check of a whole database file; None when it is well."""
    with opened(path) as connection:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
    return None if found == ["ok"] else "; ".join(found)
