"""Connections in autocommit that stay open from one request to the next."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any, Protocol

from sqlalchemy import Engine

from portal.kernel.prepared_cursor import PreparedCursor


class Unavailable(Exception):
    """The database can not be reached, is full, or is busy for too long. The door answers 503."""


class Kept(Protocol):
    """How a process keeps its connections."""

    #: To be held from cursor() until the last row was taken.
    lock: AbstractContextManager[Any]
    #: What the driver raises.
    error: type[Exception]

    def cursor(self) -> Any:
        """A cursor of the connection, which is opened when it is not.

        Raises:
            Unavailable: the database does not take connections.
        """

    def close(self) -> None:
        """Close the connection of this thread."""


class OneForEachThread:
    """PostgreSQL: statements of several threads run at the same time, each prepared at the server when it is new."""

    def __init__(self, engine: Engine) -> None:
        self.lock: AbstractContextManager[Any] = nullcontext()
        self.error: type[Exception] = engine.dialect.loaded_dbapi.Error
        self._engine, self._threads = engine, threading.local()

    def cursor(self) -> Any:
        cursor = getattr(self._threads, "cursor", None)
        if cursor is None:
            connection = self._threads.connection = _opened(self._engine)
            connection.autocommit = True
            cursor = self._threads.cursor = PreparedCursor(connection)
        return cursor

    def together(self, deed: Callable[[Callable[[], Any]], object]) -> None:
        """Run several statements, all or none of them, given what opens a cursor; back when they are committed."""
        try:
            self.cursor().execute("BEGIN", {})
        except self.error:  # the server closed it meanwhile; nothing is lost yet
            self.close()
            self.cursor().execute("BEGIN", {})
        try:
            deed(self.cursor)
            self.cursor().execute("COMMIT", {})
        except BaseException:
            with suppress(self.error):
                self.cursor().execute("ROLLBACK", {})
            raise

    def close(self) -> None:
        connection = getattr(self._threads, "connection", None)
        self._threads.connection = self._threads.cursor = None
        if connection is not None:
            connection.close()


class OneForAll:
    """SQLite: one connection for the whole process.

    A connection throws away all pages that it holds when another one has written, and a page that is read anew is
    decrypted and authenticated anew: with a connection for each thread, every view's audit row would cost every other
    thread that.
    """

    def __init__(self, engine: Engine) -> None:
        self.lock: AbstractContextManager[Any] = threading.RLock()
        self.error: type[Exception] = engine.dialect.loaded_dbapi.Error
        self._engine = engine
        self._connection: Any = None

    def cursor(self) -> Any:
        if self._connection is None:
            self._connection = _opened(self._engine)
        return self._connection.cursor()

    def close(self) -> None:
        with self.lock:
            connection, self._connection = self._connection, None
            if connection is not None:
                connection.close()


def _opened(engine: Engine) -> Any:
    """The driver's own connection, set up as the pool's are and taken out of the pool."""
    try:
        pooled = engine.raw_connection()
    except Exception as problem:
        raise Unavailable(str(problem)) from problem
    connection = pooled.dbapi_connection
    pooled.detach()
    return connection
