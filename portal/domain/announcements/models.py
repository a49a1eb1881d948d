from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.database import BIG, Base, key, outer_id


class Announcement(Base):
    """`office_id` None: from the operator, to everybody of that audience in all offices.

    English text with an optional Spanish twin (MODEL, Stored texts).
    """

    __tablename__ = "announcement"
    __table_args__ = (
        CheckConstraint("audience in ('everyone','patients','staff')", name="audience"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index("ix_announcement_office_id", "office_id", "ends_at"),
        Index("ix_announcement_author_id", "author_id"),
    )

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    office_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("office.id"))
    author_id: Mapped[int] = mapped_column(BIG, ForeignKey("staff_member.id"))
    audience: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    title_es: Mapped[str | None] = mapped_column(String(120))
    body_es: Mapped[str | None] = mapped_column(Text)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Dismissal(Base):
    """Somebody closed an announcement; it stays closed for them."""

    __tablename__ = "dismissal"
    __table_args__ = (Index("ix_dismissal_reader", "reader_kind", "reader_id"),)

    announcement_id: Mapped[int] = mapped_column(BIG, ForeignKey("announcement.id"), primary_key=True)
    reader_kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    reader_id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
