from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Table, delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from portal.domain.audit.actions import record
from portal.domain.export import queries, rules
from portal.domain.export.models import Export
from portal.domain.export.types import Taken
from portal.domain.outbox.actions import queue
from portal.domain.viewer import Actor, Viewer
from portal.kernel import database
from portal.kernel.refusal import Refusal, Refused, refuse_if

_ROW = cast(Table, Export.__table__)


def ask(viewer: Viewer, now: datetime) -> str | None:
    """Ask for a copy of everything; one that is there is let go of. The name of its file, which is of no use any more.

    Raises:
        Refused: `copy_under_way`.
    """
    session = database.session()
    old = session.scalars(select(Export).filter_by(account_id=viewer.actor.id).with_for_update()).one_or_none()
    refuse_if(rules.why_not_ask(old.state if old else None))
    name = old.file_name if old else None
    if old is not None:
        session.delete(old)
        session.flush()
    row = Export(account_id=viewer.actor.id, state="waiting", asked_at=now)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:  # asked for in two browsers at once
        raise Refused(Refusal("copy_under_way")) from error
    record("export.asked", by=viewer, about=row.public_id, section="export")
    return name


def take(now: datetime) -> Taken | None:
    """A copy for this process to make: one that waits, or whose maker fell silent. None: there is nothing to do."""
    free = or_(_ROW.c.state == "waiting", (_ROW.c.state == "making") & (_ROW.c.leased_until <= now))
    first = select(_ROW.c.id).where(free).order_by(_ROW.c.id).limit(1).scalar_subquery()
    taken = (
        update(_ROW)
        .where(_ROW.c.id == first, free)
        .values(state="making", leased_until=now + rules.LEASE, tries=_ROW.c.tries + 1, done=0)
        .returning(_ROW.c.id, _ROW.c.account_id, _ROW.c.tries)
    )
    found = database.session().execute(taken).one_or_none()
    if found is None:
        return None
    whose = queries.whose(found.account_id)
    if whose is None or found.tries > rules.TRIES:
        _settle(found.id, found.tries, state="failed")
        return None
    return Taken(found.id, found.tries, whose)


def go_on(taken: Taken, done: int, total: int, now: datetime) -> bool:
    """So many parts are in. False: somebody else makes it by now, or nobody wants it any more."""
    return _settle(taken.id, taken.tries, done=done, total=total, leased_until=now + rules.LEASE)


def finish(taken: Taken, file_name: str, size: int, now: datetime) -> bool:
    """It is there, and its owner is told. False: nobody wants this one any more."""
    kept = _settle(taken.id, taken.tries, state="ready", file_name=file_name, size=size, made_at=now)
    if kept:
        queue("export_ready", to=Actor("patient", taken.whose.account_id))
    return kept


def give_up(taken: Taken) -> None:
    """It went wrong: again later, or (the third time) not any more."""
    _settle(taken.id, taken.tries, state="waiting" if taken.tries < rules.TRIES else "failed")


def forget(ids: list[int]) -> int:
    """Copies whose files are gone. How many."""
    return _rows(delete(_ROW).where(_ROW.c.id.in_(ids)))


def _settle(row_id: int, tries: int, **values: Any) -> bool:
    """Only for whoever took it last: each taking has a number of its own."""
    mine = (_ROW.c.id == row_id, _ROW.c.state == "making", _ROW.c.tries == tries)
    return _rows(update(_ROW).where(*mine).values({"leased_until": None, **values})) == 1


def _rows(statement: Any) -> int:
    return cast(CursorResult[Any], database.session().execute(statement)).rowcount
