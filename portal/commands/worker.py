"""`flask worker`: RQ workers that fork for each job, and beside them the sweep, in processes that are begun anew when
they die. None of them outlives this one.

The sweep has a process of its own, so that a worker never forks while a database connection is open.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from typing import NoReturn

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from portal import jobs
from portal.domain.outbox import rules
from portal.gateways.queue import QUEUE
from portal.jobs import runner, warming
from portal.kernel import database

log = logging.getLogger(__name__)
_LAST_JOB_SECONDS = 65


@click.command("worker")
@click.option("--processes", default=os.cpu_count() or 2, help="How many jobs at once (default: one for each core).")
@click.option("--sweep-every", default=rules.SWEEP_EVERY.total_seconds(), hidden=True, help="Seconds; for fault tests.")
@with_appcontext
def worker(processes: int, sweep_every: float) -> None:
    """Deliver the outbox with RQ (REDIS_URL): for production. Ends after the jobs under way."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    url = app.config["PORTAL"].redis_url
    if not url:
        raise click.ClickException("REDIS_URL is not set; then the web process delivers by itself.")
    jobs.use(app)
    with suppress(database.Unavailable, DBAPIError):  # a database that comes later makes the first jobs slower
        warming.warm()
    database.let_go()
    database.engine().dispose()  # nothing that is open may be shared by a fork
    Crew([lambda: _sweep(app, sweep_every), *[lambda: _listen(url)] * processes]).work()


def _sweep(app: Flask, every: float) -> None:
    signal.signal(signal.SIGTERM, _leave)
    runner.beside(app, every)
    Event().wait()


def _leave(*_: object) -> NoReturn:
    runner.stop()
    os._exit(0)


def _listen(redis_url: str) -> None:
    from redis import Redis
    from rq import Worker
    from rq.serializers import JSONSerializer

    Worker.max_connection_wait_time = 5.0  # a Redis that comes back is heard within seconds (C4)
    Worker(
        [QUEUE],
        connection=Redis.from_url(redis_url),
        serializer=JSONSerializer,
        worker_ttl=45,
        maintenance_interval=20,
        job_monitoring_interval=10,
        log_job_description=False,
    ).work(logging_level="WARNING")


class Crew:
    """Processes, one for each role, that are begun anew when they die and end with this one, even if it is killed."""

    def __init__(self, roles: list[Callable[[], None]]) -> None:
        self._free, self._at_work = list(roles), dict[int, Callable[[], None]]()
        self._leash, self._held = os.pipe()

    def work(self) -> None:
        """Until SIGTERM or SIGINT."""
        signal.signal(signal.SIGTERM, self._end)
        signal.signal(signal.SIGINT, self._end)
        while True:
            while self._free:
                self._begin(self._free.pop())
            pid, _ = os.wait()
            if role := self._at_work.pop(pid, None):
                log.error("a worker died", extra={"code": "worker_died"})
                time.sleep(1)
                self._free.append(role)

    def _begin(self, role: Callable[[], None]) -> None:
        pid = os.fork()
        if pid:
            self._at_work[pid] = role
            return
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.setpgrp()  # Ctrl-C is heard by the crew's head alone, who lets jobs finish
        os.close(self._held)
        Thread(target=self._follow, daemon=True).start()
        try:
            role()
        finally:
            os._exit(0)

    def _follow(self) -> None:
        """The pipe ends when the head of the crew does, however it died."""
        os.read(self._leash, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    def _end(self, *_: object) -> NoReturn:
        until = time.monotonic() + _LAST_JOB_SECONDS
        self._tell(signal.SIGTERM)
        while self._at_work and time.monotonic() < until:
            with suppress(ChildProcessError):
                pid = os.waitpid(-1, os.WNOHANG)[0]
                self._at_work.pop(pid, None)
            time.sleep(0.05)
        self._tell(signal.SIGKILL)
        raise SystemExit(0)

    def _tell(self, number: signal.Signals) -> None:
        for pid in self._at_work:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
