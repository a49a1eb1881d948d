"""Announcements that run, are planned, or are over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.domain.announcements.models import Announcement, Dismissal
from portal.kernel import clock, database
from tests.factories import practices

HOUR = timedelta(hours=1)


def an_announcement(
    office_id: int | None,
    audience: str = "everyone",
    *,
    starts_in: timedelta = -HOUR,
    lasts: timedelta = 2 * HOUR,
    author_id: int | None = None,
    **more: Any,
) -> UUID:
    """An announcement that started an hour ago and ends in an hour, unless said otherwise. Its outer id."""
    author = author_id or practices.a_staff_member(given="Ona", family="Lindqvist").staff_id
    words = {"title": "Short outage this Saturday", "body": "The portal will be off for two hours."} | more
    starts_at = clock.now() + starts_in
    with database.writing() as session:
        row = Announcement(
            office_id=office_id,
            author_id=author,
            audience=audience,
            starts_at=starts_at,
            ends_at=starts_at + lasts,
            **words,
        )
        session.add(row)
        session.flush()
        return row.public_id


def stored(public_id: UUID) -> Announcement | None:
    """The row as it is now."""
    with database.writing() as session:
        row = session.scalar(select(Announcement).where(Announcement.public_id == public_id))
        if row is not None:
            session.expunge(row)
        return row


def every() -> list[Announcement]:
    """All of them, oldest first."""
    with database.writing() as session:
        rows = list(session.scalars(select(Announcement).order_by(Announcement.id)))
        session.expunge_all()
        return rows


def times_closed(public_id: UUID) -> int:
    """How many readers closed it."""
    with database.writing() as session:
        rows = session.scalars(
            select(Dismissal.reader_id)
            .join(Announcement, Announcement.id == Dismissal.announcement_id)
            .where(Announcement.public_id == public_id)
        )
        return len(list(rows))
