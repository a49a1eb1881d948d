"""Values go to PostgreSQL by libpq's own call and come back as they were; what it does not know goes by psycopg."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest

from portal.kernel import database

pytestmark = pytest.mark.postgresql
VALUES = [
    ("text", "100 % of 'it' — ñ"),
    ("bigint", -(2**40)),
    ("boolean", True),
    ("boolean", False),
    ("uuid", UUID(int=7)),
    ("timestamptz", datetime(2027, 3, 9, 12, 30, 1, 234567, tzinfo=UTC)),
    ("date", date(2027, 3, 9)),
    ("bytea", b"\0\xff"),
    ("text", None),
    ("numeric", Decimal("1.50")),
]


@pytest.fixture
def cursor(app):
    """The cursor that pages read by."""
    return database._database.kept.cursor()


@pytest.mark.parametrize("kind,value", VALUES)
def test_a_value_comes_back_as_it_was(cursor, kind, value):
    for _ in range(2):
        cursor.execute(f"SELECT %(value)s::{kind}, '100%%'", {"value": value})
        assert cursor.fetchall() == [(value, "100%")]


def test_a_statement_is_prepared_once_whatever_its_values(cursor):
    before = len(cursor._known)
    for number in range(5):
        cursor.execute("SELECT %(a)s::int + %(b)s::int + %(a)s::int", {"a": number, "b": 1})
        assert cursor.fetchall() == [(2 * number + 1,)]
    assert len(cursor._known) == before + 1


def test_what_the_server_refuses_is_psycopgs_own_error_and_the_next_statement_works(cursor):
    with pytest.raises(psycopg.errors.DivisionByZero):
        cursor.execute("SELECT 1 / %(by)s::int", {"by": 0})
    cursor.execute("SELECT 1", {})
    assert cursor.fetchall() == [(1,)]
