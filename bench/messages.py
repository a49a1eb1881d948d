"""`python -m bench.messages`: does Messaging stay quick when one person has a hundred thousand messages?

The demonstration on each database; its first patient has that many more, in conversations of ten, and the second too.
Then: what the inbox costs the processor beside bare Flask, in turn; its statement, for the first page and for one far
down; how long the whole page takes, how many statements it asks and what it weighs (C28); and searches, warm, for words
that stand in every message, in few, in none, and for beginnings of words.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from uuid import uuid4

import brotli
from sqlalchemy import insert, select, text

from bench import clients, figures, seeded
from bench.figures import Figure
from bench.ladder import bare, write_logs_nowhere
from bench.seeded import Seeded
from portal.domain.accounts.models import Account
from portal.domain.connections.models import Connection
from portal.domain.messaging import queries, search_rules, searching
from portal.domain.messaging.models import Conversation, Message, ReadMark
from portal.domain.practices.models import Provider
from portal.domain.viewer import Actor, Head, Role, StaffViewer, Viewer
from portal.kernel import clock, database, paging
from tests.statements import statements

_INBOX, _BARE = "/me/messaging/", "bare Flask"
_INDEX = "ix_message_words_words"
_EACH = 10
_SEVERAL = 1000
#: What is looked for; zebra stands in one message of a thousand, hurts in all, vacuna only with an accent and an end.
SEARCHES = ("hurts", "zebra", "nowhere", "hurts zebra", "hu", "vacuna", "word7 word8 word9", "word")


def fill(portal: Seeded, many: int) -> tuple[Viewer, StaffViewer]:
    """So many messages of the first patient, and as many of the second."""
    dice, now = random.Random(11), clock.now()  # noqa: S311 (the same words every time)
    postgresql = database.engine().dialect.name == "postgresql"
    with database.writing() as session:
        if postgresql:  # an index that is made at the end is made in a tenth of the time
            index = session.execute(text(f"select indexdef from pg_indexes where indexname = '{_INDEX}'")).scalar_one()
            session.execute(text(f"drop index {_INDEX}"))
        accounts = session.scalars(select(Account).order_by(Account.id).limit(2)).all()
        for place, account in enumerate(accounts):
            at = session.scalars(select(Connection).where(Connection.person_id == account.person_id)).first()
            provider = session.scalars(select(Provider.id).where(Provider.office_id == at.office_id)).first()
            whose = {"office_id": at.office_id, "chart_id": at.chart_id, "person_id": account.person_id}
            ids = range(10_000_000 * (place + 1), 10_000_000 * (place + 1) + many // _EACH)
            for first in range(0, len(ids), _SEVERAL):
                some = ids[first : first + _SEVERAL]
                talks = [_talk(one, now - timedelta(minutes=ids[-1] - one), whose, provider) for one in some]
                session.execute(insert(Conversation), talks)
                if postgresql and not first:  # what checks each message shall know that there are some
                    session.execute(text("analyze conversation"))
                session.execute(insert(Message), list(_said(dice, talks, account.id)))
                session.execute(insert(ReadMark), [_mark(talk, account.id) for talk in talks])
        if postgresql:
            session.execute(text("set local statement_timeout = 0"))
            session.execute(text(index))
        office, of_office = at.office_id, (accounts[0].id, accounts[0].person_id)
    with database.engine().connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()
    database.let_go()
    return _viewers(*of_office, office, now)


def _talk(number: int, at: datetime, whose: dict[str, Any], provider: int | None) -> dict[str, Any]:
    return {
        **whose,
        "id": number,
        "provider_id": provider,
        "subject": f"No. {number}",
        "state": "answered",
        "started_at": at,
        "messages": _EACH,
        "last_at": at,
        "last_by": "patient",
        "snippet": "It hurts. " * 8,
        "version": 1,
    }


def _said(dice: random.Random, talks: list[dict[str, Any]], by_id: int) -> Iterator[dict[str, Any]]:
    for talk in talks:
        for number in range(1, _EACH + 1):
            rare = "zebra " if dice.random() < 0.001 else "La vacunación. " if dice.random() < 0.01 else ""
            words = " ".join(f"word{int(dice.paretovariate(0.6)) % 5000}" for _ in range(30))
            wrote = {"by_kind": "patient", "by_id": by_id, "by_role": "patient", "body": f"It hurts. {rare}{words}"}
            place = {"office_id": talk["office_id"], "conversation_id": talk["id"], "number": number}
            yield {**place, **wrote, "at": talk["last_at"]}


def _mark(talk: dict[str, Any], by_id: int) -> dict[str, Any]:
    return {
        "conversation_id": talk["id"],
        "by_kind": "patient",
        "by_id": by_id,
        "number": _EACH,
        "at": talk["last_at"],
        "unread": int(talk["id"] % 2000 == 0),
    }


def _viewers(account: int, person: int, office: int, now: datetime) -> tuple[Viewer, StaffViewer]:
    head = Head(0, b"")
    me = Viewer(Actor("patient", account), 0, person, uuid4(), "", "en", "America/New_York", None, head, now, now)
    return me, StaffViewer(Actor("staff", 1), 1, "", "en", Role.FRONT_DESK, office, uuid4(), "", "UTC", head, now, now)


def timed(ask: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each call, shortest first; some that warm it up left out."""
    took = []
    for number in range(times + 20):
        began = time.perf_counter()
        ask()
        if number >= 20:
            took.append((time.perf_counter() - began) * 1000)
    return sorted(took)


