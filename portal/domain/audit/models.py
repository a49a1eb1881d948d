from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.database import BIG, Base


class AuditEntry(Base):
    """One link of a chain: ids and codes only. `chain` says whose: a person's, a staff member's, or the portal's.

    The primary key refuses two links in one place, so a chain can not fork. One index finds the list that showed
    a person, one what an office did to one thing; the views of patients, which are nearly all rows, are in neither.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index(
            "ix_audit_entry_list",
            "about",
            sqlite_where=text("chain = 'staff' AND about IS NOT NULL"),
            postgresql_where=text("chain = 'staff' AND about IS NOT NULL"),
        ),
        Index(
            "ix_audit_entry_about",
            "office_id",
            "about",
            "at",
            sqlite_where=text("office_id IS NOT NULL"),
            postgresql_where=text("office_id IS NOT NULL"),
        ),
        {"sqlite_with_rowid": False},
    )

    chain: Mapped[str] = mapped_column(String(8), primary_key=True)
    subject_id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(8))
    actor_id: Mapped[int] = mapped_column(BIG)
    office_id: Mapped[int | None] = mapped_column(BIG)
    event: Mapped[str] = mapped_column(String(48))
    section: Mapped[str] = mapped_column(String(32))
    about: Mapped[UUID | None]
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditSubject(Base):
    """One of those whom a list showed. `about` is that of the list's own link in the chain of whoever looked (a digest
    over its subjects, audit/rules.py); `subject` is the outer id of a chart, `person_id` whose it is, where known."""

    __tablename__ = "audit_subject"
    __table_args__ = (Index("ix_audit_subject_person_id", "person_id"), {"sqlite_with_rowid": False})

    about: Mapped[UUID] = mapped_column(primary_key=True)
    subject: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(BIG)
