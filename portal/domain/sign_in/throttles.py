"""Counting tries: every bucket of an attempt in one short transaction of its own, before anything is evaluated."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from portal.domain.sign_in.models import Throttle
from portal.domain.sign_in.rules import Bucket, Limit, counted, why_not_try
from portal.kernel import database, secrets
from portal.kernel.refusal import Refusal

_log = logging.getLogger("portal.sign_in")
_TRIES = 5
_rows = Throttle.metadata.tables["throttle"]
_COUNTED = update(_rows).where(_rows.c.key == bindparam("known"))


class _Asked(NamedTuple):
    """One bucket of an attempt as it stands; `present` None while nobody tried."""

    name: str
    key: bytes
    limit: Limit
    present: Bucket | None

    def why_not(self, now: datetime) -> Refusal | None:
        return why_not_try(self.present, self.limit, now) if self.present else None

    def with_one_more(self, now: datetime) -> dict[str, object]:
        tries, since, until = counted(self.present or Bucket(0, now, None), self.limit, now)
        return {"key": self.key, "tries": tries, "since": since, "blocked_until": until, "touched_at": now}


def take_a_try(buckets: list[tuple[str, Limit]], now: datetime) -> Refusal | None:
    """Count one try in every named bucket, or in none where one of them refuses; then says which reason.

    A bucket that only alerts is counted either way, and beyond its limit it wakes somebody (A7).
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
        session.execute(delete(_rows).where(_rows.c.key.in_([_key(name) for name in names])))


def _counted_in(session: Session, buckets: list[tuple[str, Limit]], now: datetime) -> Refusal | None:
    asked = _as_they_stand(session, buckets)
    refusals = {one.name: refusal for one in asked if (refusal := one.why_not(now))}
    for one in asked:
        if one.limit.alerts and one.name in refusals:
            _log.error("sign-in alert", extra={"code": one.name})
    refusal = next((refusals[one.name] for one in asked if one.name in refusals and not one.limit.alerts), None)
    _count(session, [one for one in asked if one.limit.alerts or refusal is None], now)
    return refusal


def _as_they_stand(session: Session, buckets: list[tuple[str, Limit]]) -> list[_Asked]:
    keys = {name: _key(name) for name, _ in buckets}
    columns = _rows.c.key, _rows.c.tries, _rows.c.since, _rows.c.blocked_until
    # In the order of the keys, so that two who lock the same rows never wait for each other.
    there = select(*columns).where(_rows.c.key.in_(keys.values())).order_by(_rows.c.key).with_for_update()
    found = {row[0]: Bucket(*row[1:]) for row in session.execute(there)}
    return [_Asked(name, keys[name], limit, found.get(keys[name])) for name, limit in buckets]


def _count(session: Session, asked: list[_Asked], now: datetime) -> None:
    connection = session.connection()
    known = [{**one.with_one_more(now), "known": one.key} for one in asked if one.present]
    fresh = [one.with_one_more(now) for one in sorted(asked, key=lambda one: one.key) if not one.present]
    if known:
        connection.execute(_COUNTED, known)
    if fresh:
        connection.execute(insert(_rows), fresh)


def _key(name: str) -> bytes:
    return secrets.keyed_hash("throttle", name)
