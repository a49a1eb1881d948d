"""Real parts that break: Redis, an SMTP server, workers that can be killed. RQ needs PostgreSQL (config says so)."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from flask import Flask

from config import Settings
from portal import create_app, gateways, jobs
from portal.gateways import queue
from portal.jobs import runner
from portal.kernel import clock, database
from tests.cluster import RUN_FOLDER, Cluster, build_template, drop, template_clone
from tests.conftest import ROOT, migrated
from tests.mail_sink import MailSink, mail_sink
from tests.redis_server import RedisServer, redis_server

LONG = os.environ.get("FAULTS") == "long"
_COMMAND = "from wsgi import app; from portal.commands.worker import worker; app.app_context().push(); worker.main()"
_WORKER = [sys.executable, "-c", _COMMAND]


def until(true: Callable[[], object], within: float = 20.0) -> float:
    """Wait for it; how many seconds it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < within, f"it did not happen within {within} s"
        time.sleep(0.02)
    return time.monotonic() - began


@pytest.fixture
def sink() -> Iterator[MailSink]:
    """The mail server."""
    with mail_sink() as sink:
        yield sink


@pytest.fixture
def mailing(app: Flask, sink: MailSink) -> Iterator[Flask]:
    """The portal on the engine of this run, delivering to the sink from this process."""
    jobs.use(app)
    gateways.use(replace(app.config["PORTAL"], smtp_url=f"smtp://127.0.0.1:{sink.port}"))
    yield app
    runner.stop()
    queue.hang(None)


@pytest.fixture
def redis(worker_id: str) -> Iterator[RedisServer]:
    """A Redis of our own."""
    with redis_server(Path(os.environ[RUN_FOLDER]) / f"redis-{worker_id}", own=True) as server:
        yield server


@pytest.fixture
def ringing(
    base_settings: Settings, cluster: Cluster, redis: RedisServer, sink: MailSink, tmp_path: Path, worker_id: str
) -> Iterator[Flask]:
    """The portal on PostgreSQL as the web process has it: it rings the workers of this Redis."""
    build_template(cluster, "migrated", lambda url: migrated(replace(base_settings, database_url=url)))
    name = f"faults_{worker_id}"
    settings = replace(
        base_settings,
        data=tmp_path,
        database_url=template_clone(cluster, "migrated", name),
        redis_url=redis.url,
        smtp_url=f"smtp://127.0.0.1:{sink.port}",
    )
    app = create_app(settings)
    with app.app_context():
        yield app
        database.let_go()
        database.engine().dispose()
    queue.hang(None)
    drop(cluster, name)


class Workers:
    """`flask worker` in processes of its own."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self._log, self._process = log, None
        self._environment = {
            **os.environ,
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": settings.redis_url,
            "SMTP_URL": settings.smtp_url,
            "PORTAL_DATA": str(settings.data),
            "PORTAL_KEYS": str(settings.keys),
            "PASSWORD_COST": "8,1,1",
            "PORTAL_TESTING": "1",
            "DEMO": "1",
            "LOG_LEVEL": "WARNING",
        }

    def start(self, processes: int = 2, sweep_every: float = 15 if LONG else 1) -> None:
        """Begin, with the sweep beside them."""
        options = ["--processes", str(processes), "--sweep-every", str(sweep_every)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*_WORKER, *options], cwd=ROOT, env=self._environment, stderr=log, stdout=log
            )

    def kill_one(self, among: int) -> bool:
        """SIGKILL to one of the crew and to the job that it has forked. False when there is nobody just now."""
        crew = psutil.Process(self._process.pid).children()
        if not crew:
            return False
        victim = crew[among % len(crew)]
        try:
            doomed = [victim, *victim.children(recursive=True)]
        except psutil.NoSuchProcess:  # its head buried it between the two looks
            return False
        for process in doomed:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        return True

    def kill_head(self) -> list[psutil.Process]:
        """SIGKILL to the one who started the others; who is left behind."""
        crew = psutil.Process(self._process.pid).children(recursive=True)
        self._process.kill()
        self._process.wait()
        return crew

    def stop(self) -> int:
        """SIGTERM, and wait for the jobs under way."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(70)

    def end(self) -> None:
        """Whatever is left of them goes."""
        if self._process and self._process.poll() is None:
            self.stop()


@pytest.fixture
def workers(ringing: Flask, tmp_path: Path) -> Iterator[Workers]:
    """Workers that are not started yet."""
    workers = Workers(ringing.config["PORTAL"], tmp_path / "workers.log")
    yield workers
    workers.end()


@pytest.fixture
def later() -> Callable[..., None]:
    """Let time go by: `later(minutes=5)`."""
    gone = timedelta(0)

    def move(**by: float) -> None:
        nonlocal gone
        gone += timedelta(**by)
        clock.shift(gone)

    return move
