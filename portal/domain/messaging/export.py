from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, bindparam, select

from portal.domain.accounts.models import StaffMember
from portal.domain.copies import Part, Resource, Sheet, Whose
from portal.domain.messaging.models import Conversation, Message
from portal.domain.messaging.queries import PROVIDER
from portal.domain.practices.models import Office, Provider
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


def sheets(whose: Whose) -> Iterator[Sheet]:
    """Messages (FHIR Communication), by conversation, first to last."""
    rows = database.read(Flat, _ALL, person_id=whose.person_id)
    yield Sheet("Communication", (_communication(*row) for row in rows))


def _communication(*row: Any) -> Resource:
    key, subject, provider, office, number, at, by_kind, author, body = row
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
        "payload": [{"contentString": body}],
    }


PART = Part("messaging", sheets)
