"""Which tests run on which database. A pytest plugin (`-p tests.engines`, see pyproject.toml)."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent
#: What the database can make no difference to, and why (ARCHITECTURE §8). Everything else runs on both.
SQLITE_ONLY = {
    "architecture/test_doors": "guards stand above the database",
    "architecture/test_requirements": "reads files",
    "architecture/test_sizes": "reads files",
    "architecture/test_words": "reads files",
    "gateways": "talk to no database",
    "pages": "the same templates; each statement in them is run by its word's own tests",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--engine=postgresql` runs on PostgreSQL what runs on SQLite otherwise."""
    parser.addoption("--engine", choices=["sqlite", "postgresql"], default="sqlite")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """SQLite runs all but what is about PostgreSQL; PostgreSQL all but what can not differ there."""
    engine = str(config.getoption("--engine"))
    left_out = [item for item in items if _is_left_out(item, engine)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def _is_left_out(item: pytest.Item, engine: str) -> bool:
    if item.get_closest_marker("sqlite" if engine == "postgresql" else "postgresql"):
        return True
    place = str(item.path.relative_to(HERE))
    return engine == "postgresql" and place.startswith(tuple(SQLITE_ONLY))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """How many tests ran on which engine, and what runs on SQLite only, with the reason."""
    engine, passed = config.getoption("--engine"), len(terminalreporter.stats.get("passed", []))
    terminalreporter.write_line(f"{passed} tests passed on {engine}.")
    if engine == "postgresql":
        for place, reason in SQLITE_ONLY.items():
            terminalreporter.write_line(f"On SQLite only: tests/{place} ({reason}).")
