from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.database import BIG, Base, key


class Receipt(Base):
    """One form, sent once: its key, what was answered (24 hours), and the number that the person keeps.

    `form_key` is the SHA-256 over the actor and the form's 128-bit key: the unique index lets one deed through.
    """

    __tablename__ = "receipt"
    __table_args__ = (Index("ix_receipt_actor", "actor_kind", "actor_id", "id"),)

    id: Mapped[int] = key()
    form_key: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    body_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    number: Mapped[str] = mapped_column(String(16), unique=True)
    actor_kind: Mapped[str] = mapped_column(String(8))
    actor_id: Mapped[int] = mapped_column(BIG)
    subject_kind: Mapped[str] = mapped_column(String(8))
    subject_id: Mapped[int] = mapped_column(BIG)
    deed: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(index=True)
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)


class NoticePreference(Base):
    """How a person is told of one kind of thing (NTF-1); who has no row is told as `types.Preference` says.

    `kind`: appointments. `remind_by`: email, sms, voice, none. `in_mail`: when and where may stand in their email, and
    an entry for their calendar goes with it (SECURITY P1).
    """

    __tablename__ = "notice_preference"
    __table_args__ = (CheckConstraint("remind_by in ('email','sms','voice','none')", name="remind_by"),)

    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    remind_by: Mapped[str] = mapped_column(String(5), default="email")
    in_mail: Mapped[bool] = mapped_column(default=False)
