from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.database import BIG, Base, key, outer_id


class Chart(Base):
    """Demographics as the office keeps them; `phone_on_file` (E.164) never changes with the account's own phone.

    `person_id` is empty until the person enrolls, or is known from another office.
    """

    __tablename__ = "chart"
    __table_args__ = (
        UniqueConstraint("office_id", "id"),
        UniqueConstraint("office_id", "number", name="uq_chart_number"),
        Index("ix_chart_name", "office_id", "family", "given"),
        Index("ix_chart_person_id", "person_id"),
    )

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    person_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("person.id"))
    number: Mapped[str] = mapped_column(String(20))
    given: Mapped[str] = mapped_column(String(80))
    family: Mapped[str] = mapped_column(String(80))
    birth_date: Mapped[date]
    phone_on_file: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    preferred: Mapped[str | None] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(2), default="en")
    line1: Mapped[str | None] = mapped_column(String(120))
    line2: Mapped[str | None] = mapped_column(String(120))
    city: Mapped[str | None] = mapped_column(String(80))
    state: Mapped[str | None] = mapped_column(String(2))
    postal_code: Mapped[str | None] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
