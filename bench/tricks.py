"""`python -m bench.tricks`: what does each way of saving save? Every one on and off in turn, in the same rounds.

The switches are here and nowhere else: for a round, what the portal does is replaced by what it would do without. One
that saves nothing has no right to be there, so the bound of each is 1: with it, a request costs no more than without.
Those that are about several people at once are asked by eight, and may save time instead of the processor's.
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from statistics import median
from typing import Any, NamedTuple

from flask import Flask
from flask_wtf.csrf import generate_csrf
from jinja2 import Environment
from jinja2.compiler import CodeGenerator

from bench import clients, figures, ladder, seeded
from bench.clients import Spent
from bench.figures import Figure
from portal.kernel import database, kept_connections
from portal.kernel.engines import writer_lock
from portal.kernel.grouped_commits import GroupedCommits
from portal.kernel.kept_connections import OneForAll, OneForEachThread
from portal.web import form_tokens, templates
from portal.web.application import Application

Off = Callable[[], AbstractContextManager[None]]


class Trick(NamedTuple):
    """A way of saving: what it is, how to do without, where it counts, and by how many people at once."""

    name: str
    off: Off
    page: str = "/me/"
    crowd: int = 1


def measured(engine: str, rounds: int, times: int) -> list[Figure]:
    """All tricks of one database."""
    with seeded.portal(engine) as portal, portal.app.app_context():
        ladder.write_logs_nowhere()
        return [_figure(engine, trick, portal, rounds, times) for trick in _tricks(engine)]


def _tricks(engine: str) -> list[Trick]:
    tricks = [
        Trick("templates call straight", _compiled(code_generator_class=CodeGenerator), "/me/address_book/"),
        Trick("templates escape by a function of ours", _compiled(_compile=Environment._compile), "/me/address_book/"),
        Trick("templates share one dict of globals", _compiled(make_globals=Environment.make_globals)),
        Trick("form tokens without a serializer", _instead(form_tokens, "form_token", generate_csrf)),
        Trick("addresses are filled into patterns", _instead(Application, "url_for", Flask.url_for)),
    ]
    kept = database._database
    if engine == "postgresql":
        plain = OneForEachThread(database.engine())
        with _instead(kept_connections, "PreparedCursor", _PsycopgCursor)():
            plain.cursor()
        return [*tricks, Trick("statements by libpq's own call", _instead(kept, "kept", plain))]
    alone = _instead(kept, "commits", _Ungrouped())
    return [
        *tricks,
        Trick("grouped commits, where somebody is alone", alone),
        Trick("grouped commits", alone, crowd=ladder.CROWD),
        Trick("one connection for all threads", _a_connection_each, crowd=ladder.CROWD),
    ]


def _figure(engine: str, trick: Trick, portal: seeded.Seeded, rounds: int, times: int) -> Figure:
    def spent(*, on: bool) -> Spent:
        with nullcontext() if on else trick.off():
            return clients.measure(portal.app.wsgi_app, trick.page, portal.cookies, times // trick.crowd, trick.crowd)

    spent(on=True), spent(on=False)
    found = []
    for number in range(rounds):
        first = number % 2 == 0
        pair = {first: spent(on=first), not first: spent(on=not first)}
        found.append((pair[True], pair[False]))
    cpu, wall = (median(on[sort] / off[sort] for on, off in found) for sort in range(2))
    told = {"CPU us on": median(on.cpu for on, _ in found), "CPU us off": median(off.cpu for _, off in found)}
    ratio = cpu if trick.crowd == 1 else min(cpu, wall)
    whose = f"{engine}, {trick.crowd} at once" if trick.crowd > 1 else engine
    return Figure(f"{whose}: {trick.name}", {**told, "CPU on / off": cpu, "time on / off": wall}, ratio, 1.0)


def _instead(owner: Any, name: str, plain: Any) -> Off:
    """Without: something plain stands in its place."""

    @contextmanager
    def off() -> Iterator[None]:
        ours = getattr(owner, name)
        setattr(owner, name, plain)
        try:
            yield
        finally:
            setattr(owner, name, ours)

    return off


def _compiled(**plain: Any) -> Off:
    """Without: the same templates, compiled by an environment that does this as Jinja does."""
    made: dict[str, Environment] = {}
    kind = type("_Plain", (templates._Environment,), plain)

    def environment(language: str) -> Environment:
        if language not in made:
            with _instead(templates, "_Environment", kind)():
                made[language] = templates._environment(language)
        return made[language]

    return _instead(templates, "environment", environment)


class _Ungrouped:
    """Without grouped commits: each statement takes the pen and waits for the disk by itself."""

    def run(self, deed: Callable[[Any], None]) -> None:
        pen, kept = writer_lock(database.engine()), database._database.kept
        assert pen is not None
        with pen, kept.lock:
            deed(kept.cursor())


@contextmanager
def _a_connection_each() -> Iterator[None]:
    """Without the one connection of SQLite: a thread takes one that is free, and gives it back at its end."""
    kept = database._database
    pen = writer_lock(database.engine())
    assert pen is not None
    with _instead(kept, "kept", _EACH)(), _instead(kept, "commits", GroupedCommits(pen, _EACH))():
        yield


class _Each:
    """A connection for each thread, as `Kept`."""

    def __init__(self) -> None:
        self.lock: AbstractContextManager[Any] = nullcontext()
        self._threads = threading.local()

    @property
    def error(self) -> type[Exception]:
        return OneForAll(database.engine()).error

    def cursor(self) -> Any:
        mine = getattr(self._threads, "mine", None)
        if mine is None:
            mine = self._threads.mine = _Lent(database.engine())
        return mine.connection.cursor()

    def close(self) -> None:
        self._threads.mine = None


class _Lent:
    """A connection that goes back to those that are free when its thread ends."""

    free: list[OneForAll] = []

    def __init__(self, engine: Any) -> None:
        self.connection = self.free.pop() if self.free else OneForAll(engine)

    def __del__(self) -> None:
        self.free.append(self.connection)


_EACH = _Each()


class _PsycopgCursor:
    """Without PreparedCursor: psycopg's own cursors, which prepare at the server too."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._rows: list[Any] = []

    def execute(self, sql: str, values: Any) -> None:
        with self._connection.cursor(binary=True) as cursor:
            cursor.execute(sql, values, prepare=True)
            self._rows = cursor.fetchall() if cursor.description else []

    def fetchall(self) -> list[Any]:
        return self._rows

    def close(self) -> None:
        self._rows = []


def main() -> int:
    """Measure, print, and say whether each one pays."""
    asked = argparse.ArgumentParser(prog="bench.tricks", description=__doc__)
    asked.add_argument("--engine", choices=seeded.ENGINES, action="append")
    asked.add_argument("--rounds", type=int, default=20)
    asked.add_argument("--times", type=int, default=80)
    given = asked.parse_args()
    figures.go_first()
    found = [one for engine in given.engine or seeded.ENGINES for one in measured(engine, given.rounds, given.times)]
    return figures.report("tricks", found, beside="without", rounds=given.rounds, times=given.times)


if __name__ == "__main__":
    sys.exit(main())
