"""What the lists cost does not grow with what was written (PERFORMANCE §5, C28)."""

from __future__ import annotations

from datetime import timedelta
from time import perf_counter

import pytest
from sqlalchemy import insert, text

from portal.domain.messaging import desk, queries
from portal.domain.messaging.models import Conversation, Message, ReadMark
from portal.domain.messaging.types import State
from portal.domain.viewer import Actor, Head, Role, StaffViewer
from portal.kernel import clock, database, paging
from tests.appointments.viewers import viewer_of

CONVERSATIONS, EACH = 10_000, 10
_TIMES = 300
#: Milliseconds, warm; the median, for this machine may be busy. A quiet one takes a third of that.
_MOST = 15


@pytest.fixture
def much(care):
    """A person with a hundred thousand messages, five conversations of theirs with something new."""
    now, people = clock.now(), {"office_id": care.office_id, "chart_id": care.chart}
    people |= {"person_id": care.patient.person_id, "provider_id": care.provider_id}
    rows = [
        {
            **people,
            "id": number,
            "subject": f"No. {number}",
            "state": ("waiting", "answered", "closed")[number % 3],
            "started_at": now,
            "waiting_since": now - timedelta(minutes=number) if number % 3 == 0 else None,
            "due_at": now + timedelta(days=1) if number % 3 == 0 else None,
            "messages": EACH,
            "last_at": now - timedelta(minutes=number),
            "last_by": "patient",
            "snippet": "It hurts. " * 8,
            "version": 1,
        }
        for number in range(1, CONVERSATIONS + 1)
    ]
    wrote = {"by_kind": "patient", "by_id": care.patient.account_id}
    with database.writing() as session:
        session.execute(insert(Conversation), rows)
        for first in range(0, CONVERSATIONS, 1000):
            session.execute(insert(Message), list(_said(care, range(first + 1, first + 1001), wrote, now)))
        marks = [
            {**wrote, "conversation_id": row["id"], "number": EACH, "at": now, "unread": int(row["id"] % 2000 == 0)}
            for row in rows
        ]
        session.execute(insert(ReadMark), marks)
        session.execute(text("ANALYZE"))
    return care


def _said(care, conversations, wrote, now):
    for one in conversations:
        for number in range(1, EACH + 1):
            place = {"office_id": care.office_id, "conversation_id": one, "number": number}
            yield {**place, **wrote, "by_role": "patient", "at": now, "body": "It hurts when I climb stairs. " * 4}


def median(ask):
    ask()
    took = []
    for _ in range(_TIMES):
        began = perf_counter()
        ask()
        took.append((perf_counter() - began) * 1000)
    return sorted(took)[_TIMES // 2]


def test_lists_stay_quick(much, office):
    me, now = viewer_of(much.patient), clock.now()
    them = StaffViewer(
        Actor("staff", 1), 1, "", "en", Role.FRONT_DESK, office.id, office.public_id, "", "UTC", Head(0, b""), now, now,
    )  # fmt: skip
    tabs, page = queries.inbox_of(me, "all", None, paging.NEWEST)
    assert (len(page.rows), sum(tab.unread for tab in tabs)) == (queries.LISTED, 5)
    deep = paging.before(queries.inbox_of(me, "all", None, now - timedelta(minutes=9_000))[1].older)
    one = page.rows[0].public_id
    took = {
        "inbox": median(lambda: queries.inbox_of(me, "all", None, paging.NEWEST)),
        "inbox, deep": median(lambda: queries.inbox_of(me, "all", None, deep)),
        "thread": median(lambda: queries.thread_of(me, one)),
        "office, waiting": median(lambda: desk.listing_of(them, State.WAITING, "all", None, paging.OLDEST, now)),
        "office, answered": median(lambda: desk.listing_of(them, State.ANSWERED, "all", None, paging.NEWEST, now)),
    }
    assert max(took.values()) < _MOST, took
