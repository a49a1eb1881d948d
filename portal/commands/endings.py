"""`flask endings replay`: after a database was put back by other means than `flask restore`. The portal is stopped."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import update

from portal.domain.departure import replaying
from portal.domain.departure.replaying import Replayed
from portal.domain.kiosks import endings as kiosks
from portal.domain.sign_in.models import SignInSession
from portal.kernel import clock, database, ledger


@click.group("endings")
def endings() -> None:
    """The ledger of what ended for good, kept outside the database."""


@endings.command("replay")
@click.argument("folders", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_appcontext
def replay(folders: tuple[Path, ...]) -> None:
    """Close what has ended, and sign everybody out. FOLDERS: the `endings` of other machines, taken in first."""
    came = sum(ledger.gather(ledger.folder(), folder) for folder in folders)
    if folders:
        click.echo(f"{came} lines were taken from {len(folders)} other folders.")
    click.echo("\n".join(told(close_again())))


def close_again() -> Replayed:
    """No session, account or kiosk that ended comes back with an older database."""
    now = clock.now()
    with database.writing() as session:
        open_ones = update(SignInSession).where(SignInSession.ended_at.is_(None))
        session.execute(open_ones.values(ended_at=now, end_reason="restored"))
        kiosks.unpair_all(now)
        return replaying.replay(now)


def told(done: Replayed) -> list[str]:
    """What was done, and what the ledger can not tell with this key file."""
    lines = [f"Everybody has to sign in again; {done.closed} deactivated accounts were closed again."]
    lines.append("Each kiosk has to be paired anew.")
    if done.written:
        lines.append(f"{done.written} endings were not in the ledger and are now.")
    if not ledger.opens():
        lines.append("This key file does not open the ledger's own key: names of people who left can not be known.")
    return lines
