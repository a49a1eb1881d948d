"""The web server of `serve` (docs/decisions/0001-web-server.md): Granian; the outbox runner lives in its process."""

from __future__ import annotations

import atexit
import os
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces

from config import Settings, read_settings
from portal import create_app
from portal.jobs import runner


def serve(settings: Settings) -> int:
    """Serve until Ctrl-C or SIGTERM. 0 when it ended as it should."""
    server = Granian(
        "wsgi:app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=_processes(settings),
        blocking_threads=8,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
        log_enabled=False,
    )
    try:
        server.serve(target_loader=load)
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def load(*_: Any) -> Any:
    """The application of one server process, with its own connections and, where no workers are rung, its own jobs."""
    settings = read_settings(os.environ)
    app = create_app(settings)
    if settings.in_process_jobs:
        runner.start_embedded_runner(app)
        atexit.register(runner.stop)
    return app


def _processes(settings: Settings) -> int:
    """SQLite has one writing process; PostgreSQL takes as many as there are cores."""
    return 1 if settings.embedded else os.cpu_count() or 2
