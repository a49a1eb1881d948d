from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.database import BIG, Base, key, outer_id


class Kiosk(Base):
    """A device of a clinic. It is paired once, by a code that staff read to it, and then known by its own cookie.

    `token_hash` is the SHA-256 of that cookie's token, None while it is not paired; `code_hash` a keyed hash of a
    pairing code that waits (SECURITY A17). `help_at`: somebody in front of it asked for help then.
    """

    __tablename__ = "kiosk"
    __table_args__ = (UniqueConstraint("office_id", "id"), Index("ix_kiosk_added_by", "added_by"))

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    name: Mapped[str] = mapped_column(String(60))
    added_by: Mapped[int] = mapped_column(BIG, ForeignKey("staff_member.id"))
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    code_until: Mapped[datetime | None]
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    paired_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    help_at: Mapped[datetime | None]
