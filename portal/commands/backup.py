"""`flask backup`: one encrypted file with the database, the seals and all other files. Never the key file."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from psycopg.conninfo import conninfo_to_dict

from config import Settings
from portal.commands.migrate import present_version
from portal.commands.prepare import database_file
from portal.commands.snapshot import copy_database
from portal.kernel import clock
from portal.kernel.sealed_stream import SealedWriter

SQLITE, POSTGRESQL, MANIFEST = "portal.sqlite", "portal.pgdump", "manifest.json"
HALF = ".part"
_NOT_KEPT = {"copies", "exports", "outbox", "running.lock"}
_LIBPQ = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}


@click.command("backup")
@click.option("--to", type=click.Path(path_type=Path), help="A folder; without it <PORTAL_DATA>.backups.")
@with_appcontext
def backup(to: Path | None) -> None:
    """Write a backup while the portal runs: everything that was committed when it began is in it."""
    path = write_backup(current_app.config["PORTAL"], to)
    click.echo(f"{path} ({path.stat().st_size:,} bytes). The key file is not in it: keep a copy of that apart.")


def write_backup(settings: Settings, folder: Path | None = None) -> Path:
    """The backup that was written: whole, or not there."""
    folder = folder or settings.data.with_name(settings.data.name + ".backups")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"portal-{clock.now():%Y%m%dT%H%M%S}Z.backup"
    half = target.with_suffix(HALF)
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            _fill(settings, SealedWriter(file))
            file.flush()
            os.fsync(file.fileno())
        half.rename(target)
    finally:
        half.unlink(missing_ok=True)
    return target


def _fill(settings: Settings, sealed: SealedWriter) -> None:
    with tempfile.TemporaryDirectory(dir=settings.data) as folder:
        database = _copied(settings, Path(folder))
        with tarfile.open(fileobj=sealed, mode="w|") as archive:  # type: ignore[call-overload]
            _add_text(archive, MANIFEST, _manifest(settings))
            archive.add(database, database.name)
            for file in _files(settings.data, Path(folder)):
                with suppress(FileNotFoundError):  # removed since it was listed; nothing of it is written yet
                    archive.add(file, str(file.relative_to(settings.data)), recursive=False)
    sealed.close()


def _copied(settings: Settings, folder: Path) -> Path:
    if settings.embedded:
        copy_database(database_file(settings), folder / SQLITE)
        return folder / SQLITE
    program = found_program("pg_dump")
    with (folder / POSTGRESQL).open("wb") as target:
        run_postgresql([program, "--format=custom", "--no-owner", "--no-privileges"], settings, stdout=target)
    return folder / POSTGRESQL


def _files(data: Path, at_work: Path) -> Iterator[Path]:
    """All files of the data folder but the database itself, what can be made again, and halves still being written."""
    for path in sorted(data.rglob("*")):
        first = path.relative_to(data).parts[0]
        if first in _NOT_KEPT or first == at_work.name or first.startswith(SQLITE) or path.suffix == HALF:
            continue
        if path.is_file():
            yield path


def _manifest(settings: Settings) -> dict[str, str | None]:
    engine = "sqlite" if settings.embedded else "postgresql"
    return {"made_at": clock.now().isoformat(), "engine": engine, "migration": present_version(settings)}


def _add_text(archive: tarfile.TarFile, name: str, value: object) -> None:
    content = json.dumps(value).encode()
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    archive.addfile(member, io.BytesIO(content))


def found_program(name: str) -> str:
    """PostgreSQL's own program.

    Raises:
        click.ClickException: it is not installed here.
    """
    found = shutil.which(name)
    if found is None:
        raise click.ClickException(f"{name} is not on this machine; install PostgreSQL's client programs.")
    return found


def run_postgresql(command: list[str], settings: Settings, **streams: object) -> None:
    """Run one of PostgreSQL's programs on the portal's database; the password is not on its command line.

    Raises:
        click.ClickException: it failed, with its last words.
    """
    given = conninfo_to_dict(settings.database.replace("postgresql+psycopg://", "postgresql://"))
    named = {_LIBPQ[name]: str(value) for name, value in given.items() if name in _LIBPQ}
    done = subprocess.run(command, env={**os.environ, **named}, stderr=subprocess.PIPE, **streams)  # type: ignore[call-overload]
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip().splitlines()
        raise click.ClickException(f"{Path(command[0]).name}: {words[-1] if words else done.returncode}")
