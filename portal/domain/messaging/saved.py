"""Saved replies: what an office answers with again and again, kept by those who answer."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select

from portal.domain.accounts.models import Person
from portal.domain.audit.actions import record
from portal.domain.charts.models import Chart
from portal.domain.messaging import rules
from portal.domain.messaging.models import Conversation, SavedReply
from portal.domain.messaging.queries import PROVIDER
from portal.domain.practices.models import Office, Provider
from portal.domain.practices.rules import mark_of
from portal.domain.viewer import StaffViewer
from portal.kernel import database
from portal.kernel.refusal import Missing, Stale, refuse_if


class Words(NamedTuple):
    """A saved reply as it is typed: what it is called, its words, and the same in Spanish."""

    name: str
    body: str
    body_es: str | None


class Saved(NamedTuple):
    """A saved reply as it is stored."""

    id: UUID
    name: str
    body: str
    body_es: str | None

    @property
    def words(self) -> Words:
        """What can be changed."""
        return Words._make(self[1:])

    @property
    def mark(self) -> str:
        """What stands for the words in a form that is open."""
        return mark_of(self.words)


class ToFill(NamedTuple):
    """A saved reply for one conversation, before its fields are filled in. `provider` None: the pool of the office.

    `language`: the one that the person reads; `patient`: how they are called.
    """

    body: str
    body_es: str | None
    language: str
    patient: str
    provider: str | None
    office: str
    phone: str


_OURS = SavedReply.office_id == bindparam("office_id")
_THIS = SavedReply.public_id == bindparam("saved_id", type_=Uuid())
_COLUMNS = (SavedReply.public_id, SavedReply.name, SavedReply.body, SavedReply.body_es)
_ALL = select(*_COLUMNS).where(_OURS).order_by(SavedReply.name, SavedReply.id)
_ONE = select(*_COLUMNS).where(_OURS, _THIS)
_TO_FILL = (
    select(
        SavedReply.body,
        SavedReply.body_es,
        Person.language,
        Chart.given,
        PROVIDER.label("provider"),
        Office.name.label("office"),
        Office.phone,
    )
    .select_from(Conversation)
    .join(SavedReply, (SavedReply.office_id == Conversation.office_id) & _THIS)
    .join(Office, Office.id == Conversation.office_id)
    .join(Chart, Chart.id == Conversation.chart_id)
    .join(Person, Person.id == Conversation.person_id)
    .outerjoin(Provider, Provider.id == Conversation.provider_id)
    .where(
        Conversation.public_id == bindparam("public_id", type_=Uuid()), Conversation.office_id == bindparam("office_id")
    )
)


def replies_of(viewer: StaffViewer) -> list[Saved]:
    """What the viewer's office has saved, by name."""
    return database.read(Saved, _ALL, office_id=viewer.office_id or 0)


def reply_of(viewer: StaffViewer, saved_id: UUID) -> Saved:
    """One of them.

    Raises:
        Missing: it is not there, or another office's.
    """
    found = database.read_one(Saved, _ONE, office_id=viewer.office_id or 0, saved_id=saved_id)
    if found is None:
        raise Missing
    return found


def to_fill(viewer: StaffViewer, conversation: UUID, saved_id: UUID | None) -> ToFill | None:
    """One of them for a conversation of the viewer's office; None where either is not there, or another office's."""
    values = {"public_id": conversation, "office_id": viewer.office_id or 0}
    return database.read_one(ToFill, _TO_FILL, saved_id=saved_id, **values) if saved_id else None


def add(viewer: StaffViewer, words: Words) -> None:
    """Save a further one.

    Raises:
        Refused: `unknown_fields`.
    """
    refuse_if(rules.why_not_keep_words(words.body, words.body_es))
    row = SavedReply(office_id=viewer.office_id, **words._asdict())
    database.session().add(row)
    database.session().flush()
    record("saved_reply.added", by=viewer, about=row.public_id, section="messaging")


def change(viewer: StaffViewer, saved_id: UUID, words: Words, *, mark: str) -> None:
    """Put other words in place of those that the form was opened with. What was sent stays as it was sent.

    Raises:
        Missing: it is not there, or another office's.
        Refused: `unknown_fields`.
        Stale: somebody saved other words meanwhile; `theirs` is the Saved.
    """
    row = _for_update(viewer, saved_id)
    kept = Saved(row.public_id, row.name, row.body, row.body_es)
    if kept.words == words:
        return
    if kept.mark != mark:
        raise Stale(kept)
    refuse_if(rules.why_not_keep_words(words.body, words.body_es))
    row.name, row.body, row.body_es = words
    record("saved_reply.changed", by=viewer, about=saved_id, section="messaging")


def delete(viewer: StaffViewer, saved_id: UUID) -> None:
    """Offer it no more, for good.

    Raises:
        Missing: it is not there, or another office's.
    """
    database.session().delete(_for_update(viewer, saved_id))
    record("saved_reply.deleted", by=viewer, about=saved_id, section="messaging")


def _for_update(viewer: StaffViewer, saved_id: UUID) -> SavedReply:
    ours = select(SavedReply).where(SavedReply.public_id == saved_id, SavedReply.office_id == viewer.office_id)
    row = database.session().scalar(ours.with_for_update())
    if row is None:
        raise Missing
    return row
