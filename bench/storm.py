"""`python -m bench.storm`: does home stay quick for those who are inside, while sixteen people sign in at once?

The real server, the real cost of a password hash, and two kinds of clients in processes of their own: four people who
look at home again and again, and sixteen who sign in without a pause, each from an address of their own. The bound is
on the 99th percentile of home; the rounds of quiet and of storm alternate. Whoever is refused must be given a page that
goes back by itself.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.client import HTTPConnection
from statistics import median
from urllib.parse import urlencode

from bench import figures, seeded, served
from bench.figures import Figure
from bench.requests import Connection
from portal.domain.demo import PASSPHRASE, queries
from portal.kernel import database

_COST = (19456, 2, 1)
_READERS, _STORMERS = 4, 16
_PAUSE = 0.02  # a reader's, so that the clients do not take the processor that is measured
TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')


def readers(port: int, seconds: float, cookies: list[str]) -> list[float]:
    """Milliseconds of each look at home, by four people at once."""
    took: list[float] = []

    def look(place: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            began = time.perf_counter()
            connection.request("GET", "/me/", headers={"Cookie": cookies[place]})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"home answers {answer.status}")
            took.append((time.perf_counter() - began) * 1000)
            time.sleep(_PAUSE)

    at_once(look, _READERS)
    return took


def stormers(port: int, seconds: float, names: list[str]) -> Counter[str]:
    """How the tries to sign in ended: in, refused with a page that returns by itself, or otherwise."""
    ends: Counter[str] = Counter()

    def enter(place: int) -> None:
        end, number = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            number += 1
            ends[sign_in(port, names[place % len(names)], f"10.{place}.{number // 250}.{number % 250}")] += 1

    at_once(enter, _STORMERS)
    return ends


def sign_in(port: int, name: str, address: str, known: dict[str, str] | None = None) -> str:
    """How a try ended, the page fetched, filled in and sent: "in", "told to wait" (and waited), or otherwise.

    `known`: keeps the known-device cookies of this browser by user name; without it, each try is a new browser's.
    """
    with Connection(port) as connection:
        page = connection.ask("GET", "/sign_in/", {})
        token, cookies = TOKEN.search(page.body), [page.fields("set-cookie")[0].split(";")[0]]
        if known and name in known:
            cookies.append(known[name])
        form = {"csrf_token": token[1].decode() if token else "", "username": name, "password": PASSPHRASE}
        sent = {
            "Cookie": "; ".join(cookies),
            "X-Forwarded-For": address,
            "Content-Type": "application/x-www-form-urlencoded",
            "Sec-Fetch-Site": "same-origin",
        }
        answer = connection.ask("POST", "/sign_in/", sent, urlencode(form))
    if answer.status == 303:
        if known is not None:
            given = (one.split(";")[0] for one in answer.fields("set-cookie"))
            known[name] = next(one for one in given if one.startswith("device="))
        return "in"
    returns = "".join(answer.fields("refresh")).partition(";")[0]
    if answer.status != 503 or not returns:
        return f"status {answer.status}"
    time.sleep(float(returns))  # as the page does that a browser shows
    return "told to wait"


def at_once(work: Callable[[int], None], people: int) -> None:
    """So many threads do the same, each told its place; what fails in one fails here."""
    failed: list[BaseException] = []

    def one(place: int) -> None:
        try:
            work(place)
        except BaseException as problem:  # a thread's end is not seen otherwise
            failed.append(problem)

    threads = [threading.Thread(target=one, args=(place,)) for place in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def measured(engine: str, rounds: int, seconds: float) -> list[Figure]:
    """Quiet and storm in turn."""
    quiet, loud = [], []
    ends: Counter[str] = Counter()
    with seeded.portal(engine, cost=_COST) as portal:
        with portal.app.app_context():
            names = [one.username for one in queries.sign_ins() if one.kind == "patient"][_READERS:][:_STORMERS]
            database.let_go()
        with served.the_portal(portal) as ours:
            readers(ours.port, 1, portal.cookies)
            for _ in range(rounds):
                quiet.append(_p99(readers(ours.port, seconds, portal.cookies)))
                storm = _storm(ours.port, seconds, names)
                loud.append(_p99(readers(ours.port, seconds, portal.cookies)))
                ends.update(_ends_of(storm))
    return _figures(engine, quiet, loud, ends, rounds * seconds)


def _figures(engine: str, quiet: list[float], loud: list[float], ends: Counter[str], seconds: float) -> list[Figure]:
    ratio = median(there / before for there, before in zip(loud, quiet, strict=True))
    told: dict[str, float | int | str] = {"p99 quiet ms": median(quiet), "p99 storm ms": median(loud)}
    told |= {"sign-ins/s": ends["in"] / seconds, "told to wait": ends["told to wait"]}
    other = {name: count for name, count in ends.items() if name not in {"in", "told to wait"}}
    return [
        Figure(f"{engine}: home while {_STORMERS} sign in", told, ratio, 2.0),
        Figure(
            f"{engine}: sign-ins that ended otherwise",
            {"count": sum(other.values()), "where": str(other)},
            sum(other.values()),
            0,
        ),
    ]


def _storm(port: int, seconds: float, names: list[str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bench.storm", "--storm", str(port), "--seconds", str(seconds), *names]
    storm = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    time.sleep(1)  # until all of them are at it
    return storm


def _ends_of(storm: subprocess.Popen[str]) -> Counter[str]:
    told = storm.communicate()[0]
    return Counter({name: int(count) for name, _, count in (line.rpartition(" ") for line in told.splitlines())})


def _p99(took: list[float]) -> float:
    return sorted(took)[int(len(took) * 0.99)]


def main() -> int:
    """Measure, print, and say whether the bounds hold; or (--storm) be the storm."""
    asked = argparse.ArgumentParser(prog="bench.storm", description=__doc__)
    asked.add_argument("--engine", choices=seeded.ENGINES, action="append")
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--seconds", type=float, default=6)
    asked.add_argument("--storm", type=int, help=argparse.SUPPRESS)
    asked.add_argument("names", nargs="*", help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.storm:
        ends = stormers(given.storm, given.seconds + 2, given.names)
        print("\n".join(f"{name} {count}" for name, count in ends.items()))
        return 0
    figures.go_first()
    engines = given.engine or seeded.ENGINES
    lines = [one for engine in engines for one in measured(engine, given.rounds, given.seconds)]
    return figures.report("storm", lines, beside="quiet", rounds=given.rounds, seconds=given.seconds)


if __name__ == "__main__":
    sys.exit(main())
