"""Counting tries: every bucket of an attempt in one short transaction of its own, before anything is evaluated."""

from __future__ import annotations

import logging
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Delete, Select, bindparam, delete, select
from sqlalchemy.dialects.postgresql import Insert, insert

from portal.domain.sign_in.models import Throttle
from portal.domain.sign_in.rules import Bucket, Limit, counted, why_not_try
from portal.kernel import database, secrets
from portal.kernel.refusal import Refusal

_log = logging.getLogger("portal.sign_in")
_TRIES = 5
_rows = Throttle.metadata.tables["throttle"]


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
            return database.together_apart(lambda run: _counted_by(run, buckets, now))
        except (database.Conflict, database.Unavailable):
            continue
    return Refusal("wait", until=now + buckets[0][1].first)


def forgive(names: list[str]) -> None:
    """A success takes the wrong tries back, at once. Never from inside a transaction."""
    database.write_apart(_gone(len(names)), **_keys(names))


def forgive_with_the_rest(names: list[str], run: database.Run = database.write) -> None:
    """The same in the transaction under way: one write to the disk less, and the tries stay where that is undone."""
    run(_gone(len(names)), **_keys(names))


def _counted_by(run: database.Run, buckets: list[tuple[str, Limit]], now: datetime) -> Refusal | None:
    asked = _as_they_stand(run, buckets)
    refusals = {one.name: refusal for one in asked if (refusal := one.why_not(now))}
    for one in asked:
        if one.limit.alerts and one.name in refusals:
            _log.error("sign-in alert", extra={"code": one.name})
    refusal = next((refusals[one.name] for one in asked if one.name in refusals and not one.limit.alerts), None)
    _count(run, [one for one in asked if one.limit.alerts or refusal is None], now)
    return refusal


def _as_they_stand(run: database.Run, buckets: list[tuple[str, Limit]]) -> list[_Asked]:
    names = [name for name, _ in buckets]
    keys = _keys(names)
    found = {bytes(row[0]): Bucket(*row[1:]) for row in run(_there(len(names)), **keys)}
    return [_Asked(*one, found.get(one[1])) for one in zip(names, keys.values(), (limit for _, limit in buckets))]


def _count(run: database.Run, asked: list[_Asked], now: datetime) -> None:
    """A new row must be new: somebody else who made it meanwhile has counted, and this try begins anew."""
    known = [one.with_one_more(now) for one in asked if one.present]
    fresh = [one.with_one_more(now) for one in sorted(asked, key=lambda one: one.key) if not one.present]
    for rows, statement in (known, _counted_anew), (fresh, _counted_first):
        if rows:
            run(statement(len(rows)), **{f"{name}{place}": row[name] for place, row in enumerate(rows) for name in row})


@cache
def _there(many: int) -> Select[Any]:
    """In the order of the keys, so that two who lock the same rows never wait for each other."""
    columns = _rows.c.key, _rows.c.tries, _rows.c.since, _rows.c.blocked_until
    return select(*columns).where(_rows.c.key.in_(_places(many))).order_by(_rows.c.key).with_for_update()


@cache
def _gone(many: int) -> Delete:
    return delete(_rows).where(_rows.c.key.in_(_places(many)))


def _places(many: int) -> list[BindParameter[bytes]]:
    return [bindparam(f"key{place}", type_=_rows.c.key.type) for place in range(many)]


@cache
def _counted_first(many: int) -> Insert:
    """SQLite knows these words too."""
    names = [column.name for column in _rows.c]
    values = [{name: bindparam(f"{name}{place}", type_=_rows.c[name].type) for name in names} for place in range(many)]
    return insert(_rows).values(values)


@cache
def _counted_anew(many: int) -> Insert:
    there = _counted_first(many)
    counted = {column.name: there.excluded[column.name] for column in _rows.c if not column.primary_key}
    return there.on_conflict_do_update(index_elements=[_rows.c.key], set_=counted)


def _keys(names: list[str]) -> dict[str, bytes]:
    return {f"key{place}": _key(name) for place, name in enumerate(names)}


def _key(name: str) -> bytes:
    return secrets.keyed_hash("throttle", name)
