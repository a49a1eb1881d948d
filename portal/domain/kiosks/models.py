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
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.database import BIG, Base, key, outer_id

_OPEN = "ended_at IS NULL"


class Kiosk(Base):
    """A device of a clinic. It is paired once, by a code that staff read to it, and then known by its own cookie.

    `token_hash` is the SHA-256 of that cookie's token, None while it is not paired; `code_hash` a keyed hash of a
    pairing code that waits (SECURITY A17). `help_at`: somebody in front of it asked for help then.
    `ended_at`: taken off the list; what was done there stays.
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
    ended_at: Mapped[datetime | None]


class KioskSession(Base):
    """One enrollment that staff sent to a kiosk: what they see of it, and which browser may go on with it.

    `holder` names the enrollment itself (enrollment.runs) and never leaves the server; `token_hash` is the SHA-256 of
    the cookie of the browser in which it was begun. `draft` is what was typed and not taken yet, sealed, never a
    password. `other_phone`: the code went to another phone than the one in the chart. `paper`: a types.Paper; `state`:
    a types.State; `step`: an enrollment.types.Step.
    """

    __tablename__ = "kiosk_session"
    __table_args__ = (
        ForeignKeyConstraint(["office_id", "kiosk_id"], ["kiosk.office_id", "kiosk.id"]),
        ForeignKeyConstraint(["office_id", "chart_id"], ["chart.office_id", "chart.id"]),
        CheckConstraint("state in ('sent','begun','done','left','lapsed','stopped')", name="state"),
        Index(
            "uq_kiosk_session_kiosk", "kiosk_id", unique=True, sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)
        ),
        Index(
            "uq_kiosk_session_chart", "chart_id", unique=True, sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)
        ),
        Index("ix_kiosk_session_kiosk", "office_id", "kiosk_id"),
        Index("ix_kiosk_session_chart", "office_id", "chart_id"),
        Index("ix_kiosk_session_staff_member_id", "staff_member_id"),
        Index("ix_kiosk_session_account_id", "account_id"),
        Index("ix_kiosk_session_ended_at", "ended_at"),
    )

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    kiosk_id: Mapped[int] = mapped_column(BIG)
    chart_id: Mapped[int] = mapped_column(BIG)
    staff_member_id: Mapped[int] = mapped_column(BIG, ForeignKey("staff_member.id"))
    account_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("account.id"))
    holder: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    paper: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(8), default="sent")
    step: Mapped[str] = mapped_column(String(8), default="who")
    language: Mapped[str] = mapped_column(String(2))
    other_phone: Mapped[bool] = mapped_column(default=False)
    draft: Mapped[bytes | None] = mapped_column(LargeBinary)
    sent_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    touched_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
