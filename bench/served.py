"""Applications behind the real web server, in processes of their own, to be asked over HTTP."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any, NamedTuple

import psutil
from granian import Granian
from granian.constants import HTTPModes, Interfaces

from bench.ladder import bare
from bench.seeded import Seeded
from portal.gateways.http import Portal

MIB = 1024 * 1024


class Served(NamedTuple):
    """A server that answers: where, and its processes."""

    port: int
    head: psutil.Process

    def processes(self) -> list[psutil.Process]:
        """The server with all that it started."""
        return [self.head, *self.head.children(recursive=True)]

    def cpu(self) -> float:
        """Processor seconds that all of them have used."""
        return sum(sum(one.cpu_times()[:2]) for one in self.processes())

    def memory(self) -> float:
        """MiB in all, memory that they share counted once (PSS)."""
        return sum(one.memory_full_info().pss for one in self.processes()) / MIB


@contextmanager
def bare_flask(workers: int) -> Iterator[Served]:
    """One route with ready bytes behind the same server and the same adapter."""
    with _started([sys.executable, "-m", "bench.served", str(workers)], {}) as served:
        yield served


@contextmanager
def the_portal(portal: Seeded, **more: str) -> Iterator[Served]:
    """The seeded portal as `make run` serves it. Requests may say whom they come from (PROXIES=1)."""
    settings = portal.settings
    environment = {
        "PORTAL_DATA": str(settings.data),
        "PORTAL_KEYS": str(settings.keys),
        "DATABASE_URL": settings.database_url,
        "DEMO": "1",
        "PROXIES": "1",
        "LOG_LEVEL": "INFO",
        **more,
    }
    with _started([sys.executable, "-m", "portal.commands.serve"], environment) as served:
        yield served


@contextmanager
def _started(command: list[str], environment: dict[str, str]) -> Iterator[Served]:
    port = _free_port()
    quiet = subprocess.DEVNULL
    own = {"PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}", **environment}
    server = subprocess.Popen(command, env=os.environ | own, stdout=quiet, stderr=quiet)
    try:
        _await(port, server)
        yield Served(port, psutil.Process(server.pid))
    finally:
        server.terminate()
        server.wait(timeout=40)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if server.poll() is not None:
            break
        try:
            asking = HTTPConnection("127.0.0.1", port, timeout=5)
            asking.request("GET", "/healthz")
            asking.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server does not answer")


def load(*_: Any) -> Portal:
    """Bare Flask as a server process takes it."""
    return Portal(bare())


if __name__ == "__main__":
    Granian(
        "bench.served:load",
        address="127.0.0.1",
        port=int(os.environ["PORT"]),
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=int(sys.argv[1]),
        blocking_threads=1,
        backlog=1024,
        backpressure=1024,
        log_enabled=False,
    ).serve(target_loader=load)  # type: ignore[arg-type]
