from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.database import BIG, Base, key


class Connection(Base):
    """A person's account and an office's chart, bound since a moment; one open connection for each chart.

    `end_reason`: `deactivated` (the person closed their account).
    """

    __tablename__ = "connection"
    __table_args__ = (
        ForeignKeyConstraint(["office_id", "chart_id"], ["chart.office_id", "chart.id"]),
        Index(
            "uq_connection_open",
            "chart_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_connection_chart", "office_id", "chart_id"),
        Index("ix_connection_person_id", "person_id", "office_id"),
    )

    id: Mapped[int] = key()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    chart_id: Mapped[int] = mapped_column(BIG)
    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(16))


class CareTeamMember(Base):
    """A provider who looks after the person of a chart (FHIR CareTeam.participant)."""

    __tablename__ = "care_team_member"
    __table_args__ = (
        ForeignKeyConstraint(["office_id", "chart_id"], ["chart.office_id", "chart.id"]),
        ForeignKeyConstraint(["office_id", "provider_id"], ["provider.office_id", "provider.id"]),
        UniqueConstraint("chart_id", "provider_id"),
        Index("ix_care_team_member_chart", "office_id", "chart_id"),
        Index("ix_care_team_member_provider", "office_id", "provider_id"),
    )

    id: Mapped[int] = key()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    chart_id: Mapped[int] = mapped_column(BIG)
    provider_id: Mapped[int] = mapped_column(BIG)
