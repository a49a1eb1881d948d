"""Bring the database to the newest migration. The embedded one is copied first (MODEL, Migrations)."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import NamedTuple

import click
from alembic import command
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError, OperationalError

from config import BadSetting, Settings
from portal import extensions
from portal.commands.prepare import database_file
from portal.commands.snapshot import copy_database
from portal.kernel import clock, database

MIGRATIONS = Path(__file__).parents[2] / "migrations"
_COPIES_KEPT = 3


class Moved(NamedTuple):
    """From which migration to which; equal when there was nothing to do. `copy` is what was copied before."""

    before: str | None
    after: str
    copy: Path | None


def bring_to_head(settings: Settings) -> Moved:
    """Migrate if needed, within an application context.

    Raises:
        BadSetting: the database does not open, or belongs to a newer portal.
    """
    scripts = ScriptDirectory(str(MIGRATIONS))
    head, present = str(scripts.get_current_head()), present_version(settings)
    if present == head:
        return Moved(present, head, None)
    if present is not None and present not in {script.revision for script in scripts.walk_revisions()}:
        raise BadSetting(_variable(settings), f"the database is at {present}, newer than this portal ({head})")
    copy = _copied(settings, head) if present and settings.embedded else None
    database.let_go()
    command.upgrade(extensions.migrate.get_config(str(MIGRATIONS)), "head")
    return Moved(present, head, copy)


def is_at_head(settings: Settings) -> bool:
    """Whether there is nothing to migrate."""
    return present_version(settings) == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def present_version(settings: Settings) -> str | None:
    """The migration that the database is at; None for an empty one.

    Raises:
        BadSetting: it does not open.
    """
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        with database.engine().connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except OperationalError as error:
        raise BadSetting(_variable(settings), f"the database does not answer ({_first_line(error)})") from error
    except DBAPIError as error:
        name = "PORTAL_KEYS" if settings.embedded else "DATABASE_URL"
        raise BadSetting(name, f"does not open {database_file(settings)} ({_first_line(error)})") from error


def _variable(settings: Settings) -> str:
    return "PORTAL_DATA" if settings.embedded else "DATABASE_URL"


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__


def _copied(settings: Settings, head: str) -> Path:
    folder = settings.data / "copies"
    target = folder / f"{clock.now():%Y%m%dT%H%M%S}-before-{head}.sqlite"
    copy_database(database_file(settings), target)
    for old in sorted(folder.glob("*.sqlite"))[:-_COPIES_KEPT]:
        old.unlink()
    return target


@click.command("migrate")
@with_appcontext
def migrate() -> None:
    """Bring the database to the newest migration; the embedded one is copied first."""
    moved = bring_to_head(current_app.config["PORTAL"])
    if moved.before == moved.after:
        return click.echo(f"The database is at {moved.after} already.")
    click.echo(f"The database is at {moved.after} now (it was at {moved.before or 'nothing'}).")
    if moved.copy:
        click.echo(f"What it was before is in {moved.copy}.")
