"""A cursor that runs prepared statements by libpq's own call (PostgreSQL).

psycopg's cursor looks at every value and every statement anew, to be right for anything. Here a statement is known
after its first run, and so is how each kind of value is written: that is two thirds of the client's cost of a
statement, and a page has three of them. What this does not know goes through psycopg's cursor as ever.

Several statements can go to the server with one trip (libpq's pipeline): each trip puts a thread to sleep and wakes it
again, which beside a password hash costs more than what the statement does.
"""

from __future__ import annotations

import re
import select
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Binary, Connection, OperationalError
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, Format, TransactionStatus

_NAMED = re.compile(r"%\((\w+)\)s|%(%)")
_FINE = {ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK}
#: A statement with SQLAlchemy's %(name)s in it, and the values.
Call = tuple[str, Mapping[str, Any]]
#: Of all statements of this process: a connection that left the pool has those that it prepared there.
_numbers = count()
#: How a value is written as text. Only these very types: a subclass may mean something else.
_TEXT: dict[type, Callable[[Any], bytes]] = {
    str: str.encode,
    int: lambda value: b"%d" % value,
    bool: lambda value: b"t" if value else b"f",
    UUID: lambda value: value.hex.encode(),
    datetime: lambda value: value.isoformat().encode(),
    date: lambda value: value.isoformat().encode(),
}


class _Known(NamedTuple):
    """A statement as the server has it: its name, and which value stands in which place."""

    name: bytes
    order: list[str]


class PreparedCursor:
    """One for each connection, used for one statement after the other."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection, self._libpq = connection, connection.pgconn
        self._begins = not connection.autocommit
        self._known: dict[str, _Known] = {}
        self._rows: list[Any] = []
        self._answers = select.poll()
        self._answers.register(self._libpq.socket, select.POLLIN)

    def execute(self, sql: str, values: Mapping[str, Any]) -> None:
        """Run a statement, with SQLAlchemy's %(name)s in it.

        Raises:
            psycopg.Error: what the server says; OperationalError when the connection is gone.
        """
        if self._begins and self._libpq.transaction_status == TransactionStatus.IDLE:
            self._refuse(self._libpq.exec_(b"BEGIN"))  # psycopg does so before a statement of its own
        known = self._known.get(sql) or self._prepare(sql)
        written = _written([values[name] for name in known.order])
        if written is None:
            return self._execute_slowly(sql, values)
        given, formats = written
        answer = self._libpq.exec_prepared(known.name, given, formats, Format.BINARY)  # type: ignore[arg-type]
        self._refuse(answer)
        self._take(answer)

    def execute_all(self, calls: Sequence[Call]) -> None:
        """Run several statements with one trip. After one that fails none is run; the rows kept are those of the last.

        Raises:
            psycopg.Error: as `execute`.
        """
        ready = [(self._known.get(sql) or self._prepare(sql), values) for sql, values in calls]
        written = [_written([values[name] for name in known.order]) for known, values in ready]
        if len(calls) == 1 or None in written:
            for call in calls:
                self.execute(*call)
            return
        self._libpq.enter_pipeline_mode()
        for (known, _), (given, formats) in zip(ready, written):  # type: ignore[misc]
            self._libpq.send_query_prepared(known.name, given, formats, Format.BINARY)
        self._libpq.pipeline_sync()
        answers = self._answered()
        self._libpq.exit_pipeline_mode()
        for answer in answers:
            self._refuse(answer)
        self._take(answers[-1])

    def fetchall(self) -> list[Any]:
        """The rows of the statement that was run last."""
        return self._rows

    def close(self) -> None:
        """Let go of the rows; the statements stay prepared."""
        self._rows = []

    def _answered(self) -> list[Any]:
        """What the server says to each statement of a pipeline, up to its end."""
        found: list[Any] = []
        while True:
            while self._libpq.is_busy():
                self._answers.poll()  # the other threads run meanwhile
                self._libpq.consume_input()
            answer = self._libpq.get_result()
            if self._libpq.status != ConnStatus.OK:
                raise OperationalError("the connection is gone")
            if answer is None:  # stands between two answers
                continue
            if answer.status == ExecStatus.PIPELINE_SYNC:
                return found
            found.append(answer)

    def _take(self, answer: Any) -> None:
        transformer = Transformer(self._connection)
        transformer.set_pgresult(answer)
        self._rows = transformer.load_rows(0, answer.ntuples, tuple)

    def _prepare(self, sql: str) -> _Known:
        order: list[str] = []

        def numbered(found: re.Match[str]) -> str:
            if found[2]:
                return "%"
            if found[1] not in order:
                order.append(found[1])
            return f"${order.index(found[1]) + 1}"

        known = _Known(b"portal_%d" % next(_numbers), order)
        self._refuse(self._libpq.prepare(known.name, _NAMED.sub(numbered, sql).encode()))
        self._known[sql] = known
        return known

    def _execute_slowly(self, sql: str, values: Mapping[str, Any]) -> None:
        with self._connection.cursor(binary=True) as cursor:
            cursor.execute(sql, values)
            self._rows = cursor.fetchall() if cursor.description else []

    def _refuse(self, answer: Any) -> None:
        if self._libpq.status != ConnStatus.OK:
            raise OperationalError("the connection is gone")
        if answer.status not in _FINE:
            raise error_from_result(answer)


def _written(values: list[Any]) -> tuple[list[bytes | None], list[int]] | None:
    """The values as libpq takes them, and which of them are binary; None when one is of a kind not known here."""
    written: list[bytes | None] = []
    binary: list[int] = []
    for value in values:
        kind = type(value)
        if value is None or kind is bytes or kind is Binary:
            written.append(value.obj if kind is Binary else value)
            binary.append(Format.BINARY)
        elif kind in _TEXT:
            written.append(_TEXT[kind](value))
            binary.append(Format.TEXT)
        else:
            return None
    return written, binary


def cursor_in(pooled: Any) -> PreparedCursor:
    """The cursor of a connection of the pool: what it prepared stays so while the connection lasts."""
    known: PreparedCursor | None = pooled.info.get("prepared")
    if known is None:
        known = pooled.info["prepared"] = PreparedCursor(pooled.dbapi_connection)
    return known
