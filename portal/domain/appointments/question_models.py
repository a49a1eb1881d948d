from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.charts.following import follows
from portal.kernel.database import BIG, Base, key, outer_id

_OPEN = text("state = 'open'")


class TimeQuestion(Base):
    """ "Can't find a time?": somebody asks the office for a visit, without a time of it.

    `weekdays`: bits, Monday is 1; `part_of_day`: any, morning, afternoon; `words`: what they wrote. `by_phone`: they
    want a call, else the answer here. States: open → answered (in `answer`, the office's words, or by the times of
    `appointment_id`, or by booking that), or taken back by the person.
    """

    __tablename__ = "time_question"
    __table_args__ = (
        ForeignKeyConstraint(["office_id", "chart_id"], ["chart.office_id", "chart.id"]),
        ForeignKeyConstraint(["office_id", "provider_id"], ["provider.office_id", "provider.id"]),
        ForeignKeyConstraint(["office_id", "reason_id"], ["visit_reason.office_id", "visit_reason.id"]),
        ForeignKeyConstraint(["office_id", "appointment_id"], ["appointment.office_id", "appointment.id"]),
        CheckConstraint("state in ('open','answered','withdrawn')", name="state"),
        CheckConstraint("part_of_day in ('any','morning','afternoon')", name="part_of_day"),
        CheckConstraint("weekdays between 1 and 127", name="weekdays"),
        Index("ix_time_question_chart", "office_id", "chart_id"),
        Index("ix_time_question_provider", "office_id", "provider_id"),
        Index("ix_time_question_reason", "office_id", "reason_id"),
        Index("ix_time_question_appointment", "office_id", "appointment_id"),
        Index("ix_time_question_open", "office_id", "asked_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    chart_id: Mapped[int] = mapped_column(BIG)
    provider_id: Mapped[int] = mapped_column(BIG)
    reason_id: Mapped[int] = mapped_column(BIG)
    appointment_id: Mapped[int | None] = mapped_column(BIG)
    weekdays: Mapped[int] = mapped_column(default=127)
    part_of_day: Mapped[str] = mapped_column(String(9), default="any")
    words: Mapped[str] = mapped_column(String(1000))
    by_phone: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(9), default="open")
    answer: Mapped[str | None] = mapped_column(String(1000))
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


follows("question", TimeQuestion)
