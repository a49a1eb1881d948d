from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.database import BIG, Base


class Reminder(Base):
    """Somebody was reminded of a visit at a time: the primary key is what makes a second reminder impossible (C21).

    Written when it is sent, never ahead, so that nothing is left behind where the visit is moved. `kind`: days, hours.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        ForeignKeyConstraint(["office_id", "appointment_id"], ["appointment.office_id", "appointment.id"]),
        CheckConstraint("kind in ('days','hours')", name="kind"),
        Index("ix_reminder_appointment", "office_id", "appointment_id"),
        Index("ix_reminder_starts_at", "starts_at"),
    )

    appointment_id: Mapped[int] = mapped_column(BIG, primary_key=True)
    kind: Mapped[str] = mapped_column(String(5), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    at: Mapped[datetime]
