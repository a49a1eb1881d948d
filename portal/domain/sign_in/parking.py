"""Forms that came too late: sealed for their owner, and offered at their next sign-in (ACC-7)."""

from __future__ import annotations

import json
from uuid import UUID

from sqlalchemy import select

from portal.domain.sign_in import queries
from portal.domain.sign_in.models import ParkedForm
from portal.domain.sign_in.sessions import owned_by
from portal.domain.viewer import Actor
from portal.kernel import clock, database, secrets


def park(actor: Actor, path: str, fields: list[tuple[str, str]]) -> UUID:
    """Keep what came too late, sealed for this actor only; an earlier one is replaced."""
    session = database.session()
    owner = owned_by(actor)
    for old in session.scalars(select(ParkedForm).filter_by(**owner)):
        session.delete(old)
    sealed = secrets.seal("parked", json.dumps([path, fields]).encode(), f"{actor.kind}:{actor.id}")
    row = ParkedForm(form=sealed, parked_at=clock.now(), **owner)
    session.add(row)
    session.flush()
    return row.public_id


def offer_parked(actor: Actor) -> str | None:
    """The path of a form that came too late, at the next sign-in; one that was offered before is let go."""
    if not queries.has_parked(actor):
        return None
    for row in database.session().scalars(select(ParkedForm).filter_by(**owned_by(actor))):
        if row.offered_at is None:
            row.offered_at = clock.now()
            path, _ = json.loads(secrets.unseal("parked", row.form, f"{actor.kind}:{actor.id}"))
            return str(path)
        database.session().delete(row)
    return None
