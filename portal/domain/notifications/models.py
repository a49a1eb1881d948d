from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String
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
