"""`flask audit`: is everything as it was written, who did what, and the daily seal."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from portal.domain.accounts.enrolling import username_key
from portal.domain.accounts.models import Account, Person, StaffMember
from portal.domain.audit import queries, sealing, verification
from portal.domain.audit.rules import Entry
from portal.domain.audit.sealing import Chain
from portal.domain.audit.verification import Bad, Verdict
from portal.kernel import clock, database

_WHY = {
    "broken": "does not follow from the one before it",
    "missing": "is missing, and was there when it was sealed",
    "resealed": "is not the one that was sealed",
    "others": "is a list, and those whom it showed are not the ones written down",
}


@click.group("audit")
def audit() -> None:
    """Verify, show and seal the audit."""


@audit.command("verify")
@with_appcontext
def verify() -> None:
    """Check every chain and the seals; name the first bad row of each. Exit 1 when something was found."""
    verdict = verification.verify(seals_folder())
    click.echo("\n".join(told(verdict)))
    if not verdict.is_whole:
        raise SystemExit(1)


@audit.command("seal")
@with_appcontext
def seal() -> None:
    """Sign the present ends of all chains and keep that outside the database. For a daily timer."""
    click.echo(f"Sealed in {sealing.seal_all(seals_folder(), clock.now())}.")


@audit.command("show")
@click.option("--person", type=click.UUID, help="The uuid of the person whose record it is.")
@click.option("--username", help="The user name of a patient or a member of staff.")
@click.option("--last", default=50, show_default=True, help="How many rows, counted from the end.")
@with_appcontext
def show(person: UUID | None, username: str | None, last: int) -> None:
    """Who did or saw what, oldest first: of a person's record, or by a member of staff elsewhere."""
    chain = _chain_of(person, username)
    if chain is None:
        raise click.UsageError("Give --person or --username of somebody who is here.")
    entries = queries.chain_of(*chain)
    for entry in entries[-last:]:
        click.echo(_row(entry))
    click.echo(f"{len(entries)} rows in the chain {chain[0]}:{chain[1]}.")


def seals_folder() -> Path:
    """Where the seals are kept: outside the database, in every backup."""
    folder: Path = current_app.config["PORTAL"].data / sealing.FOLDER
    return folder


def told(verdict: Verdict) -> list[str]:
    """A verdict in words, one line for each finding."""
    lines = [f"{verdict.chains} chains with {verdict.links} rows."]
    lines += [_bad(found) for found in verdict.bad]
    if verdict.seal is None:
        lines.append("Nothing was sealed yet: rows cut off an end would not be noticed. Run: flask audit seal")
    elif verdict.seal_wrong:
        lines.append(f"Bad seal {verdict.seal_wrong}.")
    else:
        lines.append(f"The seal of {verdict.seal.at:%Y-%m-%d %H:%M} UTC and all before it are whole.")
    return [*lines, "All is as it was written." if verdict.is_whole else "Something was changed."]


def _bad(found: Bad) -> str:
    return f"First bad row of {found.chain}:{found.subject_id}: row {found.seq} {_WHY[found.why]}."


def _chain_of(person: UUID | None, username: str | None) -> Chain | None:
    session = database.session()
    if person is not None:
        found = session.scalar(select(Person.id).where(Person.public_id == person))
        return ("person", found) if found else None
    key = username_key(username or "")
    found = session.scalar(select(Account.person_id).where(Account.username_key == key))
    if found:
        return ("person", found)
    member = session.scalar(select(StaffMember.id).where(StaffMember.username_key == key))
    return ("staff", member) if member else None


def _row(entry: Entry) -> str:
    about = f" {entry.about}" if entry.about else ""
    return f"{entry.seq:6} {entry.at:%Y-%m-%d %H:%M:%S} UTC  {_actor(entry):20} {entry.event}{about}"


def _actor(entry: Entry) -> str:
    names = {
        "patient": select(Account.username).where(Account.id == entry.actor_id),
        "staff": select(StaffMember.username).where(StaffMember.id == entry.actor_id),
    }
    found = database.session().scalar(names[entry.actor_kind]) if entry.actor_kind in names else None
    return found or f"{entry.actor_kind}:{entry.actor_id}"
