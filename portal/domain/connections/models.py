from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.database import BIG, Base, key, outer_id


class Connection(Base):
    """A person's account and an office's chart, bound since a moment; one open connection for each chart.

    `end_reason`: `deactivated` (the person closed their account), or a WhyEnded of the office, with `end_note`, its
    words to the person in English, if it wrote any.
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
    end_note: Mapped[str | None] = mapped_column(String(500))


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


class ConnectionRequest(Base):
    """Somebody with an account asks an office to connect them. One waits for each office: the index allows no second.

    States: waiting → connected (to `chart_id`), declined (`why`, and perhaps `note`, the office's words in English), or
    withdrawn by the person. `staff_member_id` is who answered.
    """

    __tablename__ = "connection_request"
    __table_args__ = (
        CheckConstraint("state in ('waiting','connected','declined','withdrawn')", name="state"),
        ForeignKeyConstraint(["office_id", "chart_id"], ["chart.office_id", "chart.id"]),
        Index(
            "uq_connection_request_waiting",
            "person_id",
            "office_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_connection_request_office", "office_id", "state", "id"),
        Index("ix_connection_request_chart", "office_id", "chart_id"),
        Index("ix_connection_request_person_id", "person_id", "id"),
        Index("ix_connection_request_staff_member_id", "staff_member_id"),
        Index("ix_connection_request_answered_at", "answered_at"),
    )

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    staff_member_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("staff_member.id"))
    chart_id: Mapped[int | None] = mapped_column(BIG)
    why: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str | None] = mapped_column(String(500))


class ProfileChange(Base):
    """A change of somebody's profile as one of their offices hears of it; one waits for each field of a chart.

    `field` is one of rules.FIELDS; `before` and `after` hold the columns of it, as a chart names them.
    States: waiting → taken (into the chart), left (`why`, and perhaps `note`, the office's words in English), or gone
    (the person changed it back before anybody answered).
    """

    __tablename__ = "profile_change"
    __table_args__ = (
        CheckConstraint("state in ('waiting','taken','left','gone')", name="state"),
        ForeignKeyConstraint(["office_id", "chart_id"], ["chart.office_id", "chart.id"]),
        Index(
            "uq_profile_change_waiting",
            "chart_id",
            "field",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_profile_change_office", "office_id", "state", "id"),
        Index("ix_profile_change_chart", "office_id", "chart_id", "state"),
        Index("ix_profile_change_person_id", "person_id", "id"),
        Index("ix_profile_change_staff_member_id", "staff_member_id"),
        Index("ix_profile_change_answered_at", "answered_at"),
    )

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    chart_id: Mapped[int] = mapped_column(BIG)
    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    field: Mapped[str] = mapped_column(String(16))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    told_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    staff_member_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("staff_member.id"))
    why: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str | None] = mapped_column(String(300))
