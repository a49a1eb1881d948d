"""`python -m bench.search`: is a free time found as quickly among twenty million visits?

A PostgreSQL is filled with providers who all have hours, and with their visits: past ones, whose claims the nightly job
took away, and those of the next 90 days with a claim for each five minutes. Then the statements that the pages use are
timed as the pages run them, each for another provider and another week: what is taken of one provider's 28 days, and
what the list of 50 providers asks for, with the first free time of each. The plan is printed; it must be index-only,
without a look into the table itself. SEARCH_PROVIDERS=10000 is the whole: twenty million visits, some 9 GB on the disk.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

import psycopg
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import bindparam, func, select

from bench import figures
from bench.figures import Figure
from bench.seeded import ROOT
from config import Settings
from portal import create_app
from portal.domain.appointments import offering, offering_rows
from portal.domain.appointments.types import grain
from portal.domain.viewer import Actor, Head, Viewer
from portal.kernel import clock, database
from portal.kernel.secrets import Keyring
from tests import cluster
from tests.run_folder import run_folder

_OF_AN_OFFICE = 50
_AHEAD = 900
#: So many providers' visits fit where the run's folder is in memory.
_IN_MEMORY = 500
_BOUNDS = {"one provider, 28 days": 0.5, "50 providers, 7 days": 5.0}
#: Offices of fifty providers with hours on weekdays, one location, one reason and a thousand charts; a person each.
_FILL = """
insert into office (public_id, name, time_zone, phone, email, palette, enrolls_openly, enrolls_by_invitation,
  enrolls_in_person, asks_postal_code, code_days, resets_by_email, resets_by_sms, resets_by_voice, answer_days,
  adult_age, cancel_notice_hours, cancels_at_once, book_ahead_minutes)
  select gen_random_uuid(), 'Office ' || n, 'America/New_York', '+13155550100', 'a@example.com', 'fig', true, true,
  true, true, 90, true, true, true, 3, 18, 24, true, 120 from generate_series(1, {offices}) n;
insert into location (public_id, office_id, name, line1, city, state, postal_code, phone)
  select gen_random_uuid(), n, 'Main', '1 Main Street', 'Larkhaven', 'NY', '00101', '+13155550100'
  from generate_series(1, {offices}) n;
insert into provider (public_id, office_id, location_id, given, family, credentials, specialty, takes_messages,
  takes_appointments, takes_documents, takes_payments)
  select gen_random_uuid(), 1 + (n - 1) / {many}, 1 + (n - 1) / {many}, 'Given', 'Family ' || n, 'MD', 'Medicine', true,
  true, true, true from generate_series(1, {providers}) n;
insert into visit_reason (public_id, office_id, name, minutes, buffer_minutes, at_once, by_video, version)
  select gen_random_uuid(), n, 'Follow-up', 20, 0, false, false, 1 from generate_series(1, {offices}) n;
insert into offered_reason (provider_id, reason_id, office_id) select id, office_id, office_id from provider;
insert into weekly_hours (public_id, office_id, provider_id, location_id, weekday, starts, ends, slot_minutes, capacity,
  from_day, version)
  select gen_random_uuid(), office_id, id, location_id, d, 480, 1020, 20, 1, date '2020-01-01', 1
  from provider, generate_series(0, 4) d;
insert into person (public_id, given, family, birth_date, language, marital_status, time_zone, version)
  select gen_random_uuid(), 'Given', 'Family', date '1980-01-01', 'en', 'UNK', 'America/New_York', 1
  from generate_series(1, {offices}) n;
insert into chart (public_id, office_id, number, given, family, birth_date, language, name_key, given_key, version)
  select gen_random_uuid(), 1 + (n - 1) / 1000, 'C' || n, 'Given', 'Family', date '1980-01-01', 'en', 'family',
  'given', 1 from generate_series(1, {offices} * 1000) n;
