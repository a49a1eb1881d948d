"""`flask restore`: put a backup in place. The portal must be stopped. Nobody is signed in afterwards."""

from __future__ import annotations

import json
import shutil
import tarfile
from pathlib import Path, PurePosixPath
from typing import IO, Any, NamedTuple, cast

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import inspect

from config import BadSetting, Settings
from portal import create_app
from portal.commands import audit, endings, migrate, prepare
from portal.commands.backup import MANIFEST, POSTGRESQL, SQLITE, found_program, run_postgresql
from portal.commands.snapshot import what_is_wrong
from portal.domain.audit import sealing, verification
from portal.domain.departure.replaying import Replayed
from portal.kernel import clock, database, ledger
from portal.kernel.sealed_stream import BadArchive, SealedReader


class Restored(NamedTuple):
    """What came of it: what had ended meanwhile and was closed again, and how the audit stands."""

    replayed: Replayed
    verdict: verification.Verdict


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Put what is there now aside (SQLite) or overwrite it (PostgreSQL).")
@with_appcontext
def restore(file: Path, replace: bool) -> None:
    """Restore a backup made by `flask backup`, with the key file of that time."""
    settings: Settings = current_app.config["PORTAL"]
    try:
        done = put_in_place(settings, file, replace=replace)
    except (BadSetting, BadArchive) as error:
        raise click.ClickException(f"{file}: {error}" if isinstance(error, BadArchive) else str(error)) from None
    click.echo("\n".join(["Restored.", *endings.told(done.replayed), *audit.told(done.verdict)]))
    if not done.verdict.is_whole:
        raise SystemExit(1)


def put_in_place(settings: Settings, file: Path, *, replace: bool) -> Restored:
    """Restore, bring to the newest migration, end all sessions and what has ended since, verify the audit.

    Raises:
        BadArchive: it does not open; nothing was changed.
        BadSetting: the portal runs, or there is data and `replace` is not said.
    """
    prepare.make_private_folder(settings.data)
    staging = settings.data.with_name(settings.data.name + ".restoring")
    shutil.rmtree(staging, ignore_errors=True)
    try:
        with prepare.held(settings):
            _check(settings, _unpacked(file, staging), staging)
            _refuse_overwriting(settings, replace)
            ledger.gather(staging / ledger.FOLDER, settings.data / ledger.FOLDER)
            _swap(settings, staging)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return _made_current(settings)


def _unpacked(file: Path, staging: Path) -> dict[str, Any]:
    staging.mkdir(mode=0o700)
    try:
        with file.open("rb") as source, _archive(source) as archive:
            for member in archive:
                _put(archive, member, staging)
        manifest: dict[str, Any] = json.loads((staging / MANIFEST).read_text())
    except (tarfile.TarError, OSError, ValueError) as error:
        raise BadArchive(f"it can not be read ({error})") from error
    return manifest


def _archive(source: IO[bytes]) -> tarfile.TarFile:
    return tarfile.open(fileobj=cast(IO[bytes], SealedReader(source)), mode="r|")


def _put(archive: tarfile.TarFile, member: tarfile.TarInfo, staging: Path) -> None:
    """One file, with a plain name inside the folder: whatever else an archive can hold is refused."""
    name = PurePosixPath(member.name)
    if not member.isfile() or name.is_absolute() or ".." in name.parts:
        raise BadArchive(f"it holds something that is no plain file ({member.name})")
    target = staging / name
    for folder in reversed(target.relative_to(staging).parents):
        (staging / folder).mkdir(mode=0o700, exist_ok=True)
    with cast(IO[bytes], archive.extractfile(member)) as content, target.open("wb") as file:
        shutil.copyfileobj(content, file)
    target.chmod(0o400 if name.parts[0] == sealing.FOLDER else 0o600)


def _check(settings: Settings, manifest: dict[str, Any], staging: Path) -> None:
    engine = "sqlite" if settings.embedded else "postgresql"
    if manifest["engine"] != engine:
        raise BadArchive(f"it is a backup of {manifest['engine']}, and this portal uses {engine}")
    if settings.embedded and (wrong := what_is_wrong(staging / SQLITE)):
        raise BadArchive(f"its database is damaged ({wrong})")


def _refuse_overwriting(settings: Settings, replace: bool) -> None:
    there = prepare.database_file(settings).exists()
    if not settings.embedded:
        there = inspect(database.engine()).has_table("alembic_version")
    if there and not replace:
        raise BadSetting("PORTAL_DATA", "there is a portal here already; say --replace to put it aside")


def _swap(settings: Settings, staging: Path) -> None:
    database.let_go()
    database.engine().dispose()
    if not settings.embedded:
        command = [found_program("pg_restore"), "--clean", "--if-exists", "--no-owner", "--single-transaction"]
        name = database.engine().url.database or ""
        run_postgresql([*command, f"--dbname={name}", str(staging / POSTGRESQL)], settings)
        (staging / POSTGRESQL).unlink()
    (staging / MANIFEST).unlink()
    aside = settings.data.with_name(f"{settings.data.name}.before-{clock.now():%Y%m%dT%H%M%S}")
    settings.data.rename(aside)
    staging.rename(settings.data)


def _made_current(settings: Settings) -> Restored:
    with create_app(settings).app_context():
        migrate.bring_to_head(settings)
        return Restored(endings.close_again(), verification.verify(settings.data / sealing.FOLDER))
