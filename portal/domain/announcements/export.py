from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from portal.domain.announcements.models import Announcement, Dismissal
from portal.domain.copies import Part, Sheet, Whose
from portal.kernel import database


class _Closed(NamedTuple):
    title: str
    body: str
    title_es: str | None
    body_es: str | None
    at: datetime


_CLOSED = (
    select(Announcement.title, Announcement.body, Announcement.title_es, Announcement.body_es, Dismissal.at)
    .join(Dismissal, Dismissal.announcement_id == Announcement.id)
    .where(Dismissal.reader_kind == "patient", Dismissal.reader_id == bindparam("account_id"))
    .order_by(Dismissal.at)
)


def sheets(whose: Whose) -> Iterator[Sheet]:
    """Announcements that the person closed, in their language where the office wrote them in it."""
    rows = []
    for one in database.read(_Closed, _CLOSED, account_id=whose.account_id):
        spanish = whose.language == "es" and one.title_es and one.body_es
        title, body = (one.title_es, one.body_es) if spanish else (one.title, one.body)
        rows.append({"title": title, "text": body, "closed": one.at})
    yield Sheet("announcements", rows)


PART = Part("announcements", sheets)
