"""`flask keys-rotate`: a new master key, and everything under it. The portal must be stopped.

Each step leaves something that opens, and tells the next run where to go on:
1. the key file holds old and new, the old one is current;   2. the database file is under the new one (SQLite);
3. the new one is current;   4. every sealed value and the newest seal are under it;   5. the old one is gone.
A password hash keeps the pepper of its time until its owner signs in; so long the version of that pepper is kept too.
"""

from __future__ import annotations

import secrets as stdlib_secrets
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click
import sqlcipher3
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from config import BadSetting, Settings
from portal import create_app
from portal.commands import prepare
from portal.commands.sealed_values import reseal_all
from portal.commands.snapshot import copy_database, opened, opens
from portal.domain.accounts.models import Account, StaffMember
from portal.domain.audit import sealing
from portal.domain.sign_in.models import RecoveryCode
from portal.kernel import clock, database, ledger, secrets
from portal.kernel.secrets import Keyring


class Rotated(NamedTuple):
    """What was done: the version that is current now, how many values were sealed anew, which versions are gone
    or kept, and where the key file of before is."""

    version: int
    resealed: int
    dropped: list[int]
    kept: list[int]
    before: Path | None


@click.command("keys-rotate")
@with_appcontext
def keys_rotate() -> None:
    """Make a new master key and put everything under it. Run it again if it was interrupted."""
    settings: Settings = current_app.config["PORTAL"]
    try:
        done = rotate(settings)
    except BadSetting as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Version {done.version} of the key is in use; {done.resealed} values were sealed anew.")
    if done.before:
        click.echo(f"Backups of before open only with {done.before}: move it to where you keep those keys.")
    for version in done.kept:
        click.echo(f"Version {version} stays for the passwords of its time; it goes when their owners have signed in.")


def rotate(settings: Settings) -> Rotated:
    """Begin a rotation, or finish one that was interrupted.

    Raises:
        BadSetting: the portal runs.
    """
    with prepare.held(settings):
        before = None if _is_under_way(settings) else _begin(settings)
        _rekey(settings)
        ring = _made_current(settings)
        with create_app(settings).app_context():
            resealed = reseal_all()
            ledger.reseal()
            sealing.seal_all(settings.data / sealing.FOLDER, clock.now())
            kept = sorted(_peppers() - {ring.current})
            database.let_go()
            database.engine().dispose()
        dropped = _drop(settings, ring, {ring.current, *kept})
        return Rotated(ring.current, resealed, dropped, kept, before)


def _is_under_way(settings: Settings) -> bool:
    """Whether a run before this one did not come to its end: its mark stands until then."""
    return _mark(settings).exists()


def _mark(settings: Settings) -> Path:
    return settings.keys.with_name(settings.keys.name + ".rotating")


def _begin(settings: Settings) -> Path:
    """Step 1. The key file of before is kept beside it."""
    ring = Keyring.read(settings.keys)
    before = settings.keys.with_name(f"{settings.keys.name}.before-{max(ring.masters) + 1}")
    ring.write(before)
    ring.masters[max(ring.masters) + 1] = stdlib_secrets.token_bytes(32)
    ring.write(settings.keys)
    _mark(settings).touch(mode=0o600)
    return before


def _rekey(settings: Settings) -> None:
    """Step 2. A copy stands by while SQLCipher writes every page anew."""
    ring, path = Keyring.read(settings.keys), prepare.database_file(settings)
    secrets.use(ring)
    if not settings.embedded or not path.exists() or opens(path, max(ring.masters)):
        return
    copy = path.with_suffix(".rotating")
    copy_database(path, copy)
    try:
        with opened(path) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute(f"PRAGMA rekey = \"x'{ring.derive('database', max(ring.masters)).hex()}'\"")
    except sqlcipher3.OperationalError as error:
        raise BadSetting("PORTAL_DATA", f"somebody else has the database open; stop the portal ({error})") from error
    if not opens(path, max(ring.masters)):
        raise BadSetting("PORTAL_DATA", f"the database does not open under its new key; a copy is at {copy}")
    copy.unlink()


def _made_current(settings: Settings) -> Keyring:
    """Step 3."""
    ring = Keyring.read(settings.keys)
    ring.current = max(ring.masters)
    ring.write(settings.keys)
    return Keyring.read(settings.keys)


def _peppers() -> set[int]:
    """The versions whose pepper is in a password hash (`1$<version>$…`)."""
    return {int(line.split("$")[1]) for line in _hashes()}


def _hashes() -> Iterator[str]:
    for kept in (Account.password_hash, StaffMember.password_hash, RecoveryCode.code_hash):
        yield from database.session().scalars(select(kept).where(kept != ""))
    database.session().rollback()


def _drop(settings: Settings, ring: Keyring, needed: set[int]) -> list[int]:
    """Step 5, with the copies of the database that only the old key opens."""
    gone = sorted(set(ring.masters) - needed)
    ring.masters = {version: key for version, key in ring.masters.items() if version in needed}
    ring.write(settings.keys)
    for old in (settings.data / "copies").glob("*.sqlite"):
        old.unlink()
    _mark(settings).unlink(missing_ok=True)
    return gone
