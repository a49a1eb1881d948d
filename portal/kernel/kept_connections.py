"""Connections in autocommit that stay open from one request to the next."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any, Protocol

from sqlalchemy import Engine

from portal.kernel.prepared_cursor import Call, PreparedCursor

_BEGIN: Call = ("BEGIN", {})
_COMMIT: Call = ("COMMIT", {})


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
        all_of_it = _Together(self)
        try:
            deed(lambda: all_of_it)
            all_of_it.commit()
        except BaseException:
            all_of_it.undo()
            raise

    def close(self) -> None:
        connection = getattr(self._threads, "connection", None)
        self._threads.connection = self._threads.cursor = None
        if connection is not None:
            connection.close()


class _Together:
    """A transaction's cursor, in few trips: what gives no rows waits for the next statement that does, or for the end.

    So what goes wrong in one of them may be told later, where the next rows are taken; nothing of it is kept.
    """

    def __init__(self, kept: OneForEachThread) -> None:
        self._kept, self._waiting, self._begun = kept, [_BEGIN], False

    def execute(self, sql: str, values: Mapping[str, Any]) -> None:
        self._waiting.append((sql, values))

    def fetchall(self) -> list[Any]:
        self._send()
        found: list[Any] = self._kept.cursor().fetchall()
        return found

    def close(self) -> None:
        """The statements wait on."""

    def commit(self) -> None:
        if not self._begun:  # what may be sent twice must not hold the end
            self._send()
        self._waiting.append(_COMMIT)
        self._send()

    def undo(self) -> None:
        if self._begun:
            with suppress(self._kept.error):
                self._kept.cursor().execute("ROLLBACK", {})

    def _send(self) -> None:
        calls, self._waiting = self._waiting, []
        is_first, self._begun = not self._begun, True
        try:
            self._kept.cursor().execute_all(calls)
        except self._kept.error as problem:
            if not is_first or not _is_gone(problem):
                raise
            self._kept.close()  # the server closed it meanwhile; nothing is lost yet
            self._kept.cursor().execute_all(calls)


def _is_gone(problem: Any) -> bool:
    """Whether the connection ended: libpq says so, which knows no codes, or the server, which shuts down (57P...)."""
    return problem.sqlstate is None or problem.sqlstate.startswith("57P")


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
