from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.export.types import STATES
from portal.kernel.database import BIG, Base, key, outer_id


class Export(Base):
    """The copy that somebody asked for: one at a time, for a new one takes the old one's place.

    While it is made, `leased_until` says how long the process at work may be silent; `done` of `total` parts are in.
    `file_name` is random (128 bits) and names the sealed file; `size` is that of the ZIP in it, in bytes.
    """

    __tablename__ = "export"
    __table_args__ = (CheckConstraint(f"state in {STATES}", name="state"),)

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    account_id: Mapped[int] = mapped_column(BIG, ForeignKey("account.id"), unique=True)
    state: Mapped[str] = mapped_column(String(8), index=True)
    asked_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime | None]
    size: Mapped[int] = mapped_column(BIG, default=0)
    file_name: Mapped[str | None] = mapped_column(String(64))
