"""SQLite keeps what it made of a statement (the driver's own cache holds five, those of opening a connection)."""

from __future__ import annotations

import pytest
from sqlalchemy import literal, select

from portal.domain.audit.queries import Head
from portal.kernel import database

ASKED = [select(literal(number).label("seq"), literal(b"").label("hash")) for number in range(100)]


@pytest.fixture
def parsings(app):
    """A list that grows with everything that SQLite parses anew on the connection that pages read by."""
    found = []

    def seen(*what):
        found.append(what)
        return 0

    database.session().rollback()
    database._database.kept.cursor().connection.set_authorizer(seen)
    return found


@pytest.mark.sqlite
def test_statements_asked_in_turn_are_parsed_once(parsings):
    for statement in ASKED:
        database.read(Head, statement)
    assert parsings
    parsings.clear()
    for statement in ASKED * 2:
        database.read(Head, statement)
    assert parsings == []
