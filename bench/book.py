"""`python -m bench.book`: 64 people want one time, or the earliest of fifty providers: who has it, and how soon?

Each time has one winner, nobody is in a time twice, and nothing fails, in each of these races:

- The claim. On PostgreSQL 64 connections run the statements of `claims.claim`, slot after slot; the client is pgbench,
  as one in Python would measure itself. Bound: p99 20 ms. On the embedded database 64 threads of its one writing
  process call it. Bound: the last of them within 200 ms.
- Over HTTP: the real server, and 64 signed-in people who press "request slot" in the same moment. Who comes last waits
  for what the deed costs the server, 64 times, over its processes; that is the bound: 200 ms.
- The earliest time, over HTTP: each tries the earliest time of any provider, and the next one after each refusal.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe
from threading import Barrier
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from bench import figures, seeded, served
from bench.figures import Figure
from bench.requests import Connection
from bench.seeded import Seeded
from bench.storm import TOKEN, at_once
from portal.domain.appointments import claims, slots
from portal.domain.appointments.models import Appointment, Claim, VisitReason
from portal.domain.appointments.types import Length, State, grain
from portal.domain.practices.models import Provider
from portal.kernel import clock, database
from portal.kernel.refusal import Refused
from tests.factories import appointments, connections, practices
from tests.people import a_patient

_PEOPLE, _PROVIDERS, _TURNS = 64, 50, 200
_LENGTH, _GRAINS = Length(20), 4
_P99_MS, _LAST_MS = 20.0, 200.0
_FAR = datetime(2040, 1, 2, 14, tzinfo=UTC)
_HERE = ZoneInfo("America/New_York")
_ASK = "/me/appointments/request/"
#: `claims.claim` for one slot after the other: look, and where it is free take its four grains.
_SCRIPT = r"""
\set n :n + 1
\set first {first} + :n * 4
select count(*) as had from claim where provider_id = {provider} and grain >= :first and grain < :first + 4 \gset
\if :had = 0
insert into claim (provider_id, grain, seat, appointment_id) select {provider}, :first + g, 0, {visit} + :client_id
 from generate_series(0, 3) g on conflict do nothing;
