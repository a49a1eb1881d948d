"""Each question that is asked all day is answered from an index."""

from datetime import datetime

import pytest
from sqlalchemy import text

from portal.domain.outbox import actions, queries
from portal.kernel import clock, database
from tests.factories.outbox import Actor, a_notice

NOW = {"now": clock.now()}
LINE = {"to_kind": "patient", "to_id": 1, "channel": "email"}
ASKED = [
    (queries._DUE, {**NOW, "most": 9}, "ix_outbox_message_due"),
    (queries._OLDEST, {}, "ix_outbox_message_due"),
    (queries._NEXT, LINE, "ix_outbox_message_line"),
    (queries.TROUBLE, {"office_id": 1, "most": 9}, "ix_outbox_message_trouble"),
    (queries._TEXTS, {"since": clock.now()}, "ix_outbox_message_texts"),
    (queries._LAST_EMAIL, {"to_kind": "patient", "to_id": 1}, "ix_outbox_message_to"),
    (actions._LEASE, {"row": 1, "moment": clock.now(), "until": clock.now()}, "ix_outbox_message_line"),
]


@pytest.mark.parametrize(
    ("statement", "values", "index"), ASKED, ids=[asked[2] + str(n) for n, asked in enumerate(ASKED)]
)
def test_a_question_uses_its_index(app, statement, values, index):
    for n in range(3):
        a_notice(Actor("patient", n))
    assert index in _plan(statement, values)


def _plan(statement, values):
    with database.engine().connect() as connection:
        small = connection.dialect.name == "postgresql"
        if small:  # a table of three rows is read whole, unless that is made dear
            for scan in ("seqscan", "bitmapscan", "sort"):
                connection.execute(text(f"set enable_{scan} = off"))
        explain = "EXPLAIN " if small else "EXPLAIN QUERY PLAN "
        compiled = statement.compile(dialect=connection.dialect)
        bound = compiled.construct_params(values)
        if not small:
            bound = {name: str(value) if isinstance(value, datetime) else value for name, value in bound.items()}
        if compiled.positional:
            bound = tuple(bound[name] for name in compiled.positiontup)
        return "\n".join(str(row) for row in connection.exec_driver_sql(explain + compiled.string, bound))
