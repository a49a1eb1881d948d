"""What becomes of files: taken into a record, looked at by the virus scan, taken away."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_hex
from typing import Any, cast

from sqlalchemy import CursorResult, bindparam, case, delete, func, select, update

from portal.domain.files import rules
from portal.domain.files.models import StoredFile
from portal.domain.files.types import NewFile
from portal.domain.viewer import Actor
from portal.kernel import database, secrets
from portal.kernel.database import Moment
from portal.kernel.refusal import refuse_if

#: What the keys of files are sealed for.
PURPOSE = "files"
_THEIRS = select(
    func.coalesce(func.sum(StoredFile.size), 0),
    func.coalesce(
        func.sum(
            case(
                ((StoredFile.added_at > bindparam("since", type_=Moment())) & (StoredFile.by_kind == "patient"), 1),
                else_=0,
            )
            * StoredFile.size
        ),
        0,
    ),
).where(StoredFile.person_id == bindparam("person_id"))


def sealed(content: bytes, title: str, kind: str, state: str) -> tuple[NewFile, bytes]:
    """A file to be, and its bytes for the store: under a key of its own, bound to its name."""
    name, key = token_hex(16), os.urandom(32)
    new = NewFile(name, key, title, kind, len(content), sha256(content).digest(), state)
    return new, secrets.seal_with(key, content, name)


def opened(name: str, key: bytes, content: bytes) -> bytes:
    """What lies in the store under a name, by its sealed key.

    Raises:
        ValueError: it was altered, or is another file's.
    """
    return secrets.unseal_with(secrets.unseal(PURPOSE, key, name), content, name)


def add(new: NewFile, person_id: int, by: Actor, now: datetime) -> StoredFile:
    """Take a file into somebody's record.

    Raises:
        Refused: `file_day_full`, `file_all_full`.
    """
    session = database.session()
    values = {"person_id": person_id, "since": now - timedelta(days=1)}
    ever, today = session.execute(_THEIRS, values).one()
    refuse_if(rules.why_not_keep(new.size, int(today), int(ever), by_staff=by.kind == "staff"))
    row = StoredFile(
        name=new.name,
        key=secrets.seal(PURPOSE, new.key, new.name),
        person_id=person_id,
        by_kind=by.kind,
        by_id=by.id,
        title=new.title,
        kind=new.kind,
        size=new.size,
        digest=new.digest,
        state=new.state,
        added_at=now,
    )
    session.add(row)
    session.flush()
    return row


def forget(ids: list[int]) -> int:
    """Nobody can read them any more; the store loses their bytes in the night. How many."""
    gone = database.session().execute(delete(StoredFile).where(StoredFile.id.in_(ids)))
    return cast(CursorResult[Any], gone).rowcount


def settle(file_id: int, *, is_clean: bool) -> None:
    """The virus scan has seen it: it can be opened; or nobody ever will."""
    change = {"state": "ready"} if is_clean else {"state": "refused", "key": None}
    held = (StoredFile.id == file_id, StoredFile.state == "held")
    database.session().execute(update(StoredFile).where(*held).values(change))
