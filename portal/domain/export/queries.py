from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Date, Integer, bindparam, cast, exists, literal, null, or_, select

from portal.domain.accounts.models import Account, Person
from portal.domain.audit.models import AuditEntry
from portal.domain.copies import Whose
from portal.domain.export import rules
from portal.domain.export.models import Export
from portal.domain.export.types import Copy
from portal.domain.viewer import Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing


class Old(NamedTuple):
    """A copy whose time is over."""

    id: int
    file_name: str | None


_COLUMNS = (Export.public_id, *(getattr(Export, name) for name in Copy._fields[1:]))
_OWN = select(*_COLUMNS).where(Export.account_id == bindparam("account_id"))
_ONE = _OWN.where(Export.public_id == bindparam("public_id"))
_WHOSE = (
    select(Account.id, Account.person_id, Person.language, Person.time_zone)
    .join(Person, Person.id == Account.person_id)
    .where(Account.id == bindparam("account_id"), Account.state == "active")
)
_OLD = (
    select(Export.id, Export.file_name)
    .where(Export.asked_at < bindparam("before"), or_(Export.state == "ready", Export.state == "failed"))
    .limit(100)
)

_FETCHED = exists().where(
    AuditEntry.chain == "person",
    AuditEntry.subject_id == Account.person_id,
    AuditEntry.event == "export.downloaded",
    AuditEntry.about == Export.public_id,
)
#: For home: a copy that is there and was not downloaded yet. Columns kind, count, first_at; values person_id and
#: copies_since, before which the time of a copy is over.
READY = (
    select(
        literal("export_ready").label("kind"),
        cast(literal(1), Integer()).label("count"),
        cast(null(), Date()).label("first_at"),
    )
    .select_from(Export)
    .join(Account, Account.id == Export.account_id)
    .where(
        Account.person_id == bindparam("person_id"),
        Export.state == "ready",
        Export.made_at > bindparam("copies_since"),
        ~_FETCHED,
    )
)


def copy_of(viewer: Viewer, now: datetime) -> Copy | None:
    """The viewer's copy: on its way, or there to be downloaded; None when there is none, or its time is over."""
    found = database.read_one(Copy, _OWN, account_id=viewer.actor.id)
    gone = found is not None and found.state == "ready" and not rules.is_there(found.state, found.made_at, now)
    return None if gone else found


def ready_one(viewer: Viewer, public_id: UUID, now: datetime) -> Copy:
    """A copy that can be downloaded.

    Raises:
        Missing: it is not there (any more), or somebody else's.
    """
    found = database.read_one(Copy, _ONE, account_id=viewer.actor.id, public_id=public_id)
    if found is None or not rules.is_there(found.state, found.made_at, now):
        raise Missing
    return found


def whose(account_id: int) -> Whose | None:
    """Whose copy it is to be; None where the account was closed meanwhile."""
    return database.read_one(Whose, _WHOSE, account_id=account_id)


def old_ones(now: datetime) -> list[Old]:
    """Copies whose time is over, a hundred at most."""
    return database.read(Old, _OLD, before=now - rules.KEPT)