\endif
"""


class World(NamedTuple):
    """An office of fifty providers (inner and outer ids) with hours, its reason, and 64 people: visits, cookies."""

    providers: list[tuple[int, UUID]]
    reason: UUID
    visits: list[int]
    cookies: list[str]


class Race(NamedTuple):
    """Milliseconds that each waited, how often how many had one time, visits with one time in common, and failures.

    `cpu`: milliseconds of the server's processors for each request.
    """

    took: list[float]
    winners: Counter[int]
    doubles: int
    errors: int
    cpu: float = 0.0


def world() -> World:
    """Somewhere to book, for 64 people who are signed in."""
    office = practices.an_office()
    inner = [practices.a_provider(office.id, family=f"Number {number}") for number in range(_PROVIDERS)]
    for provider in inner:
        appointments.some_hours(provider)
    reason = appointments.a_reason(office.id, *inner)
    people = [a_patient() for _ in range(_PEOPLE)]
    charts = [connections.a_connection(one.person_id, office.id) for one in people]
    for chart in charts:
        appointments.an_appointment(chart, inner[0], reason, _FAR, state="cancelled")
    cookies = [f"sid={token}" for token in seeded.signed_in([one.account_id for one in people])]
    with database.writing() as session:
        outer = dict(session.execute(select(Provider.id, Provider.public_id)).all())
        visits = list(session.scalars(select(Appointment.id).where(Appointment.starts_at == _FAR)))
        public_id = session.get_one(VisitReason, reason).public_id
    return World([(one, outer[one]) for one in inner], public_id, sorted(visits), cookies)


def claims_by_connections(portal: Seeded, made: World) -> Race:
    """64 connections to PostgreSQL at the same slots, one after the other."""
    first = grain(_FAR) + 8
    script = _SCRIPT.format(first=first, provider=made.providers[0][0], visit=made.visits[0])
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        (Path(folder) / "claim.sql").write_text(script)
        command = ["pgbench", "-n", "-M", "prepared", "-c", str(_PEOPLE), "-j", "2", "-t", str(_TURNS), "-D", "n=0"]
        command += ["-l", "-f", "claim.sql", "-d", portal.settings.database_url]
        ended = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        lines = [line.split() for log in Path(folder).glob("pgbench_log.*") for line in log.read_text().splitlines()]
    took = [int(line[2]) / 1000 for line in lines]
    return Race(took, *_claimed(portal), _PEOPLE * _TURNS - len(took) + abs(ended.returncode))


def claims_by_threads(portal: Seeded, made: World) -> Race:
    """64 threads of one process at the same slots, all at each one at the same moment."""
    took: list[float] = []
    failed: list[BaseException] = []

    def claim(place: int, turn: int, go: Barrier) -> None:
        with portal.app.app_context():
            go.wait(60)
            began = time.perf_counter()
            try:
                with database.writing() as session:
                    visit = session.get_one(Appointment, made.visits[place])
                    at = _FAR + timedelta(minutes=40 + 20 * turn)
                    claims.claim(visit, _LENGTH, range(1), starts_at=at, now=clock.now())
            except Refused:
                pass
            except Exception as problem:  # each failure is counted, whatever it is
                failed.append(problem)
            took.append((time.perf_counter() - began) * 1000)

    with ThreadPoolExecutor(_PEOPLE) as pool:
        for turn in range(_TURNS // 4):
            go = Barrier(_PEOPLE)
            list(pool.map(lambda place, turn=turn, go=go: claim(place, turn, go), range(_PEOPLE)))
    return Race(took, *_claimed(portal), len(failed))


def one_time(portal: Seeded, made: World, rounds: int) -> Race:
    """64 people press at the same moment, over HTTP; each round is about another time of the first provider."""
    took: list[float] = []
    statuses: list[list[int]] = []
    with served.the_portal(portal) as server, ExitStack() as open_ones:
        ask = [open_ones.enter_context(_Person(server.port, cookie, made.reason)) for cookie in made.cookies]
        before = server.cpu()
        for at in _week(1)[:rounds]:
            go, answers = Barrier(_PEOPLE), list[int]()

            def press(place: int, at: int = at, go: Barrier = go, answers: list[int] = answers) -> None:
                go.wait(60)
                began = time.perf_counter()
                answers.append(ask[place].hold(made.providers[0][1], at))
                took.append((time.perf_counter() - began) * 1000)

            at_once(press, _PEOPLE)
            statuses.append(answers)
        cpu = (server.cpu() - before) / len(took) * 1000
    winners = Counter(one.count(204) for one in statuses)
    errors = sum(one not in {204, 409} for answers in statuses for one in answers)
    return Race(took, winners, _doubles(portal), errors, cpu)


def earliest_time(portal: Seeded, made: World) -> Race:
    """64 people want the earliest time of anybody; who is refused knows it, as a page that is fetched anew says."""
    took: list[float] = []
    answers: Counter[int] = Counter()
    gone: set[tuple[int, UUID]] = set()
    go, last = Barrier(_PEOPLE), _week(2)[:3]
    with served.the_portal(portal) as server, ExitStack() as open_ones:
        ask = [open_ones.enter_context(_Person(server.port, cookie, made.reason)) for cookie in made.cookies]

        def seek(place: int) -> None:
            go.wait(60)
            began, status = time.perf_counter(), 409
            while status == 409:
                at = next(at for at in last if any((at, one) not in gone for _, one in made.providers))
                wanted = random.choice([one for _, one in made.providers if (at, one) not in gone])  # noqa: S311
                status = ask[place].hold(wanted, at)
                gone.add((at, wanted))
                answers[status] += 1
            took.append((time.perf_counter() - began) * 1000)

        before = server.cpu()
        at_once(seek, _PEOPLE)
        cpu = (server.cpu() - before) / answers.total() * 1000
    winners = Counter({1: answers[204]})
    return Race(took, winners, _doubles(portal), answers.total() - answers[204] - answers[409], cpu)


class _Person:
    """A browser that has the calendar's page open, as far as it matters here."""

    def __init__(self, port: int, cookie: str, reason: UUID) -> None:
        self._connection, self._cookie, self._reason = Connection(port), cookie, reason
        found = TOKEN.search(self._connection.ask("GET", "/me/", {"Cookie": cookie}).body)
        self._token = found[1].decode() if found else ""

    def __enter__(self) -> _Person:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.__exit__()

    def hold(self, provider: UUID, at: int) -> int:
        """Press "request slot"; the status of the answer: 204 it is held, 409 somebody else has it."""
        form = {"csrf_token": self._token, "once": token_urlsafe(18), "reason": str(self._reason), "at": at}
        sent = {
            "Cookie": self._cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "Sec-Fetch-Site": "same-origin",
            "HX-Request": "true",
            "HX-Target": "times",
        }
        return self._connection.ask("POST", f"{_ASK}{provider}/hold", sent, urlencode(form)).status