insert into connection (office_id, chart_id, person_id, since)
  select n, n * 1000, n, now() from generate_series(1, {offices}) n;
"""
#: Twenty minutes each, at most ten a day: the last 900 of each provider are ahead, ten a day for 90 days.
_VISITS = """
insert into appointment (public_id, office_id, chart_id, provider_id, location_id, reason_id, starts_at, minutes,
  state, is_overbooked, sequence, version)
  select gen_random_uuid(), p.office_id, p.office_id * 1000 - (p.id * 7919 + n) % 1000, p.id,
    p.location_id, p.office_id,
    timestamptz '{today} 13:00Z' + make_interval(days => n / 10 - {past} / 10,
    mins => 20 * (n % 10) + 60 * (n / 7 % 4)),
    20, case when n < {past} then 'fulfilled' else 'booked' end, false, 0, 1
  from provider p, generate_series(0, {each} - 1) n;
insert into claim (provider_id, grain, seat, appointment_id)
  select distinct on (1, 2) provider_id, floor(extract(epoch from starts_at) / 300)::bigint + g, 0, id
  from appointment, generate_series(0, 3) g where state = 'booked' order by 1, 2, id;
"""
_FILLED = ("appointment", "claim")
#: What makes the indexes of those tables anew: twenty million rows are filled in before them.
_INDEXES = """
select format('alter table %%s add constraint %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid)),
    format('alter table %%s drop constraint %%I cascade', conrelid::regclass, conname)
  from pg_constraint where conrelid::regclass::text = any(%(tables)s) and contype in ('p', 'u')
union all
select indexdef, format('drop index %%I', indexname) from pg_indexes
  where tablename::text = any(%(tables)s) and indexname not in (select conname from pg_constraint)
"""
_AFTER = ("checkpoint", "vacuum (analyze) claim", "vacuum (analyze) appointment", "analyze")


@contextmanager
def filled(providers: int, each: int) -> Iterator[tuple[Flask, str]]:
    """A portal on PostgreSQL with so many providers and visits of each; 900 of them ahead, the others past."""
    with run_folder(on_disk=providers > _IN_MEMORY) as run, cluster.postgres_cluster(run / "postgres") as server:
        url = server.url("postgres").replace("postgresql+psycopg", "postgresql")
        folder = run / "data"
        folder.mkdir()
        Keyring.create(run / "keys")
        settings = Settings(data=folder, keys=run / "keys", database_url=url, in_process_jobs=False)
        app = create_app(settings)
        with app.app_context():
            upgrade(directory=str(ROOT / "migrations"))
            database.let_go()
            database.engine().dispose()  # nobody shall still look at the empty tables: vacuum would wait for them
            _fill(url, providers, each)
            try:
                yield app, url
            finally:
                database.let_go()
                database.engine().dispose()


def _fill(url: str, providers: int, each: int) -> None:
    told = {
        "providers": providers,
        "offices": providers // _OF_AN_OFFICE,
        "many": _OF_AN_OFFICE,
        "each": each,
        "past": each - _AHEAD,
        "today": f"{clock.now():%Y-%m-%d}",
    }
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")  # foreign keys are right by how it is made
        connection.execute("set work_mem = '512MB'")
        connection.execute("set maintenance_work_mem = '512MB'")
        indexes = connection.execute(_INDEXES, {"tables": list(_FILLED)}).fetchall()
        scripts = [one for script in (_FILL, _VISITS) for one in script.format(**told).split(";") if one.strip()]
        without, again = [drop for _, drop in indexes], [make for make, _ in indexes]
        for statement in (*without, *scripts, *again, *_AFTER):
            connection.execute(statement)


class _Told(NamedTuple):
    claims: str


_TAKEN = select(offering_rows.bits_of(offering_rows.words_of(bindparam("provider_id")))).having(func.count() > 0)


def one_provider(dice: random.Random, providers: int) -> None:
    """What is taken of some provider's 28 days, some weeks from now, as the pages ask: one row."""
    first = grain(clock.now() + timedelta(days=dice.randrange(60)))
    values = {"provider_id": dice.randrange(1, providers + 1), "first": first, "after": first + 28 * 288}
    if database.read_one(_Told, _TAKEN, **values) is None:
        raise RuntimeError("nothing is taken where nearly everything is")


def fifty_providers(dice: random.Random, providers: int) -> None:
    """Everything that the list of providers asks for a person, with the next seven days of fifty providers."""
    values = {
        **offering._span(clock.now(), offering.WEEK),
        "person_id": dice.randrange(1, providers // _OF_AN_OFFICE + 1),
    }
    found = database.read(offering_rows.OfferedRow, offering_rows.ALL_OF_PERSON, **values)
    if sum(row.kind == "claims" for row in found) != _OF_AN_OFFICE:
        raise RuntimeError("not fifty providers")


def first_free(dice: random.Random, providers: int) -> None:
    """The whole of it, as the page has it: read, and the first free time of each found."""
    now = clock.now()
    person = dice.randrange(1, providers // _OF_AN_OFFICE + 1)
    for one in offering.offerings_of(_viewer(person, now), now):
        offering.first_free(one, now, offering.WEEK)


def _viewer(person: int, now: datetime) -> Viewer:
    actor, head = Actor("patient", person), Head(0, b"")
    return Viewer(actor, 0, person, uuid4(), "", "en", "America/New_York", None, head, now, now)


def _timed(ask: Callable[[random.Random, int], None], providers: int, times: int) -> dict[str, float | int | str]:
    """Milliseconds of each call, the first hundred left out."""
    dice, took = random.Random(7), []  # noqa: S311 (the same providers every time)
    for number in range(times + 100):
        began = time.perf_counter()
        ask(dice, providers)
        if number >= 100:
            took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return {"p50 ms": took[len(took) // 2], "p99 ms": took[int(len(took) * 0.99)]}


def _plan(url: str) -> list[str]:
    """How PostgreSQL finds what is taken of one provider's 28 days."""
    first = grain(clock.now())
    with psycopg.connect(url) as connection:
        asked = "select provider_id, grain, seat from claim where provider_id = 77 and grain >= %s and grain < %s"
        told = connection.execute("explain (analyze, buffers) " + asked, (first, first + 28 * 288))
        return [str(row[0]) for row in told]


def main() -> int:
    """Fill, measure, print, and say whether the bounds hold."""
    asked = argparse.ArgumentParser(prog="bench.search", description=__doc__)
    asked.add_argument("--providers", type=int, default=int(os.environ.get("SEARCH_PROVIDERS", 200)))
    asked.add_argument("--visits", type=int, default=2000, help="of each provider; 900 of them are ahead")
    asked.add_argument("--times", type=int, default=2000)
    given = asked.parse_args()
    figures.go_first()
    with filled(given.providers, given.visits) as (_, url):
        ways = {
            "one provider, 28 days": one_provider,
            "50 providers, 7 days": fifty_providers,
            "the same with the times found": first_free,
        }
        lines = []
        for name, way in ways.items():
            told, bound = _timed(way, given.providers, given.times), _BOUNDS.get(name)
            lines.append(Figure(name, told, float(told["p99 ms"]) / bound if bound else None, 1.0 if bound else None))
        plan = _plan(url)
    print("\n".join(plan))
    print(f"{given.providers:,} providers, {given.providers * given.visits:,} visits; all: SEARCH_PROVIDERS=10000")
    if not any("Index Only Scan" in line for line in plan) or not any("Heap Fetches: 0" in line for line in plan):
        lines.append(Figure("looks into the table itself", {}, 1.0, 0.0))
    how = {"providers": given.providers, "visits": given.providers * given.visits, "plan": plan}
    return figures.report("search", lines, beside="bound in ms", **how)


if __name__ == "__main__":
    sys.exit(main())
