"""Counts what the database is asked: prepared reads, the session's statements, and single ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from flask import Flask
from sqlalchemy import event

from portal.kernel import database

_NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE")


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements of everything that happens inside, without the brackets of transactions."""
    statements: list[str] = []
    plain = database._Prepared._once

    def prepared(self: Any, *arguments: Any) -> Any:
        statements.append(self.sql)
        return plain(self, *arguments)

    def through_engine(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(_NOT_COUNTED):
            statements.append(statement)

    engine = database.engine()
    event.listen(engine, "before_cursor_execute", through_engine)
    try:
        with patch.object(database._Prepared, "_once", prepared):
            yield statements
    finally:
        event.remove(engine, "before_cursor_execute", through_engine)
