"""The web server of `serve`: Granian (docs/decisions/0001-web-server.md); the outbox runner lives in its process."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from threading import Thread
from typing import Any

from flask import Flask
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from config import Settings, read_settings
from portal import create_app
from portal.gateways.http import Portal
from portal.jobs import runner

_CONNECTIONS = 1024
_DOORWAYS = {"sign_in.enter", "sign_in.enter_staff"}
_made: Flask | None = None


def serve(settings: Settings) -> int:
    """Serve until Ctrl-C or SIGTERM; requests in flight end first. 0 when it ended as it should."""
    os.environ["PORTAL_SERVER_PID"] = str(os.getpid())
    server = Granian(
        "portal.commands.web_server:load",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=10_000, max_buffer_size=8192),
        websockets=False,
        workers=processes(settings),
        blocking_threads=1,
        backlog=_CONNECTIONS,
        backpressure=_CONNECTIONS,
        respawn_failed_workers=True,
        workers_kill_timeout=30,
        log_enabled=False,
    )
    gc.collect()
    gc.freeze()  # a collection writes to every object that it looks at, and the processes would share no page of them
    try:
        server.serve(target_loader=load)  # type: ignore[arg-type]
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def make(settings: Settings) -> Flask:
    """Make the application before the server's processes fork from this one, so that they have its memory in common."""
    global _made
    _made = create_app(settings)
    return _made


def load(*_: Any) -> Portal:
    """The application of one server process: its own connections and, where no workers are rung, its own jobs."""
    settings = read_settings(os.environ)
    app = _made or create_app(settings)  # where processes do not fork, each makes its own
    # A page gives the interpreter away at each statement; a sign-in would keep it for 5 ms each time (bench/storm).
    sys.setswitchinterval(0.0005)

    def begin() -> None:
        Thread(target=_follow, args=(os.environ.get("PORTAL_SERVER_PID"),), name="leash", daemon=True).start()
        if settings.in_process_jobs:
            runner.start_embedded_runner(app)

    return Portal(app, begin, runner.stop, doorways_of(app))


def doorways_of(app: Flask) -> frozenset[str]:
    """The paths where people sign in, by their views."""
    return frozenset(rule.rule for rule in app.url_map.iter_rules() if rule.endpoint in _DOORWAYS)


def processes(settings: Settings) -> int:
    """SQLite has one writing process; PostgreSQL takes as many as there are cores."""
    return 1 if settings.embedded else os.cpu_count() or 2


def _follow(head: str | None) -> None:
    """End when the process that started this one is gone, however it died, so that none is left on the port."""
    while head and str(os.getppid()) == head:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
