from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.database import BIG, Base, key, outer_id

_OPEN = "used_at IS NULL AND replaced_at IS NULL"


def _one_open(name: str, column: str) -> Index:
    return Index(name, column, unique=True, sqlite_where=text(_OPEN), postgresql_where=text(_OPEN))


class ActivationCode(Base):
    """A code that opens one enrollment, once, until `expires_at`: for an office's chart, or for a waiting account.

    `selector` finds it, `secret_hash` (argon2id, peppered) proves it; `link_hash` is the SHA-256 of the 256-bit token
    in the link or QR of the same invitation (SECURITY A15). States: made, used, replaced (a new one was sent), expired.
    `provider_id`: who joins the care team. One open code for each chart and account: the indexes allow no second.
    """

    __tablename__ = "activation_code"
    __table_args__ = (
        ForeignKeyConstraint(["office_id", "chart_id"], ["chart.office_id", "chart.id"]),
        ForeignKeyConstraint(["office_id", "provider_id"], ["provider.office_id", "provider.id"]),
        CheckConstraint("(chart_id is null) <> (account_id is null)", name="one_owner"),
        CheckConstraint("channel in ('email','letter')", name="channel"),
        _one_open("uq_activation_code_chart", "chart_id"),
        _one_open("uq_activation_code_account", "account_id"),
        Index("ix_activation_code_office_id", "office_id", "chart_id"),
        Index("ix_activation_code_made", "office_id", "made_at"),
        Index("ix_activation_code_provider", "office_id", "provider_id"),
        Index("ix_activation_code_account_id", "account_id"),
    )

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    office_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("office.id"))
    chart_id: Mapped[int | None] = mapped_column(BIG)
    account_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("account.id"))
    provider_id: Mapped[int | None] = mapped_column(BIG)
    channel: Mapped[str] = mapped_column(String(8))
    selector: Mapped[str] = mapped_column(String(4), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(160))
    link_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]


class EnrollmentRun(Base):
    """One enrollment under way in one browser or kiosk, and what is proven so far. Nothing else exists until it ends.

    `holder` is the SHA-256 of the token that this browser or kiosk holds; it has one run at a time. `way` and the order
    of steps: types, rules. The columns from `given` on are what an open registration typed; a chart's facts are read
    from the chart. `other_phone`: given at a kiosk in place of the one in the chart. `username_key` keeps a chosen name
    from others meanwhile; `password_hash` goes with the row. `staff_member_id` and `evidence` (a code for the paper
    that was checked): who began it at the counter. `awaited_account_id`: whose password was taken at a kiosk, and whose
    second step is due.
    """

    __tablename__ = "enrollment_run"
    __table_args__ = (
        ForeignKeyConstraint(["office_id", "chart_id"], ["chart.office_id", "chart.id"]),
        ForeignKeyConstraint(["office_id", "provider_id"], ["provider.office_id", "provider.id"]),
        CheckConstraint("way in ('invited','in_person','open','joining','activating')", name="way"),
        CheckConstraint("door in ('web','kiosk')", name="door"),
        Index("ix_enrollment_run_chart", "office_id", "chart_id"),
        Index("ix_enrollment_run_provider", "office_id", "provider_id"),
        Index("ix_enrollment_run_account_id", "account_id"),
        Index("ix_enrollment_run_awaited_account_id", "awaited_account_id"),
        Index("ix_enrollment_run_code_id", "code_id"),
        Index("ix_enrollment_run_staff_member_id", "staff_member_id"),
        Index("ix_enrollment_run_expires_at", "expires_at"),
    )

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    holder: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    way: Mapped[str] = mapped_column(String(12))
    door: Mapped[str] = mapped_column(String(8))
    office_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("office.id"))
    chart_id: Mapped[int | None] = mapped_column(BIG)
    code_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("activation_code.id"))
    account_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("account.id"))
    awaited_account_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("account.id"))
    provider_id: Mapped[int | None] = mapped_column(BIG)
    staff_member_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("staff_member.id"))
    evidence: Mapped[str | None] = mapped_column(String(24))
    begun_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    known_at: Mapped[datetime | None]
    phone_asked: Mapped[str | None] = mapped_column(String(8))
    other_phone: Mapped[str | None] = mapped_column(String(20))
    phone_proven_at: Mapped[datetime | None]
    email: Mapped[str | None] = mapped_column(String(254))
    email_asked_at: Mapped[datetime | None]
    email_proven_at: Mapped[datetime | None]
    username: Mapped[str | None] = mapped_column(String(64))
    username_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(160))
    finished_at: Mapped[datetime | None]
    given: Mapped[str | None] = mapped_column(String(80))
    family: Mapped[str | None] = mapped_column(String(80))
    birth_date: Mapped[date | None]
    phone: Mapped[str | None] = mapped_column(String(20))
    language: Mapped[str | None] = mapped_column(String(2))