def _week(weeks: int) -> list[int]:
    """Moments (seconds since 1970) at which the providers have times in a week to come: those of all mornings."""
    today = clock.now().astimezone(_HERE).date()
    monday = today + timedelta(days=7 * weeks - today.weekday())
    mornings = [datetime(one.year, one.month, one.day, 9, tzinfo=_HERE) for one in slots.days(monday, 5)]
    return [int((one + timedelta(minutes=20 * step)).timestamp()) for one in mornings for step in range(9)]


def _claimed(portal: Seeded) -> tuple[Counter[int], int]:
    """How often how many have a time, and the times that several have or one has not all of."""
    with portal.app.app_context(), database.writing() as session:
        rows = session.execute(select(Claim.grain, Claim.appointment_id).where(Claim.grain > grain(_FAR))).all()
    whose: dict[int, list[int]] = {}
    for at, visit in rows:
        whose.setdefault(at // _GRAINS, []).append(visit)
    halves = sum(len(visits) != _GRAINS for visits in whose.values())
    return Counter(len(set(visits)) for visits in whose.values()), halves


def _doubles(portal: Seeded) -> int:
    """Held times that two have, or that have not all of their claims."""
    held = (
        select(Appointment.provider_id, Appointment.starts_at, func.count(Claim.grain))
        .join(Claim, Claim.appointment_id == Appointment.id, isouter=True)
        .where(Appointment.state == State.HELD, Appointment.minutes == _LENGTH.minutes)
        .group_by(Appointment.provider_id, Appointment.starts_at)
    )
    with portal.app.app_context(), database.writing() as session:
        return sum(count != _GRAINS for _, _, count in session.execute(held))


def _figure(name: str, race: Race, bound: tuple[str, float] | None) -> list[Figure]:
    took = sorted(race.took)
    told: dict[str, float | int | str] = {"p50 ms": took[len(took) // 2], "p99 ms": took[int(len(took) * 0.99)]}
    told |= {"last ms": took[-1], "CPU ms": race.cpu or ""}
    told |= {"times": race.winners.total(), "doubles": race.doubles, "errors": race.errors}
    wrong = race.winners.total() - race.winners[1] + race.doubles + race.errors
    ratio = float(told[bound[0]]) / bound[1] if bound else None
    return [Figure(name, told, ratio, 1.0 if bound else None), Figure(f"{name}: not one winner", {}, float(wrong), 0.0)]


def measured(engine: str, rounds: int) -> list[Figure]:
    """The races on one database."""
    lines = []
    with seeded.portal(engine, people=1) as portal:
        with portal.app.app_context():
            made = world()
            database.let_go()
        if engine == "sqlite":
            lines += _figure("sqlite: the claim, 64 threads", claims_by_threads(portal, made), ("last ms", _LAST_MS))
        else:
            race = claims_by_connections(portal, made)
            lines += _figure("postgresql: the claim, 64 connections", race, ("p99 ms", _P99_MS))
        race = one_time(portal, made, rounds)
        lines += _figure(f"{engine}: one time over HTTP, 64 people", race, ("last ms", _LAST_MS))
        race = earliest_time(portal, made)
        lines += _figure(f"{engine}: the earliest of 50 providers over HTTP", race, None)
    return lines


def main() -> int:
    """Race, print, and say whether the bounds hold."""
    asked = argparse.ArgumentParser(prog="bench.book", description=__doc__)
    asked.add_argument("--engine", choices=seeded.ENGINES, action="append")
    asked.add_argument("--rounds", type=int, default=10)
    given = asked.parse_args()
    figures.go_first()
    lines = [line for engine in given.engine or seeded.ENGINES for line in measured(engine, given.rounds)]
    return figures.report("book", lines, beside="bound", rounds=given.rounds)


if __name__ == "__main__":
    sys.exit(main())
