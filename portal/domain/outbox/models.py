from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.database import BIG, Base, key, outer_id


def _partial(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class OutboxMessage(Base):
    """A notice on its way. Who is told what, where, and in which language is decided when it is delivered.

    States: queued → (leased while a worker holds it) → sent (handed over) → delivered (where the provider says so);
    or failed (nobody takes it), lapsed (its use ended before it could be sent), parked (our own code crashes on it).
    `to_kind`/`to_id` is the actor or office that is told; `office_id` the office it is sent for, if any.
    `facts` holds codes, plain values without clinical words, and under "secret" what is sealed.
    `attempts` counts tries that the outside refused; `crashes` the leases that nobody settled (SECURITY A43, A44).
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        CheckConstraint("state in ('queued','sent','delivered','failed','lapsed','parked')", name="state"),
        CheckConstraint("channel in ('email','sms','voice')", name="channel"),
        _partial("ix_outbox_message_due", "due_at", "id", where="state = 'queued'"),
        _partial("ix_outbox_message_line", "to_kind", "to_id", "channel", "id", where="state = 'queued'"),
        _partial("ix_outbox_message_trouble", "office_id", "id", where="state in ('failed','parked')"),
        _partial("ix_outbox_message_texts", "settled_at", where="channel in ('sms','voice')"),
        _partial("ix_outbox_message_kept", "settled_at", "id", where="address is not null"),
        Index("ix_outbox_message_to", "to_kind", "to_id", "id"),
    )

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    message: Mapped[str] = mapped_column(String(48))
    channel: Mapped[str] = mapped_column(String(8))
    to_kind: Mapped[str] = mapped_column(String(8))
    to_id: Mapped[int] = mapped_column(BIG)
    office_id: Mapped[int | None] = mapped_column(BIG)
    about: Mapped[UUID | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(9), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    crashes: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[datetime]
    due_at: Mapped[datetime]
    lapses_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(String(40))
    provider_ref: Mapped[str | None] = mapped_column(String(80))
    address: Mapped[bytes | None] = mapped_column(LargeBinary)
    rendered: Mapped[bytes | None] = mapped_column(LargeBinary)


class NightlyRun(Base):
    """One night's work: the primary key lets one process do it; `report` says how many rows each chore took away."""

    __tablename__ = "nightly_run"

    day: Mapped[date] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