def _told(engine: str, name: str, took: list[float], place: float, bound: float) -> Figure:
    at = took[int(len(took) * place)]
    return Figure(f"{engine}: {name}", {"p50": took[len(took) // 2], f"p{place * 100:.0f}": at}, at / bound, 1.0)


def _page(engine: str, portal: Seeded, times: int) -> Iterator[Figure]:
    app, cookies = portal.app.wsgi_app, portal.cookies[:1]
    steps = {_BARE: (bare().wsgi_app, "/", [""]), _INBOX: (app, _INBOX, cookies)}
    clients.in_turn(steps, 30)
    rounds = [clients.in_turn(steps, 60) for _ in range(5)]
    ratio = median(one[_INBOX].cpu / one[_BARE].cpu for one in rounds)
    yield Figure(f"{engine}: inbox, CPU", {"CPU us": median(one[_INBOX].cpu for one in rounds)}, ratio / 8, 1.0)
    with portal.app.app_context(), statements() as ran:
        answer = clients.ask(app, _INBOX, cookies[0])
    weight = len(brotli.compress(answer.body, quality=5))
    yield Figure(f"{engine}: inbox, bytes br", {"bytes": weight}, weight / 5120, 1.0)
    asked = len([one for one in ran if not one.startswith("BEGIN")])
    yield Figure(f"{engine}: inbox, statements", {"count": asked}, asked / 4, 1.0)
    yield _told(engine, "inbox, the whole page", timed(lambda: clients.ask(app, _INBOX, cookies[0]), times), 0.95, 300)


def _statements(engine: str, me: Viewer, them: StaffViewer, times: int) -> Iterator[Figure]:
    deep = clock.now() - timedelta(minutes=9_000)
    for name, before in (("first page", paging.NEWEST), ("far down", deep)):
        took = timed(lambda edge=before: queries.inbox_of(me, "all", None, edge), times)  # type: ignore[misc]
        yield _told(engine, f"its statement, {name}", took, 0.99, 0.5)
    for typed in SEARCHES:
        words = search_rules.words_in(typed)
        took = timed(lambda wanted=words: searching.found_in_own(me, wanted, None), times // 5)  # type: ignore[misc]
        yield _told(engine, f"search for {typed!r}", took, 0.95, 50)
    took = timed(lambda: searching.found_in_office(them, ("zebra", "hurts"), None), times // 5)
    yield _told(engine, "the office searches", took, 0.95, 50)


def measured(engine: str, many: int, times: int) -> list[Figure]:
    """Everything on one database."""
    with seeded.portal(engine) as portal:
        write_logs_nowhere()
        with portal.app.app_context():
            me, them = fill(portal, many)
            found = list(_statements(engine, me, them, times))
        return found + list(_page(engine, portal, times))


def main() -> int:
    """Fill, measure, print, and say whether the bounds hold."""
    asked = argparse.ArgumentParser(prog="bench.messages", description=__doc__)
    asked.add_argument("--engine", choices=seeded.ENGINES, action="append")
    asked.add_argument("--messages", type=int, default=100_000)
    asked.add_argument("--times", type=int, default=1000)
    given = asked.parse_args()
    figures.go_first()
    lines = [one for engine in given.engine or seeded.ENGINES for one in measured(engine, given.messages, given.times)]
    return figures.report("messages", lines, beside="bound (ms, 8 x bare Flask, 5 KB, 4)", messages=given.messages)


if __name__ == "__main__":
    sys.exit(main())
