"""What must be well before people are let in: database, key file, migrations, outbox."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from alembic.script import ScriptDirectory
from sqlalchemy import Select, String, column, select, table

from config import Settings
from portal.domain.outbox import queries as outbox
from portal.domain.outbox import rules
from portal.kernel import clock, database
from portal.kernel.secrets import Keyring

_MIGRATIONS = Path(__file__).parent.parent.parent / "migrations"
_VERSION: Select[str] = select(column("version_num", String)).select_from(table("alembic_version"))


class _Version(NamedTuple):
    number: str


def all_of(settings: Settings) -> dict[str, str]:
    """Each check by name: "ok", or what is the matter."""
    checks: dict[str, Callable[[], str]] = {
        "database": _database,
        "keys": lambda: _keys(settings),
        "migrations": _migrations,
        "outbox": _outbox,
    }
    return {name: _tried(check) for name, check in checks.items()}


@cache
def head() -> str:
    """The newest migration that this code knows."""
    return str(ScriptDirectory(str(_MIGRATIONS)).get_current_head())


def _tried(check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as error:  # whatever it is, the answer is that this part is not ready
        return type(error).__name__


def _database() -> str:
    database.read(_Version, _VERSION)
    return "ok"


def _keys(settings: Settings) -> str:
    Keyring.read(settings.keys)
    return "ok"


def _migrations() -> str:
    found = database.read_one(_Version, _VERSION)
    return "ok" if found and found.number == head() else f"at {found.number if found else 'nothing'}, not {head()}"


def _outbox() -> str:
    now = clock.now()
    since = outbox.oldest_due(now)
    return f"oldest waits since {since:%H:%M} UTC" if since and rules.is_stale(since, now) else "ok"
