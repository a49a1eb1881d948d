"""The embedded runner: the sweep and a few threads that deliver, inside the web process or beside RQ's workers.

Several threads, so that a mail server that takes half a minute for one mail does not hold up the others (C16).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from queue import SimpleQueue
from threading import Event, Lock, Thread
from time import monotonic

from flask import Flask

from portal import jobs
from portal.domain.outbox import rules
from portal.gateways import queue
from portal.jobs import exporting, nightly, reminding
from portal.jobs.delivery import deliver
from portal.jobs.sweep import sweep
from portal.kernel import database

log = logging.getLogger(__name__)
_THREADS = 4
_NIGHT_ASKED_EVERY = 3600.0
_EXPORTS_ASKED_EVERY = 2.0


class Runner:
    """A bell that is heard in the same process. `sweep_every` in seconds."""

    def __init__(self, threads: int = _THREADS, sweep_every: float = rules.SWEEP_EVERY.total_seconds()) -> None:
        self._waiting: SimpleQueue[int | None] = SimpleQueue()
        self._told: set[int] = set()
        self._lock, self._ended = Lock(), Event()
        self._every, self._night_at = sweep_every, 0.0
        deliverers = [Thread(target=self._deliver, name=f"outbox-{n}", daemon=True) for n in range(threads)]
        sweeper = Thread(target=self._sweep, name="outbox-sweep", daemon=True)
        exporter = Thread(target=self._export, name="export", daemon=True)
        reminder = Thread(target=self._remind, name="reminders", daemon=True)
        self._threads = [sweeper, exporter, reminder, *deliverers]

    def start(self) -> None:
        """Begin; returns at once. What waits from before is found by the first sweep."""
        for thread in self._threads:
            thread.start()

    def stop(self, within: float = 5.0) -> None:
        """Take no more rows, and wait a little for those under way. What is not done stays in the outbox."""
        self._ended.set()
        for _ in self._threads:
            self._waiting.put(None)
        until = monotonic() + within
        for thread in self._threads:
            thread.join(max(0.0, until - monotonic()))

    def ring(self, ids: Sequence[int], *, again: bool = False) -> bool:
        """Have these rows delivered by the next free threads."""
        with self._lock:
            new = [row for row in ids if row not in self._told]
            self._told.update(new)
        for row in new:
            self._waiting.put(row)
        return True

    def _deliver(self) -> None:
        while (row := self._waiting.get()) is not None and not self._ended.is_set():
            with self._lock:
                self._told.discard(row)  # before, so that a row that is rung meanwhile is looked at again
            try:
                deliver(row)
            except Exception:
                log.exception("delivery crashed", extra={"job": "deliver"})
        database.let_go()

    def _sweep(self) -> None:
        more = True
        while not self._ended.wait(0.2 if more else self._every):
            try:
                more = sweep(self.ring)
                self._tidy()
            except Exception:
                more = False
                log.exception("sweep crashed", extra={"job": "sweep"})
        database.let_go()

    def _remind(self) -> None:
        """What is due with the hour is found whatever else the sweep has to do."""
        while not self._ended.wait(reminding.EVERY):
            try:
                reminding.remind()
            except Exception:
                log.exception("reminding crashed", extra={"job": "remind"})
        database.let_go()

    def _export(self) -> None:
        """Copies that people asked for take their time, and hold up no notice."""
        while not self._ended.wait(_EXPORTS_ASKED_EVERY):
            try:
                while exporting.make_next():
                    pass
            except Exception:
                log.exception("export crashed", extra={"job": "export"})
        database.let_go()

    def _tidy(self) -> None:
        if monotonic() >= self._night_at:
            self._night_at = monotonic() + _NIGHT_ASKED_EVERY
            nightly.tidy_if_due()


_running: list[Runner] = []


def start_embedded_runner(app: Flask) -> Runner:
    """Deliver inside this web process from now on."""
    runner = beside(app)
    queue.hang(runner)
    return runner


def beside(app: Flask, sweep_every: float = rules.SWEEP_EVERY.total_seconds()) -> Runner:
    """Sweep in this process; the bell stays where it is, and is helped out when nobody hears it."""
    jobs.use(app)
    runner = Runner(sweep_every=sweep_every)
    _running.append(runner)
    runner.start()
    return runner


def stop() -> None:
    """End what was started here (the server is going down, or a test is over)."""
    while _running:
        _running.pop().stop()
