"""Counting tries: every bucket of an attempt in one short transaction of its own, before anything is evaluated."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from portal.domain.sign_in.models import Throttle
from portal.domain.sign_in.rules import Bucket, Limit, counted, why_not_try
from portal.kernel import database, secrets
from portal.kernel.refusal import Refusal

_TRIES = 5


def take_a_try(buckets: list[tuple[str, Limit]], now: datetime) -> Refusal | None:
    """Count one try in every named bucket, or in none where one of them refuses; then says which reason.

    `buckets`: names (hashed with a key before they are stored) in the order in which their reasons are told.
    """
    for _ in range(_TRIES):
        try:
            with database.apart() as session:
                return _counted_in(session, buckets, now)
        except (IntegrityError, OperationalError):
            continue
    return Refusal("wait", until=now + buckets[0][1].first)


def forgive(names: list[str]) -> None:
    """A success takes the wrong tries back."""
    with database.apart() as session:
        for name in names:
            found = session.get(Throttle, _key(name))
            if found is not None:
                session.delete(found)


def _counted_in(session: Session, buckets: list[tuple[str, Limit]], now: datetime) -> Refusal | None:
    rows = [_row(session, name, now) for name, _ in buckets]
    for row, (_, limit) in zip(rows, buckets, strict=True):
        refusal = why_not_try(Bucket(row.tries, row.since, row.blocked_until), limit, now)
        if refusal is not None:
            return refusal
    for row, (_, limit) in zip(rows, buckets, strict=True):
        after = counted(Bucket(row.tries, row.since, row.blocked_until), limit, now)
        row.tries, row.since, row.blocked_until, row.touched_at = *after, now
    return None


def _row(session: Session, name: str, now: datetime) -> Throttle:
    key = _key(name)
    row = session.get(Throttle, key, with_for_update=True)
    if row is None:
        row = Throttle(key=key, tries=0, since=now, blocked_until=None, touched_at=now)
        session.add(row)
        session.flush()
    return row


def _key(name: str) -> bytes:
    return secrets.keyed_hash("throttle", name)
