"""Which statements a page ran: those of the session, and the prepared ones that go straight to the driver."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import event

from portal.kernel import database
from portal.kernel.prepared_statement import PreparedStatement


@contextmanager
def statements() -> Iterator[list[str]]:
    """A list that grows with each statement of this process while the block runs."""
    ran: list[str] = []
    run = PreparedStatement.run

    def prepared(self: Any, *values: Any) -> Any:
        ran.append(self.sql)
        return run(self, *values)

    def of_session(_c: Any, _cursor: Any, sql: str, *_: Any) -> None:
        ran.append(sql)

    engine = database.engine()
    event.listen(engine, "before_cursor_execute", of_session)
    try:
        with patch.object(PreparedStatement, "run", prepared):
            yield ran
    finally:
        event.remove(engine, "before_cursor_execute", of_session)
