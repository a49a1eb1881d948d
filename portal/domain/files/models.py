from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.database import BIG, Base, key, outer_id

_HELD = text("state = 'held'")


class StoredFile(Base):
    """A file in somebody's record. `person_id`: whose; `by_kind` (patient, staff) and `by_id`: who added it.

    `name`: under which the sealed bytes lie in the store, 32 random hex signs. `key`: that of this file alone, sealed;
    with it goes the content. `size` (bytes) and `digest` (SHA-256) are of what is stored, before it is sealed.
    States: held, until the virus scan has seen it → ready; or refused, its key is gone then.
    """

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint("state in ('held','ready','refused')", name="state"),
        CheckConstraint("kind in ('pdf','jpg','png','txt')", name="kind"),
        CheckConstraint("by_kind in ('patient','staff')", name="by_kind"),
        Index("ix_stored_file_person", "person_id", "added_at"),
        Index("ix_stored_file_held", "id", sqlite_where=_HELD, postgresql_where=_HELD),
    )

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    name: Mapped[str] = mapped_column(String(32), unique=True)
    key: Mapped[bytes | None] = mapped_column(LargeBinary)
    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    by_kind: Mapped[str] = mapped_column(String(7))
    by_id: Mapped[int] = mapped_column(BIG)
    title: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(4))
    size: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    state: Mapped[str] = mapped_column(String(7), default="ready")
    added_at: Mapped[datetime]
