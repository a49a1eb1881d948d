from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, select

from portal.domain.accounts.models import StaffMember
from portal.domain.copies import Part, Resource, Sheet, Stored, Whose
from portal.domain.files.models import StoredFile
from portal.domain.messaging import drafts
from portal.domain.messaging.models import Attachment, Conversation, Draft, Message
from portal.domain.messaging.queries import PROVIDER
from portal.domain.practices.models import Office, Provider
from portal.domain.viewer import Actor
from portal.kernel import database
from portal.kernel.rows import Flat

_ALL = (
    select(
        Conversation.public_id,
        Conversation.subject,
        PROVIDER.label("provider"),
        Office.name.label("office"),
        Message.number,
        Message.at,
        Message.by_kind,
        (StaffMember.given + " " + StaffMember.family).label("author"),
        Message.body,
    )
    .select_from(Conversation)
    .join(Message, and_(Message.office_id == Conversation.office_id, Message.conversation_id == Conversation.id))
    .join(Office, Office.id == Conversation.office_id)
    .outerjoin(Provider, Provider.id == Conversation.provider_id)
    .outerjoin(StaffMember, and_(Message.by_kind == "staff", StaffMember.id == Message.by_id))
    .where(Conversation.person_id == bindparam("person_id"))
    .order_by(Conversation.last_at, Conversation.id, Message.number)
)


_FILES = (
    select(Conversation.public_id, Attachment.number, StoredFile.title, StoredFile.name, StoredFile.key)
    .select_from(Conversation)
    .join(Attachment, Attachment.conversation_id == Conversation.id)
    .join(StoredFile, StoredFile.id == Attachment.file_id)
    .where(Conversation.person_id == bindparam("person_id"), StoredFile.state == "ready")
    .order_by(Attachment.file_id)
)
_DRAFTS = (
    select(Draft.place, Draft.content, Draft.saved_at)
    .where(Draft.by_kind == "patient", Draft.by_id == bindparam("account_id"))
    .order_by(Draft.saved_at)
)


def _of_messages(person_id: int) -> dict[tuple[UUID, int], list[Resource]]:
    """FHIR payloads, by conversation and number."""
    found: dict[tuple[UUID, int], list[Resource]] = {}
    for key, number, title, path in _paths(person_id):
        found.setdefault((key, number), []).append({"contentAttachment": {"title": title, "url": path}})
    return found


def _paths(person_id: int) -> Iterator[tuple[UUID, int, str, str]]:
    for place, (key, number, title, *_) in enumerate(database.read(Flat, _FILES, person_id=person_id), 1):
        yield key, number, title, f"{key}-{number}/{place}-{title}"


def files(whose: Whose) -> Iterator[Stored]:
    """Attachments; each is called after its message and what it was called there."""
    rows = database.read(Flat, _FILES, person_id=whose.person_id)
    for (*_, path), (*_, name, sealed) in zip(_paths(whose.person_id), rows, strict=True):
        yield Stored(path, name, sealed)


def sheets(whose: Whose) -> Iterator[Sheet]:
    """Messages (FHIR Communication), by conversation, first to last; and what is typed and not sent."""
    rows, files = database.read(Flat, _ALL, person_id=whose.person_id), _of_messages(whose.person_id)
    yield Sheet("Communication", (_communication(*row, files.get((row[0], row[4]), [])) for row in rows))
    yield Sheet("drafts", (_draft(whose, *row) for row in database.read(Flat, _DRAFTS, account_id=whose.account_id)))


def _draft(whose: Whose, place: str, content: bytes, saved_at: datetime) -> Resource:
    typed = drafts.opened(content, Actor("patient", whose.account_id), place)
    return {"subject": typed.get("subject"), "text": typed.get("body"), "saved": saved_at}


def _communication(*row: Any) -> Resource:
    key, subject, provider, office, number, at, by_kind, author, body, files = row
    they = f"{provider}, {office}" if provider else office
    own = by_kind == "patient"
    return {
        "resourceType": "Communication",
        "id": f"{key}-{number}",
        "partOf": [{"identifier": {"value": key}}],
        "status": "completed",
        "topic": {"text": subject},
        "sent": at,
        **({} if own else {"sender": {"display": f"{author}, {office}"}}),
        **({"recipient": [{"display": they}]} if own else {}),
        "payload": [{"contentString": body}, *files],
    }


PART = Part("messaging", sheets, files)
