"""The session for writing, prepared statements for reading, and single statements that stand apart.

Reading: `read(Shape, STATEMENT, name=value)` runs a Core select that was written once at module level. It is compiled
once per dialect and sent straight to the driver, in autocommit, on a connection that is kept open: half the
cost of a page was in what lies between (docs/figures.md). Inside a writing request it runs in that transaction instead,
so that an answer shows what was just written.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy import BigInteger, DateTime, Dialect, Engine, Executable, Integer, MetaData, Text, TypeDecorator, Uuid
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, registry
from sqlalchemy.sql.compiler import SQLCompiler

from portal.kernel.engines import writer_lock
from portal.kernel.grouped_commits import GroupedCommits
from portal.kernel.kept_connections import Kept, OneForAll, OneForEachThread
from portal.kernel.kept_connections import Unavailable as Unavailable

Row = TypeVar("Row", bound=tuple[Any, ...])


class Conflict(Exception):
    """The database refused a row that must not exist twice."""


class Moment(TypeDecorator[datetime]):
    """An aware moment in UTC. SQLite keeps it as sortable text, PostgreSQL as timestamptz."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).isoformat(" ", "microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return datetime.fromisoformat(value) if isinstance(value, str) else value


class Base(DeclarativeBase):
    """All stored things. Names of constraints are fixed, so that migrations can speak of them."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={datetime: Moment(), uuid.UUID: Uuid()},
    )


#: A bigint inside; SQLite counts up by itself only in a column that is called INTEGER.
BIG = BigInteger().with_variant(Integer(), "sqlite")


def key() -> Any:
    """The inner id of a row. Never shown to anybody."""
    return mapped_column(BIG, primary_key=True)


def outer_id() -> Any:
    """The id that stands in URLs: random, 122 bits."""
    return mapped_column(Uuid(), unique=True, default=uuid.uuid4)


class _Sessions(Protocol):
    registry: Any

    def __call__(self) -> Session: ...
    def remove(self) -> None: ...


class _Database:
    """What create_app gives to this module, and what is kept open for it."""

    engine: Engine
    sessions: _Sessions
    kept: Kept
    commits: GroupedCommits | None


_database = _Database()


def use(engine: Engine, sessions: _Sessions) -> None:
    """Give this process its database."""
    let_go()
    _database.engine, _database.sessions = engine, sessions
    pen = writer_lock(engine)
    _database.kept = OneForAll(engine) if pen else OneForEachThread(engine)
    _database.commits = GroupedCommits(pen, _database.kept) if pen else None
    _statements.clear()


def engine() -> Engine:
    """The engine in use."""
    return _database.engine


def session() -> Session:
    """The session of the writing request, job or command under way."""
    return _database.sessions()


def read(shape: type[Row], statement: Executable, **values: Any) -> list[Row]:
    """All rows of a prepared select, each as `shape` (a NamedTuple with the columns in order).

    Raises:
        Unavailable: the database did not answer.
    """
    prepared = _prepared(statement)
    return [cast(Row, shape._make(row)) for row in prepared.rows(values)]  # type: ignore[attr-defined]


def read_one(shape: type[Row], statement: Executable, **values: Any) -> Row | None:
    """The first row, or None."""
    rows = read(shape, statement, **values)
    return rows[0] if rows else None


def write_apart(statement: Executable, **values: Any) -> None:
    """One statement, committed by itself. Never from inside a transaction (MODEL, Apart).

    Raises:
        Conflict: the row is there already.
        Unavailable: the database did not answer.
    """
    _prepared(statement).run(values)


@contextmanager
def writing() -> Iterator[Session]:
    """The transaction of a job, a command, or the door: commits at the end, else rolls back."""
    try:
        yield session()
        session().commit()
    except BaseException:
        session().rollback()
        over(kept=False)
        raise
    else:
        over(kept=True)
    finally:
        _database.sessions.remove()


def afterwards(call: Callable[[bool], None]) -> None:
    """Have `call` told, once the transaction under way is over, whether it was kept. It must not raise."""
    session().info.setdefault("afterwards", []).append(call)


def over(*, kept: bool) -> None:
    """The transaction was committed, or rolled back: tell who waits for it."""
    for call in session().info.pop("afterwards", []):
        call(kept)


@contextmanager
def apart() -> Iterator[Session]:
    """A transaction of its own, for what must survive the rollback of another. Never from inside one."""
    with Session(_database.engine, expire_on_commit=False) as session, session.begin():
        yield session


def in_transaction() -> bool:
    """Whether this thread is writing just now."""
    return _database.sessions.registry.has() and session().in_transaction()


def let_go() -> None:
    """Close what is kept open for this thread."""
    kept: Kept | None = getattr(_database, "kept", None)
    if kept is not None:
        kept.close()


class _Prepared:
    """A statement as the driver takes it, with what turns values into the driver's and back."""

    def __init__(self, statement: Executable) -> None:
        self.statement = statement
        dialect = _database.engine.dialect
        compiled = cast(SQLCompiler, statement.compile(dialect=dialect))  # type: ignore[attr-defined]
        self.sql, self.order = compiled.string, compiled.positiontup
        self.given = dict(compiled.params)
        self.binders = {
            name: binder
            for bind, name in compiled.bind_names.items()
            if (binder := bind.type.dialect_impl(dialect).bind_processor(dialect))
        }
        self.readers = [
            (place, reader)
            for place, column in enumerate(compiled._result_columns)
            if (reader := column.type.dialect_impl(dialect).result_processor(dialect, None))
        ]

    def rows(self, values: dict[str, Any]) -> list[Any]:
        """All rows of a select, in autocommit or in the transaction under way."""
        found = self._execute(values, _all, None)
        return [self._read(row) for row in found] if self.readers else found

    def run(self, values: dict[str, Any]) -> None:
        """Run a writing statement and commit it."""
        self._execute(values, _nothing, _database.commits)

    def _read(self, row: Any) -> list[Any]:
        plain = list(row)
        for place, reader in self.readers:
            plain[place] = reader(plain[place])
        return plain

    def _bound(self, values: dict[str, Any]) -> Any:
        bound = {**self.given, **values}
        for name, binder in self.binders.items():
            bound[name] = binder(bound[name])
        return [bound[name] for name in self.order] if self.order is not None else bound

    def _execute(self, values: dict[str, Any], take: Callable[[Any], Any], commits: GroupedCommits | None) -> Any:
        bound, kept = self._bound(values), _database.kept
        if in_transaction():
            session().flush()
            return self._once(session().connection().connection.cursor(), bound, take)
        try:
            if commits is not None:
                return commits.run(lambda cursor: self._once(cursor, bound, take))
            with kept.lock:
                return self._once(kept.cursor(), bound, take)
        except kept.error as problem:
            if _is_conflict(problem):
                raise Conflict from problem
            let_go()
            if not _is_broken(problem):
                raise Unavailable(str(problem)) from problem
        return self._again(bound, take)

    def _again(self, bound: Any, take: Callable[[Any], Any]) -> Any:
        """A connection that the server closed meanwhile is opened anew, once."""
        try:
            return self._once(_database.kept.cursor(), bound, take)
        except _database.kept.error as problem:
            let_go()
            raise Unavailable(str(problem)) from problem

    def _once(self, cursor: Any, bound: Any, take: Callable[[Any], Any]) -> Any:
        try:
            cursor.execute(self.sql, bound)
            return take(cursor)
        finally:
            cursor.close()


def _all(cursor: Any) -> Any:
    return cursor.fetchall()


def _nothing(_: Any) -> None:
    return None


_statements: dict[int, _Prepared] = {}


def _prepared(statement: Executable) -> _Prepared:
    known = _statements.get(id(statement))
    if known is None:
        known = _statements[id(statement)] = _Prepared(statement)
    return known


def _is_conflict(problem: Exception) -> bool:
    return type(problem).__name__ in {"IntegrityError", "UniqueViolation"}


def _is_broken(problem: Exception) -> bool:
    """Whether the connection went away (a restart), so that asking again on a new one is safe and useful."""
    return type(problem).__name__ in {"AdminShutdown", "OperationalError", "InterfaceError"} and (
        _database.engine.dialect.name == "postgresql"
    )
