from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.database import BIG, Base


class CheckInStep(Base):
    """Before a visit, its person said that something about them is still right: phone, address or insurance (APT-11).

    Written by `check_in`, shown to the office with the visit. `changed_at`: when what they said yes to was changed,
    where that was after the last visit; a line is for good once the visit is over, and goes a while later.
    """

    __tablename__ = "check_in_step"
    __table_args__ = (
        ForeignKeyConstraint(["office_id", "appointment_id"], ["appointment.office_id", "appointment.id"]),
        CheckConstraint("step in ('phone','address','insurance')", name="step"),
        Index("ix_check_in_step_appointment", "office_id", "appointment_id"),
        Index("ix_check_in_step_at", "at"),
    )

    appointment_id: Mapped[int] = mapped_column(BIG, primary_key=True)
    step: Mapped[str] = mapped_column(String(9), primary_key=True)
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    at: Mapped[datetime]
    by_kind: Mapped[str] = mapped_column(String(8))
    by_id: Mapped[int] = mapped_column(BIG)
    changed_at: Mapped[datetime | None]
