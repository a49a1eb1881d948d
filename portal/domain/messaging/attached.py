"""The files of messages and drafts, in one column of the statement that reads these, so that it stays one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, and_, bindparam, cast, func, literal, literal_column, select

from portal.domain.files.models import StoredFile
from portal.domain.messaging.attached_types import FIELD_ENDS, FILE_ENDS
from portal.domain.messaging.models import Attachment, Message

# The text between two is none, and not a bound one: a prepared statement has no place for that.
_PACKED = func.aggregate_strings(
    cast(Attachment.file_id, String)
    + literal(FIELD_ENDS)
    + cast(StoredFile.public_id, String)
    + literal(FIELD_ENDS)
    + StoredFile.title
    + literal(FIELD_ENDS)
    + cast(StoredFile.size, String)
    + literal(FIELD_ENDS)
    + StoredFile.state
    + literal(FILE_ENDS),
    literal_column("''"),  # type: ignore[arg-type]
)
_FILES = select(_PACKED).select_from(Attachment).join(StoredFile, StoredFile.id == Attachment.file_id)
#: The reader's own draft, with the values of drafts.OWN.
ON_DRAFT = and_(
    Attachment.by_kind == bindparam("own_kind"),
    Attachment.by_id == bindparam("reader_id"),
    Attachment.place == bindparam("place"),
)


def of_draft() -> Any:
    """Those of the reader's draft."""
    return _FILES.where(ON_DRAFT).correlate(None).scalar_subquery()


def of_message() -> Any:
    """Those of each message of a statement."""
    mine = and_(Attachment.conversation_id == Message.conversation_id, Attachment.number == Message.number)
    return _FILES.where(mine).correlate(Message).scalar_subquery()
