"""The database's own rules: indexes for what is asked, and migrations that say what the models say."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Select, inspect, text

import portal.domain
import portal.web
from portal.domain import tables
from portal.kernel import database
from portal.kernel.database import Base

ROOT = Path(__file__).parent.parent.parent
#: Statements that read a whole table on purpose, by module and name, each with its reason.
WHOLE = {
    ("portal.web.readiness", "_VERSION"): "a table of one row",
    ("portal.domain.audit.sealing", "_HEADS"): "the nightly seal covers every chain",
    ("portal.domain.audit.sealing", "_LAST"): "part of the same",
    ("portal.domain.connections.requests", "_TO_ASK"): "a patient chooses among all offices that take requests",
    ("portal.domain.demo.queries", "_PATIENTS"): "the demonstration lists all its people",
    ("portal.domain.demo.queries", "_STAFF"): "the demonstration lists all its people",
    ("portal.domain.enrollment.queries", "_CODE"): "what the two after it are made of",
    ("portal.domain.enrollment.queries", "_OPENLY"): "a deployment has few offices",
    ("portal.domain.demo.queries", "_KIOSKS"): "the demonstration lists all its kiosks",
    ("portal.domain.outbox.queries", "_NEWEST"): "the newest rows by their key, with a limit",
    ("portal.domain.sign_in.queries", "_PARKED"): "what the two after it are made of",
}


def test_migrations_and_models_agree(app):
    with database.engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False, "include_name": _has_a_model})
        assert compare_metadata(context, Base.metadata) == []


def _has_a_model(name, kind, _parents):
    """All but the index of messages' words, which is the databases' own (migration 0004)."""
    return kind != "table" or not name.startswith("message_words")


def test_there_is_one_head_and_numbers_count_up():
    found = ScriptDirectory(str(ROOT / "migrations"))
    names = sorted(script.revision for script in found.walk_revisions())
    assert found.get_heads() == [names[-1]]
    assert names == [f"{number:04}" for number in range(1, len(names) + 1)]


def test_every_foreign_key_has_an_index(app):
    assert tables.ALL
    found = inspect(database.engine())
    bare = []
    for table in Base.metadata.sorted_tables:
        indexes = [tuple(index["column_names"]) for index in found.get_indexes(table.name)]
        indexes += [tuple(unique["column_names"]) for unique in found.get_unique_constraints(table.name)]
        indexes.append(tuple(found.get_pk_constraint(table.name)["constrained_columns"]))
        for key in found.get_foreign_keys(table.name):
            wanted = set(key["constrained_columns"])
            if not any(set(index[: len(wanted)]) == wanted for index in indexes):
                bare.append((table.name, *sorted(wanted)))
    assert bare == []


def _statements():
    """Every select that stands at the top of a module."""
    for package in (portal.domain, portal.web):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            loaded = importlib.import_module(module.name)
            for name, value in vars(loaded).items():
                if isinstance(value, Select) and (module.name, name) not in WHOLE:
                    yield pytest.param(value, id=f"{module.name.removeprefix('portal.')}:{name}")


@pytest.mark.parametrize("statement", list(_statements()))
def test_every_listed_query_has_its_index(app, engine_name, statement):
    """SQLite says how it would go about it: SEARCH by an index, never SCAN of a table."""
    if engine_name != "sqlite":
        statement.compile(dialect=database.engine().dialect)
        return
    compiled = statement.compile(dialect=database.engine().dialect)
    with database.engine().connect() as connection:
        cursor = connection.connection.cursor()
        values = [None for _ in compiled.positiontup or ()]
        plan = [row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {compiled.string}", values).fetchall()]
        connection.execute(text("select 1"))
    scanned = [line for line in plan if line.startswith("SCAN") and " USING " not in line and "CONSTANT" not in line]
    assert [line for line in scanned if line.split()[1] in Base.metadata.tables] == []
