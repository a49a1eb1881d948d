"""Files that go with a message: onto its draft, off it again, along with it when it is sent; and who may open them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select, update

from portal.domain.accounts.models import Person
from portal.domain.audit.queries import with_head
from portal.domain.charts.models import Chart
from portal.domain.connections.models import Connection
from portal.domain.files import actions as files
from portal.domain.files.models import StoredFile
from portal.domain.files.queries import FILE
from portal.domain.files.types import FileRow, NewFile
from portal.domain.messaging import rules
from portal.domain.messaging.drafts import KEPT, place_of
from portal.domain.messaging.models import Attachment, Conversation, Draft
from portal.domain.viewer import Actor, Head, StaffViewer, Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing, refuse_if
from portal.kernel.rows import Flat

_AT_ONCE = 200


def _files() -> Any:
    return select(*FILE).join(Attachment, Attachment.file_id == StoredFile.id)


_HAS_WORDS = exists().where(
    Draft.by_kind == Attachment.by_kind, Draft.by_id == Attachment.by_id, Draft.place == Attachment.place
)
_IN_MINE = exists().where(
    Conversation.id == Attachment.conversation_id,
    Conversation.person_id == bindparam("person_id"),
    Connection.office_id == Conversation.office_id,
    Connection.chart_id == Conversation.chart_id,
    Connection.person_id == Conversation.person_id,
    Connection.ended_at.is_(None),
)
_ON_MY_DRAFT = and_(
    Attachment.place.is_not(None),
    Attachment.by_kind == bindparam("by_kind"),
    Attachment.by_id == bindparam("by_id"),
)
_MINE = _files().where(StoredFile.public_id == bindparam("public_id"), or_(_IN_MINE, _ON_MY_DRAFT))
_OURS = with_head(
    select(*FILE, Chart.public_id.label("chart"), Chart.person_id)
    .select_from(Conversation)
    .join(Chart, Chart.id == Conversation.chart_id)
    .join(
        Attachment,
        or_(
            Attachment.conversation_id == Conversation.id,
            and_(_ON_MY_DRAFT, Attachment.place == bindparam("place")),
        ),
    )
    .join(StoredFile, StoredFile.id == Attachment.file_id)
    .where(
        Conversation.public_id == bindparam("conversation"),
        Conversation.office_id == bindparam("office_id"),
        StoredFile.public_id == bindparam("public_id"),
    ),
    "person",
    Chart.person_id,
)


class OfficeFile(NamedTuple):
    """A file, and the chart (outer id) in which it is. `head`: the end of the audit chain of its person."""

    file: FileRow
    chart: UUID
    person_id: int | None
    head: Head


def attach(by: Actor, place: str, new: NewFile, person_id: int, now: datetime) -> bool:
    """Put a file onto the draft of a message. False: the same one is there already, and this one is not needed.

    Args:
        person_id: in whose record the message will be.

    Raises:
        Refused: `file_too_many`, `file_day_full`, `file_all_full`.
    """
    session = database.session()
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())  # one after the other
    there = select(StoredFile.digest).join(Attachment, Attachment.file_id == StoredFile.id).where(*_of(by, place))
    digests = list(session.scalars(there))
    if new.digest in digests:
        return False
    refuse_if(rules.why_not_attach(len(digests)))
    row = files.add(new, person_id, by, now)
    session.add(Attachment(file_id=row.id, by_kind=by.kind, by_id=by.id, place=place))
    return True


def detach(by: Actor, place: str, file_id: UUID) -> str | None:
    """Take a file (outer id) off one's draft again. The name of its bytes, which are of no use any more; None where
    it was not there. What was sent stays.
    """
    mine = select(Attachment, StoredFile.name).join(StoredFile, StoredFile.id == Attachment.file_id)
    found = database.session().execute(mine.where(*_of(by, place), StoredFile.public_id == file_id)).one_or_none()
    if found is None:
        return None
    _take_away([found[0]])
    return str(found[1])


def send_along(by: Actor, place: str, conversation_id: int, number: int) -> None:
    """What was on the draft is of that message now."""
    change = {"place": None, "conversation_id": conversation_id, "number": number}
    database.session().execute(update(Attachment).where(*_of(by, place)).values(change))


def file_of(viewer: Viewer, public_id: UUID) -> FileRow:
    """A file in a conversation of the person, or on a draft of theirs.

    Raises:
        Missing: there is none, or somebody else's.
    """
    values = {"person_id": viewer.person_id, "by_kind": viewer.actor.kind, "by_id": viewer.actor.id}
    return _one(_MINE, public_id=public_id, **values)


def office_file_of(viewer: StaffViewer, conversation: UUID, public_id: UUID) -> OfficeFile:
    """A file in a conversation of the viewer's office, or on the viewer's draft there.

    Raises:
        Missing: there is none.
    """
    values = {"office_id": viewer.office_id or 0, "conversation": conversation, "place": place_of(conversation)}
    own = {"by_kind": viewer.actor.kind, "by_id": viewer.actor.id}
    row = database.read_one(Flat, _OURS, public_id=public_id, **values, **own)
    if row is None:
        raise Missing
    width = len(FileRow._fields)
    return OfficeFile(FileRow._make(row[:width]), row[width], row[width + 1], Head.of(*row[-2:]))


def person_of(viewer: StaffViewer, conversation: UUID) -> int:
    """In whose record (inner id of the person) a conversation of the viewer's office is.

    Raises:
        Missing: no such conversation there.
    """
    mine = (
        select(Conversation.person_id)
        .join(Chart, Chart.id == Conversation.chart_id)
        .where(Conversation.public_id == conversation, Conversation.office_id == viewer.office_id)
    )
    found: int | None = database.session().scalar(mine)
    if found is None:
        raise Missing
    return found


def forget_old(now: datetime) -> int:
    """Files that wait for as long as a draft is kept, without one (any more). How many."""
    return _forget(StoredFile.added_at < now - KEPT, ~_HAS_WORDS)


def forget_of(actor: Actor) -> int:
    """The files of all that somebody has not sent: they close their account."""
    return _forget(Attachment.by_kind == actor.kind, Attachment.by_id == actor.id)


def _forget(*which: ColumnElement[bool]) -> int:
    rows = (
        select(Attachment)
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .where(Attachment.place.is_not(None), *which)
        .limit(_AT_ONCE)
    )
    return _take_away(list(database.session().scalars(rows)))


def _take_away(rows: list[Attachment]) -> int:
    session, ids = database.session(), [row.file_id for row in rows]
    for row in rows:
        session.delete(row)
    session.flush()
    files.forget(ids)
    return len(ids)


def _of(by: Actor, place: str) -> tuple[ColumnElement[bool], ...]:
    return (Attachment.by_kind == by.kind, Attachment.by_id == by.id, Attachment.place == place)


def _one(statement: Any, **values: Any) -> FileRow:
    found = database.read_one(FileRow, statement, **values)
    if found is None:
        raise Missing
    return found
