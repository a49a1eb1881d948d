"""`python -m bench.sign_in`: how many people a second get in, and how long one waits, beside the bare password hash.

A sign-in can not be quicker than its argon2id hash, and is meant to cost little more. Rounds alternate: first bare
hashes, as many at once as the portal's processes make (one each, the others in line), then whole sign-ins over HTTP:
the page fetched, filled in, sent, the session and the audit written; each person in the browser that they use every
day, which their last sign-in left its cookie in. The bound: sign-ins a second at least 0.8 times the bare hashes a
second. Beside it, without a bound, the same from browsers never seen before, each of which is told to its owner by
mail: that is written and sent meanwhile. Three people a process are at it; who is told to wait tries again, and that
counts as their time.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from itertools import count
from statistics import median
from typing import NamedTuple

from argon2.low_level import Type, hash_secret_raw

from bench import figures, seeded, served
from bench.figures import Figure
from bench.storm import at_once, sign_in
from portal.commands import web_server
from portal.domain.demo import queries
from portal.kernel import database

_COST = (19456, 2, 1)
_PEOPLE = 3  # a process: one is hashed for, two are in line
_LEAST = 0.8


class Round(NamedTuple):
    """What one round gave: how many a second, and the milliseconds that one of twenty waits for longer."""

    a_second: float
    p95: float

    @classmethod
    def of(cls, took: list[float], seconds: float) -> Round:
        return cls(len(took) / seconds, sorted(took)[int(len(took) * 0.95)] * 1000)


def hashes(seconds: float) -> list[float]:
    """Seconds that each bare hash took with its wait, made in this process one at a time for those in line."""
    took: list[float] = []
    one_at_a_time = threading.Lock()

    def hash_on(_: int) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            began = time.perf_counter()
            with one_at_a_time:
                memory, passes, lanes = _COST
                hash_secret_raw(b"a passphrase of five words", os.urandom(16), passes, memory, lanes, 32, Type.ID)
            took.append(time.perf_counter() - began)

    at_once(hash_on, _PEOPLE)
    return took


def sign_ins(
    port: int, names: list[str], seconds: float, numbers: count[int], known: dict[str, str] | None = None
) -> list[float]:
    """Seconds that each whole sign-in took until the person was in, each from an address of its own.

    `known`: the cookies of browsers that are used every day; without it each sign-in is a new browser's.
    """
    took: list[float] = []

    def enter(place: int) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            began, address = time.perf_counter(), _address(next(numbers))
            _until_in(port, names[place], address, known)
            took.append(time.perf_counter() - began)

    at_once(enter, len(names))
    return took


def _address(number: int) -> str:
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def _until_in(port: int, name: str, address: str, known: dict[str, str] | None) -> None:
    """
    Raises:
        RuntimeError: refused otherwise than by being told to wait.
    """
    while (ended := sign_in(port, name, address, known)) != "in":
        if ended != "told to wait":
            raise RuntimeError(f"a sign-in ended otherwise: {ended}")


def measured(engine: str, rounds: int, seconds: float) -> list[Figure]:
    """Bare hashes and sign-ins in turn."""
    rounds_of: dict[str, list[Round]] = {"bare": [], "ours": [], "new": []}
    numbers, known = count(1), dict[str, str]()
    with seeded.portal(engine, cost=_COST) as portal:
        processes = web_server.processes(portal.settings)
        with portal.app.app_context():
            names = [one.username for one in queries.sign_ins() if one.kind == "patient"][: _PEOPLE * processes]
            database.let_go()
        with served.the_portal(portal) as served_portal:
            sign_ins(served_portal.port, names, 1, numbers, known)
            for _ in range(rounds):
                took = {
                    "bare": _bare(processes, seconds),
                    "ours": sign_ins(served_portal.port, names, seconds, numbers, known),
                    "new": sign_ins(served_portal.port, names, seconds, numbers),
                }
                for what, one in took.items():
                    rounds_of[what].append(Round.of(one, seconds))
    return [_figure(engine, **rounds_of)]


def _bare(processes: int, seconds: float) -> list[float]:
    command = [sys.executable, "-m", "bench.sign_in", "--bare", "--seconds", str(seconds)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(processes)]
    return [one for process in started for one in json.loads(process.communicate()[0])]


def _figure(engine: str, bare: list[Round], ours: list[Round], new: list[Round]) -> Figure:
    share, share_of_new = _share(ours, bare), _share(new, bare)
    told: dict[str, float | int | str] = {
        "sign-ins/s": median(one.a_second for one in ours),
        "p95 ms": median(one.p95 for one in ours),
        "hashes/s": median(one.a_second for one in bare),
        "p95 hash ms": median(one.p95 for one in bare),
        "sign-ins a hash": share,
        "from new browsers": share_of_new,
    }
    return Figure(f"{engine}: signing in", told, 1 / share, 1 / _LEAST)


def _share(ours: list[Round], bare: list[Round]) -> float:
    return median(there.a_second / alone.a_second for there, alone in zip(ours, bare, strict=True))


def main() -> int:
    """Measure, print, and say whether the bound holds; or (--bare) hash and nothing else."""
    asked = argparse.ArgumentParser(prog="bench.sign_in", description=__doc__)
    asked.add_argument("--engine", choices=seeded.ENGINES, action="append")
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--seconds", type=float, default=5)
    asked.add_argument("--bare", action="store_true", help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.bare:
        print(json.dumps(hashes(given.seconds)))
        return 0
    figures.go_first()
    lines = [one for engine in given.engine or seeded.ENGINES for one in measured(engine, given.rounds, given.seconds)]
    return figures.report("sign_in", lines, beside="bare hash", rounds=given.rounds, seconds=given.seconds)


if __name__ == "__main__":
    sys.exit(main())
