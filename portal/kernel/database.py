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

from portal.kernel.engines import writer_lock
from portal.kernel.grouped_commits import GroupedCommits
from portal.kernel.kept_connections import Kept, OneForAll, OneForEachThread
from portal.kernel.kept_connections import Unavailable as Unavailable
from portal.kernel.prepared_cursor import cursor_in
from portal.kernel.prepared_statement import PreparedStatement

Row = TypeVar("Row", bound=tuple[Any, ...])
Result = TypeVar("Result")
#: Runs a statement with values by name, and gives its rows.
Run = Callable[..., list[Any]]


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
    together: Callable[[Callable[[Callable[[], Any]], object]], None]


_database = _Database()


def use(engine: Engine, sessions: _Sessions) -> None:
    """Give this process its database."""
    let_go()
    _database.engine, _database.sessions = engine, sessions
    pen = writer_lock(engine)
    if pen:
        _database.kept = OneForAll(engine)
        _database.commits = GroupedCommits(pen, _database.kept)
        _database.together = _database.commits.together
    else:
        threads = OneForEachThread(engine)
        _database.kept, _database.commits, _database.together = threads, None, threads.together
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
    rows = prepared.plain(_execute(prepared, values, None))
    return [cast(Row, shape._make(row)) for row in rows]  # type: ignore[attr-defined]


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
    _execute(_prepared(statement), values, _database.commits)


def write(statement: Executable, **values: Any) -> list[Any]:
    """One prepared statement in the transaction of the request, job or command under way; the rows that it returns.

    Raises:
        Conflict: the row is there already; PostgreSQL takes no more statements in this transaction then.
        Unavailable: the database did not answer.
    """
    prepared = _prepared(statement)
    return prepared.plain(_within(prepared, prepared.bound(values)))


def together_apart(deed: Callable[[Run], Result]) -> Result:
    """Several prepared statements, committed together and by themselves. Never from inside a transaction.

    `deed` is given what runs a statement and gives its rows; whatever it raises undoes all of it.

    Raises:
        Conflict: a row is there already.
        Unavailable: the database did not answer.
    """
    found: list[Result] = []

    def all_of_it(cursor: Callable[[], Any]) -> None:
        found[:] = [deed(lambda statement, **values: _run(cursor(), statement, values))]

    try:
        _database.together(all_of_it)
    except _database.kept.error as problem:
        if _is_conflict(problem):
            raise Conflict from problem
        let_go()
        raise Unavailable(str(problem)) from problem
    return found[0]


def _run(cursor: Any, statement: Executable, values: dict[str, Any]) -> list[Any]:
    prepared = _prepared(statement)
    return prepared.plain(prepared.run(cursor, prepared.bound(values)))


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


def _execute(prepared: PreparedStatement, values: dict[str, Any], commits: GroupedCommits | None) -> list[Any]:
    bound, kept = prepared.bound(values), _database.kept
    if in_transaction():
        return _within(prepared, bound)
    try:
        if commits is not None:
            commits.run(lambda cursor: prepared.run(cursor, bound))
            return []
        with kept.lock:
            return prepared.run(kept.cursor(), bound)
    except kept.error as problem:
        if _is_conflict(problem):
            raise Conflict from problem
        let_go()
        if not _is_broken(problem):
            raise Unavailable(str(problem)) from problem
    return _again(prepared, bound)


def _again(prepared: PreparedStatement, bound: Any) -> list[Any]:
    """A connection that the server closed meanwhile is opened anew, once."""
    try:
        return prepared.run(_database.kept.cursor(), bound)
    except _database.kept.error as problem:
        let_go()
        raise Unavailable(str(problem)) from problem


def _within(prepared: PreparedStatement, bound: Any) -> list[Any]:
    """In the transaction of the session, which begins with it if it has not."""
    session().flush()
    pooled = session().connection().connection
    try:
        return prepared.run(cursor_in(pooled) if _database.commits is None else pooled.cursor(), bound)
    except _database.kept.error as problem:
        raise (Conflict if _is_conflict(problem) else Unavailable)(str(problem)) from problem


_statements: dict[int, PreparedStatement] = {}


def _prepared(statement: Executable) -> PreparedStatement:
    known = _statements.get(id(statement))
    if known is None:
        known = _statements[id(statement)] = PreparedStatement(statement, _database.engine.dialect)
    return known


def _is_conflict(problem: Exception) -> bool:
    return type(problem).__name__ in {"IntegrityError", "UniqueViolation"}


def _is_broken(problem: Exception) -> bool:
    """Whether the connection went away (a restart), so that asking again on a new one is safe and useful."""
    return type(problem).__name__ in {"AdminShutdown", "OperationalError", "InterfaceError"} and (
        _database.engine.dialect.name == "postgresql"
    )
