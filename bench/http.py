"""`python -m bench.http`: pages over HTTP by wrk, beside bare Flask behind the same server, on both databases.

Two workers on PostgreSQL and one on SQLite, which has one writing process; bare Flask has as many as what it stands
beside. CPU is that of the whole process tree of the server for each request; memory is PSS after the last round.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from statistics import median
from typing import NamedTuple

from bench import figures, seeded, served
from bench.figures import Figure
from bench.served import Served

_PAGES = ("/sign_in/", "/me/", "/me/address_book/")
_SLOWER, _P99_MS, _MEMORY_MIB = 1 / 0.15, 30.0, 150.0
_CONNECTIONS = 32
_LINE = re.compile(
    r"99%\s+([\d.]+)(us|ms|s)\b|Requests/sec:\s+([\d.]+)|(\d+) requests in|Non-2xx or 3xx responses: (\d+)"
)
_PEOPLE = """
local people, at = {%s}, 0
request = function()
  at = at %% #people + 1
  wrk.headers["Cookie"] = people[at]
  return wrk.format("GET")
end
"""
_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


class Round(NamedTuple):
    """One run of wrk: requests a second, the 99th percentile in ms, CPU us a request of the server."""

    rate: float
    p99: float
    cpu: float


def wrk(server: Served, path: str, cookies: list[str], seconds: int) -> Round:
    """Ask with 32 connections, each request as the next of the people who are signed in.

    Raises:
        RuntimeError: an answer was not 2xx.
    """
    before = server.cpu()
    script = figures.HERE / "people.lua"
    script.write_text(_PEOPLE % ", ".join(f'"{cookie}"' for cookie in cookies))
    place = f"http://127.0.0.1:{server.port}{path}"
    command = ["wrk", "-t2", f"-c{_CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(script), place]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    spent = server.cpu() - before
    rate = p99 = 0.0
    asked = 1
    for slow, unit, fast, count, failed in _LINE.findall(told):
        p99 = float(slow) * _MS[unit] if slow else p99
        rate, asked = float(fast or rate), int(count or asked)
        if failed:
            raise RuntimeError(f"{path}: {failed} answers were not 2xx")
    return Round(rate, p99, spent / asked * 1e6)


def measured(engine: str, rounds: int, seconds: int) -> list[Figure]:
    """All pages on one database and bare Flask, one after the other in each round."""
    workers = 1 if engine == "sqlite" else 2
    seeding = seeded.portal(engine, people=24)
    with seeding as portal, served.bare_flask(workers) as bare, served.the_portal(portal) as ours:
        steps = {"bare Flask": (bare, "/", [""]), **{path: (ours, path, portal.cookies) for path in _PAGES}}
        found = [{name: wrk(*step, seconds) for name, step in steps.items()} for _ in range(rounds)]
        memory = ours.memory()
    lines = [_figure(engine, workers, name, found) for name in steps]
    p99 = median(one["/me/"].p99 for one in found)
    lines.append(Figure(f"{engine}: p99 of /me/ in ms / {_P99_MS:.0f}", {"p99 ms": p99}, p99 / _P99_MS, 1.0))
    told = {"memory MiB": memory}
    return [*lines, Figure(f"{engine}: memory in MiB / {_MEMORY_MIB:.0f}", told, memory / _MEMORY_MIB, 1.0)]


def _figure(engine: str, workers: int, name: str, found: list[dict[str, Round]]) -> Figure:
    rate, p99, cpu = (median(one[name][place] for one in found) for place in range(3))
    slower = median(one["bare Flask"].rate / one[name].rate for one in found)
    dearer = median(one[name].cpu / one["bare Flask"].cpu for one in found)
    told = {"req/s": rate, "p99 ms": p99, "CPU us": cpu, "CPU x bare": dearer}
    return Figure(f"{engine}, {workers} worker(s): {name}", told, slower, _SLOWER if name.startswith("/me/") else None)


def main() -> int:
    """Measure, print, and say whether the bounds hold."""
    asked = argparse.ArgumentParser(prog="bench.http", description=__doc__)
    asked.add_argument("--engine", choices=seeded.ENGINES, action="append")
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--seconds", type=int, default=4)
    given = asked.parse_args()
    figures.go_first()
    engines = given.engine or seeded.ENGINES
    lines = [one for engine in engines for one in measured(engine, given.rounds, given.seconds)]
    return figures.report("http", lines, beside="slower than bare", rounds=given.rounds, seconds=given.seconds)


if __name__ == "__main__":
    sys.exit(main())
