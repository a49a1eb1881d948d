"""Several prepared statements in a transaction of their own, and one in the transaction under way."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from portal.domain.sign_in import throttles
from portal.domain.sign_in.rules import Limit
from portal.kernel import clock, database

LIMIT = Limit(most=1000, window=timedelta(minutes=5))
HAVE = text("INSERT INTO throttle (key, tries, since, touched_at) VALUES (:key, 1, :at, :at)")


@pytest.fixture
def values(app):
    database.session().rollback()
    return {"at": "2027-03-09 12:00:00.000000+00:00"}


def tries_of(name: str) -> int:
    key = {"key": throttles._key(name)}
    with database.apart() as session:
        return session.scalar(text("SELECT tries FROM throttle WHERE key = :key"), key) or 0


def test_all_or_none(values):
    def half(run):
        run(HAVE, key=b"one", **values)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.together_apart(half)
    database.together_apart(lambda run: run(HAVE, key=b"one", **values))  # it is not there yet


def test_a_row_that_is_there_already_takes_the_others_back(values):
    def twice(run):
        run(HAVE, key=b"other", **values)
        run(HAVE, key=b"other", **values)

    with pytest.raises(database.Conflict):
        database.together_apart(twice)
    database.together_apart(lambda run: run(HAVE, key=b"other", **values))


def test_many_at_once_are_all_counted(app):
    """Rows that are new to all of them, and rows that all of them change: not one try is lost."""
    database.session().rollback()
    buckets = [(name, LIMIT) for name in ("here", "everywhere", "at all")]

    def one(_):
        with app.app_context():
            try:
                return throttles.take_a_try(buckets, clock.now())
            finally:
                database.let_go()

    with ThreadPoolExecutor(8) as people:
        refused = [refusal for refusal in people.map(one, range(40)) if refusal]
    assert {tries_of(name) for name, _ in buckets} == {40 - len(refused)}
    assert len(refused) < 20


def test_what_is_written_within_goes_with_the_rest(app):
    throttles.take_a_try([("a name", LIMIT)], clock.now())
    with pytest.raises(ZeroDivisionError), database.writing():
        throttles.forgive_with_the_rest(["a name"])
        raise ZeroDivisionError
    assert tries_of("a name") == 1
    with database.writing():
        throttles.forgive_with_the_rest(["a name"])
    assert tries_of("a name") == 0


def test_a_prepared_statement_outlives_what_is_undone(app):
    """psycopg prepares what it has seen five times, and forgets everybody's statements when something is undone."""
    with database.writing() as session:
        for _ in range(12):
            throttles.forgive_with_the_rest(["nobody"])
            with contextlib.suppress(ZeroDivisionError), session.begin_nested():
                session.execute(text("SELECT 1"))
                raise ZeroDivisionError


@pytest.mark.postgresql
def test_a_connection_that_was_closed_meanwhile_is_opened_anew(app):
    throttles.take_a_try([("before", LIMIT)], clock.now())
    # In this database only: the cluster is shared by all workers of the run, and their connections are their own.
    others = "datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%COMMIT%'"
    with database.apart() as session:
        session.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
    assert throttles.take_a_try([("before", LIMIT)], clock.now()) is None
    assert tries_of("before") == 2
