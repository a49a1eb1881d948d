"""Engines of the two databases: SQLite with SQLCipher (embedded), PostgreSQL (production)."""

from __future__ import annotations

import threading
from typing import Any

import sqlcipher3
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

FIXED_CORE = (3, 51, 3)
_BUSY_SECONDS = 5
#: The driver remembers so few by itself that a page parsed all of its statements anew: a quarter of home's time.
_STATEMENTS = 1024


class UnfixedCore(Exception):
    """This SQLite core loses committed writes in WAL mode (fixed in 3.51.3)."""


class WriterBusy(Exception):
    """Another write held the database for longer than five seconds."""


def refuse_unfixed_core(version: str = sqlcipher3.sqlite_version) -> None:
    """Raise unless the SQLite core has the fix of the WAL-reset bug (SECURITY, Before anything else, 1).

    Raises:
        UnfixedCore: naming the version that was found.
    """
    if tuple(int(part) for part in version.split(".")) < FIXED_CORE:
        raise UnfixedCore(f"the SQLite core {version} loses committed writes; 3.51.3 or later is needed")


def engine_options(url: str) -> dict[str, Any]:
    """What create_engine needs beside the address."""
    if url.startswith("sqlite"):
        kept = {"check_same_thread": False, "timeout": _BUSY_SECONDS, "cached_statements": _STATEMENTS}
        return {"module": sqlcipher3, "connect_args": kept}
    limits = "-c timezone=UTC -c statement_timeout=5s -c lock_timeout=2s -c idle_in_transaction_session_timeout=10s"
    # psycopg would let go of all prepared statements at any rollback, those of prepared_cursor.py with its own.
    return {
        "connect_args": {"options": limits, "connect_timeout": 5, "prepare_threshold": None},
        "pool_pre_ping": True,
        "pool_recycle": 1800,
        "pool_size": 16,
        "max_overflow": 16,
    }


def prepare(engine: Engine, key: bytes) -> None:
    """Make each new SQLite connection keyed and strict, and let one writer in at a time."""
    if engine.dialect.name != "sqlite":
        return
    refuse_unfixed_core()
    event.listen(engine, "connect", lambda connection, _: open_sqlite(connection, key))
    _one_writer(engine)


def open_sqlite(connection: Any, key: bytes) -> None:
    """Unlock and set up one SQLite connection (SECURITY A41). The key comes before anything that reads."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA cipher_log_level = NONE")  # it would write to stderr past our own log
    cursor.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    for line in (
        f"busy_timeout = {_BUSY_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
        "mmap_size = 0",
        "cache_size = -8000",
    ):
        cursor.execute(f"PRAGMA {line}")
    cursor.close()


class WriterLock:
    """One writing transaction in this process; SQLite's own busy handler is not fair to waiters."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self.take()

    def __exit__(self, *_: object) -> None:
        self.give()

    def take(self) -> None:
        """Wait for the pen, five seconds at most.

        Raises:
            WriterBusy: when somebody holds it for longer.
        """
        if not self._lock.acquire(timeout=_BUSY_SECONDS):
            raise WriterBusy

    def give(self) -> None:
        """Hand the pen on."""
        self._lock.release()


def writer_lock(engine: Engine) -> WriterLock | None:
    """The lock of a SQLite engine; None on PostgreSQL, which needs none."""
    return getattr(engine, "_portal_writer_lock", None)


def _one_writer(engine: Engine) -> None:
    lock = WriterLock()
    engine._portal_writer_lock = lock  # type: ignore[attr-defined]

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        info = connection.connection.info
        if not info.get("pen"):  # a connection that writes twice before it is returned keeps the pen
            lock.take()
            info["pen"] = True
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def checkin(_: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        if record.info.pop("pen", False):
            lock.give()
