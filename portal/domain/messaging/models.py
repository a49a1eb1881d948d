from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.charts.following import follows
from portal.kernel.database import BIG, Base, key, outer_id


def _partial(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class Conversation(Base):
    """What a person and an office write to each other about one thing; in the chart, with whoever it was begun with.

    `person_id`: who began it; a chart that becomes somebody else's does not hand it on. `provider_id` None: the pool
    of the office (its front desk). States: waiting (for the office's answer, since `waiting_since`, to come by
    `due_at`) → answered → waiting …; closed. `assigned_to`: who of staff takes care of it.
    What lists show stands here, so that none of them reads or counts messages: `messages` (how many), `last_at`,
    `last_by` (patient, staff) and `snippet`, the beginning of the last one.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        ForeignKeyConstraint(["office_id", "chart_id"], ["chart.office_id", "chart.id"]),
        ForeignKeyConstraint(["office_id", "provider_id"], ["provider.office_id", "provider.id"]),
        UniqueConstraint("office_id", "id"),
        CheckConstraint("state in ('waiting','answered','closed')", name="state"),
        CheckConstraint("last_by in ('patient','staff')", name="last_by"),
        Index("ix_conversation_person", "person_id", "last_at"),
        Index("ix_conversation_chart", "office_id", "chart_id", "last_at"),
        Index("ix_conversation_state", "office_id", "state", "last_at"),
        Index("ix_conversation_provider", "office_id", "provider_id", "state", "last_at"),
        Index("ix_conversation_assigned", "assigned_to", "state", "last_at"),
        _partial("ix_conversation_waiting", "office_id", "waiting_since", where="state = 'waiting'"),
    )

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    chart_id: Mapped[int] = mapped_column(BIG)
    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    provider_id: Mapped[int | None] = mapped_column(BIG)
    subject: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    assigned_to: Mapped[int | None] = mapped_column(BIG, ForeignKey("staff_member.id"))
    started_at: Mapped[datetime]
    waiting_since: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    messages: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime]
    last_by: Mapped[str] = mapped_column(String(7))
    snippet: Mapped[str] = mapped_column(String(120))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Message(Base):
    """One message; written once, never changed or taken away. `number` counts from 1 within its conversation.

    `by_kind`: patient (`by_id` an account) or staff; `by_role`: the author's role then, patient for the person.
    """

    __tablename__ = "message"
    __table_args__ = (
        ForeignKeyConstraint(["office_id", "conversation_id"], ["conversation.office_id", "conversation.id"]),
        UniqueConstraint("conversation_id", "number"),
        CheckConstraint("by_kind in ('patient','staff')", name="by_kind"),
        Index("ix_message_conversation", "office_id", "conversation_id", "number"),
    )

    id: Mapped[int] = key()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    conversation_id: Mapped[int] = mapped_column(BIG)
    number: Mapped[int]
    at: Mapped[datetime]
    by_kind: Mapped[str] = mapped_column(String(7))
    by_id: Mapped[int] = mapped_column(BIG)
    by_role: Mapped[str] = mapped_column(String(16))
    body: Mapped[str] = mapped_column(Text)


class ReadMark(Base):
    """How far somebody has read a conversation: through message `number`, since `at`; `unread` came after that.

    Looking at a conversation changes this and nothing else. `unread` is counted for patients; staff have the state.
    `archived_at`: its reader put it away then, until somebody writes again.
    """

    __tablename__ = "read_mark"
    __table_args__ = (
        CheckConstraint("by_kind in ('patient','staff')", name="by_kind"),
        _partial("ix_read_mark_unread", "by_id", "conversation_id", where="unread > 0"),
    )

    conversation_id: Mapped[int] = mapped_column(BIG, ForeignKey("conversation.id"), primary_key=True)
    by_kind: Mapped[str] = mapped_column(String(7), primary_key=True)
    by_id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime]
    unread: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None]


class ConversationEvent(Base):
    """What happened to a conversation beside its messages: closed, reopened, assigned (to `staff_member_id`),
    unassigned, to_pool, left (its person closed their account). `by_kind`: patient, staff.
    """

    __tablename__ = "conversation_event"
    __table_args__ = (
        ForeignKeyConstraint(["office_id", "conversation_id"], ["conversation.office_id", "conversation.id"]),
        Index("ix_conversation_event_conversation", "office_id", "conversation_id", "id"),
        Index("ix_conversation_event_staff_member_id", "staff_member_id"),
    )

    id: Mapped[int] = key()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    conversation_id: Mapped[int] = mapped_column(BIG)
    at: Mapped[datetime]
    deed: Mapped[str] = mapped_column(String(10))
    by_kind: Mapped[str] = mapped_column(String(7))
    by_id: Mapped[int] = mapped_column(BIG)
    staff_member_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("staff_member.id"))


class StaffNote(Base):
    """What members of staff tell each other about a conversation; its person never sees it. Written once, for good."""

    __tablename__ = "staff_note"
    __table_args__ = (
        ForeignKeyConstraint(["office_id", "conversation_id"], ["conversation.office_id", "conversation.id"]),
        Index("ix_staff_note_conversation", "office_id", "conversation_id", "id"),
        Index("ix_staff_note_staff_member_id", "staff_member_id"),
    )

    id: Mapped[int] = key()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    conversation_id: Mapped[int] = mapped_column(BIG)
    at: Mapped[datetime]
    staff_member_id: Mapped[int] = mapped_column(BIG, ForeignKey("staff_member.id"))
    body: Mapped[str] = mapped_column(String(2000))


class SavedReply(Base):
    """Words that an office answers with again and again; `{patient}` and the like stand for what differs: rules.FIELDS.

    English with an optional Spanish twin for people who read Spanish.
    """

    __tablename__ = "saved_reply"
    __table_args__ = (Index("ix_saved_reply_office_id", "office_id", "name"),)

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    name: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(String(2000))
    body_es: Mapped[str | None] = mapped_column(String(2000))


class Attachment(Base):
    """A file of a message, or (while it is not sent) of a draft. `place`: as of the draft, until it is sent; then
    `conversation_id` and `number` are those of its message. `by_kind`, `by_id`: its author, and the draft's.
    """

    __tablename__ = "message_attachment"
    __table_args__ = (
        ForeignKeyConstraint(["conversation_id", "number"], ["message.conversation_id", "message.number"]),
        CheckConstraint("(place is null) <> (number is null)", name="place_or_message"),
        CheckConstraint("(conversation_id is null) = (number is null)", name="message"),
        CheckConstraint("by_kind in ('patient','staff')", name="by_kind"),
        Index("ix_message_attachment_message", "conversation_id", "number"),
        _partial("ix_message_attachment_draft", "by_id", "place", where="place is not null"),
    )

    file_id: Mapped[int] = mapped_column(BIG, ForeignKey("stored_file.id"), primary_key=True, autoincrement=False)
    by_kind: Mapped[str] = mapped_column(String(7))
    by_id: Mapped[int] = mapped_column(BIG)
    place: Mapped[str | None] = mapped_column(String(32))
    conversation_id: Mapped[int | None] = mapped_column(BIG)
    number: Mapped[int | None]


class Draft(Base):
    """What somebody has typed and not sent. `place`: a conversation (its outer id, hex), or new. `content`: sealed."""

    __tablename__ = "message_draft"
    __table_args__ = (
        UniqueConstraint("by_kind", "by_id", "place"),
        CheckConstraint("by_kind in ('patient','staff')", name="by_kind"),
        Index("ix_message_draft_saved_at", "saved_at"),
    )

    id: Mapped[int] = key()
    by_kind: Mapped[str] = mapped_column(String(7))
    by_id: Mapped[int] = mapped_column(BIG)
    place: Mapped[str] = mapped_column(String(32))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime]


follows("conversation", Conversation)
