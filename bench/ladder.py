"""`python -m bench.ladder`: what a page costs the processor, beside bare Flask in the same rounds, on both databases.

No network and no web server: WSGI calls in this process, its processor time, the audit row committed before the answer.
Three sights of the same thing. In turn: one client, every variant once and then all again, each with a disk write of
its own on SQLite. Eight at once, as many as the web server has threads: the writes of those who wait are committed
together. In a loop, for comparison alone: one variant again and again, where bare Flask fits into the nearest cache.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from statistics import median

from flask import Flask

from bench import clients, figures, seeded
from bench.clients import Application, Spent
from bench.figures import Figure

_BARE, _RAW = "bare Flask", "raw WSGI"
#: Page, and how many times bare Flask it may cost (PERFORMANCE 6.8; the sign-in page 5).
PAGES = {"/sign_in/": 3.0, "/me/": 8.0, "/me/address_book/": 8.0, "/me/address_book/insurance/": 8.0}
CROWD = 8


def raw(_: object, start_response: Application) -> list[bytes]:
    """The limit: bytes, and nothing else."""
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return [b"x" * 100]


def bare() -> Flask:
    """What every ratio is measured against: one route, ready bytes."""
    app = Flask("bare", static_folder=None)
    app.add_url_rule("/", view_func=lambda: "x" * 100)
    return app


def measured(engine: str, rounds: int, times: int) -> list[Figure]:
    """All pages on one database; each round asks each of them once more, so that a busy neighbor meets them all."""
    with seeded.portal(engine) as portal:
        write_logs_nowhere()
        ladder: dict[str, tuple[Application, str, list[str]]] = {
            _RAW: (raw, "/", [""]),
            _BARE: (bare().wsgi_app, "/", [""]),
            **{path: (portal.app.wsgi_app, path, portal.cookies) for path in PAGES},
        }
        clients.in_turn(ladder, times)
        alone = [clients.in_turn(ladder, times) for _ in range(rounds)]
        loops = [{name: clients.measure(*step, times) for name, step in ladder.items()} for _ in range(rounds)]
        crowds = [
            {name: clients.measure(*step, times // 2, CROWD) for name, step in ladder.items()} for _ in range(rounds)
        ]
    sights = {"in turn": alone, "in a loop": loops, f"{CROWD} at once": crowds}
    return [_figure(engine, how, name, found) for how, found in sights.items() for name in ladder]


def write_logs_nowhere() -> None:
    """The line of each request is made, and written to where it costs no terminal."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(open(os.devnull, "w"))  # noqa: SIM115


def _figure(engine: str, how: str, name: str, found: list[dict[str, Spent]]) -> Figure:
    spent = Spent(*(median(one[name][place] for one in found) for place in range(2)))
    ratio = median(one[name].cpu / one[_BARE].cpu for one in found)
    bound = None if how == "in a loop" else PAGES.get(name)
    return Figure(f"{engine}, {how}: {name}", {"CPU us": spent.cpu, "wall us": spent.wall}, ratio, bound)


def main() -> int:
    """Measure, print, and say whether the bounds hold."""
    asked = argparse.ArgumentParser(prog="bench.ladder", description=__doc__)
    asked.add_argument("--engine", choices=seeded.ENGINES, action="append")
    asked.add_argument("--rounds", type=int, default=9)
    asked.add_argument("--times", type=int, default=60)
    given = asked.parse_args()
    figures.go_first()
    found = [one for engine in given.engine or seeded.ENGINES for one in measured(engine, given.rounds, given.times)]
    return figures.report("ladder", found, beside=_BARE, rounds=given.rounds, times=given.times)


if __name__ == "__main__":
    sys.exit(main())
