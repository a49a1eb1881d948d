"""A statement that was written once, compiled once, and goes straight to the driver."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Dialect, Executable
from sqlalchemy.sql.compiler import SQLCompiler


class PreparedStatement:
    """A Core statement as the driver takes it, with what turns values into the driver's and back."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        self.statement = statement  # held, so that its id, by which it is found, is given to no other
        compiled = cast(SQLCompiler, statement.compile(dialect=dialect))  # type: ignore[attr-defined]
        self.sql, self._order = compiled.string, compiled.positiontup
        self._given = dict(compiled.params)
        self._binders = {
            name: binder
            for bind, name in compiled.bind_names.items()
            if (binder := bind.type.dialect_impl(dialect).bind_processor(dialect))
        }
        self._readers = [
            (place, reader)
            for place, column in enumerate(compiled._result_columns)
            if (reader := column.type.dialect_impl(dialect).result_processor(dialect, None))
        ]
        self._returns = bool(compiled._result_columns)

    def bound(self, values: dict[str, Any]) -> Any:
        """The values as the driver takes them."""
        bound = {**self._given, **values}
        for name, binder in self._binders.items():
            bound[name] = binder(bound[name])
        return [bound[name] for name in self._order] if self._order is not None else bound

    def run(self, cursor: Any, bound: Any) -> list[Any]:
        """All rows that the statement gives, as the driver's. The cursor is closed."""
        try:
            cursor.execute(self.sql, bound)
            return list(cursor.fetchall()) if self._returns else []
        finally:
            cursor.close()

    def plain(self, rows: list[Any]) -> list[Any]:
        """The driver's rows with Python's values in them."""
        return [self._read(row) for row in rows] if self._readers else rows

    def _read(self, row: Any) -> list[Any]:
        plain = list(row)
        for place, reader in self._readers:
            plain[place] = reader(plain[place])
        return plain
