from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from portal.domain.charts import names
from portal.kernel.database import BIG, Base, key, outer_id

#: Compared sign by sign, not as a language would, so that an index finds what begins with something.
_KEY = String(200).with_variant(String(200, collation="C"), "postgresql")


class Chart(Base):
    """Demographics as the office keeps them; `phone_on_file` (E.164) never changes with the account's own phone.

    `person_id` is empty until the person enrolls, or is known from another office. `name_key` and `given_key` follow
    the names (charts/names.py). A chart that was merged says into which; it and all that hangs on it stay as they are.
    """

    __tablename__ = "chart"
    __table_args__ = (
        UniqueConstraint("office_id", "id"),
        UniqueConstraint("office_id", "number", name="uq_chart_number"),
        Index("ix_chart_name_key", "office_id", "name_key"),
        Index("ix_chart_given_key", "office_id", "given_key"),
        Index("ix_chart_birth_date", "office_id", "birth_date"),
        Index("ix_chart_phone_on_file", "office_id", "phone_on_file"),
        ForeignKeyConstraint(["office_id", "merged_into_id"], ["chart.office_id", "chart.id"]),
        Index("ix_chart_merged_into", "office_id", "merged_into_id"),
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
    merged_into_id: Mapped[int | None] = mapped_column(BIG)
    name_key: Mapped[str] = mapped_column(_KEY, default="")
    given_key: Mapped[str] = mapped_column(_KEY, default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @validates("family", "given")
    def _follow(self, field: str, value: str) -> str:
        names_now: dict[str, Any] = {"family": self.family or "", "given": self.given or "", field: value}
        self.name_key, self.given_key = names.name_key(**names_now), names.given_key(**names_now)
        return value


class ChartChange(Base):
    """One field of a chart that somebody of the office changed: from what to what, as text (dates ISO, phones E.164).

    `version` is the chart's after the change: what was saved together has one. `field` is one of Demographics, or a
    deed: created, imported, disconnected; merged, merged_away, unmerged (`after` is the number of the other chart).
    """

    __tablename__ = "chart_change"
    __table_args__ = (
        ForeignKeyConstraint(["office_id", "chart_id"], ["chart.office_id", "chart.id"]),
        Index("ix_chart_change_chart", "office_id", "chart_id", "id"),
        Index("ix_chart_change_staff_member_id", "staff_member_id"),
    )

    id: Mapped[int] = key()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    chart_id: Mapped[int] = mapped_column(BIG)
    staff_member_id: Mapped[int] = mapped_column(BIG, ForeignKey("staff_member.id"))
    at: Mapped[datetime]
    version: Mapped[int]
    field: Mapped[str] = mapped_column(String(20))
    before: Mapped[str | None] = mapped_column(String(254))
    after: Mapped[str | None] = mapped_column(String(254))


class ChartImport(Base):
    """A list of people that somebody uploaded, read and not yet (or just) taken in. A day later it is gone.

    `content`: what was read (charts/importing.py), sealed; None once its charts are there. `charts` says how many.
    """

    __tablename__ = "chart_import"
    __table_args__ = (
        Index("ix_chart_import_office_id", "office_id", "id"),
        Index("ix_chart_import_staff_member_id", "staff_member_id"),
    )

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    staff_member_id: Mapped[int] = mapped_column(BIG, ForeignKey("staff_member.id"))
    at: Mapped[datetime] = mapped_column(index=True)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    charts: Mapped[int | None]


class ChartMerge(Base):
    """One chart took another's place, until that is undone. Only links were moved (`MovedLink`), no rows.

    `gave_person`: the chart that stays was nobody's and became that of the merged one's person.
    """

    __tablename__ = "chart_merge"
    __table_args__ = (
        ForeignKeyConstraint(["office_id", "kept_id"], ["chart.office_id", "chart.id"]),
        ForeignKeyConstraint(["office_id", "merged_id"], ["chart.office_id", "chart.id"]),
        Index("ix_chart_merge_kept", "office_id", "kept_id"),
        Index("ix_chart_merge_merged", "office_id", "merged_id"),
        Index("ix_chart_merge_staff_member_id", "staff_member_id"),
        Index(
            "uq_chart_merge_open",
            "merged_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    kept_id: Mapped[int] = mapped_column(BIG)
    merged_id: Mapped[int] = mapped_column(BIG)
    staff_member_id: Mapped[int] = mapped_column(BIG, ForeignKey("staff_member.id"))
    at: Mapped[datetime]
    gave_person: Mapped[bool] = mapped_column(default=False)
    undone_at: Mapped[datetime | None]


class MovedLink(Base):
    """A link that a merge moved from one chart to the other, or ended because the other has the same one.

    `kind`: connection, care_team, change (of a profile, waiting for an answer), ended (a second connection of one
    person), or what a feature has said (following.py); `link_id` is the inner id of its row.
    """

    __tablename__ = "moved_link"

    merge_id: Mapped[int] = mapped_column(BIG, ForeignKey("chart_merge.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    link_id: Mapped[int] = mapped_column(BIG, primary_key=True)


class EmergencyAccess(Base):
    """Somebody opened what their role leaves out of a chart, with a reason, until a moment. Kept as the audit is."""

    __tablename__ = "emergency_access"
    __table_args__ = (
        ForeignKeyConstraint(["office_id", "chart_id"], ["chart.office_id", "chart.id"]),
        Index("ix_emergency_access_chart", "office_id", "chart_id", "staff_member_id", "until"),
        Index("ix_emergency_access_staff_member_id", "staff_member_id"),
    )

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    office_id: Mapped[int] = mapped_column(BIG, ForeignKey("office.id"))
    chart_id: Mapped[int] = mapped_column(BIG)
    staff_member_id: Mapped[int] = mapped_column(BIG, ForeignKey("staff_member.id"))
    reason: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime]
    until: Mapped[datetime]
