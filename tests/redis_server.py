"""A real Redis for tests, which can be stopped, frozen and emptied to inject faults."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import redis

from tests import parts


class RedisServer:
    """A redis-server of our own: it keeps its address over stop() and start().

    It keeps its data over a stop too when ``keep`` is set, as production's does;
    else a stop loses all, which is the harder case for the caller.
    """

    def __init__(self, folder: Path, *, keep: bool = False, tcp: bool = False) -> None:
        self.folder = folder
        self.keep = keep
        self.port = _free_port() if tcp else 0
        self.url = f"redis://127.0.0.1:{self.port}/0" if tcp else f"unix://{self._socket}?db=0"
        self._program = parts.redis_server()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def _socket(self) -> Path:
        return self.folder / "redis.sock"

    def start(self) -> None:
        """Start it; back when it answers (about 0.03 s)."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._program, *self._settings()], cwd=self.folder, stdout=log, stderr=log
            )
        self._await_answer(self._process)

    def stop(self) -> None:
        """End it: callers are refused from now on."""
        if self._process is None:
            return
        self.resume()  # a frozen process would not hear the other signal
        self._process.send_signal(signal.SIGTERM if self.keep else signal.SIGKILL)
        self._process.wait(timeout=10)
        self._process = None
        # A killed server leaves its socket: there must be nothing to connect to.
        self._socket.unlink(missing_ok=True)

    def freeze(self) -> None:
        """SIGSTOP: connections are taken by the kernel, and nothing ever answers."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT: what was asked meanwhile is answered now."""
        self._signal(signal.SIGCONT)

    def flushall(self) -> None:
        """Lose all data, connections stay."""
        with contextlib.closing(self.client()) as client:
            client.flushall()

    def client(self) -> redis.Redis:
        """A client that gives up after five seconds."""
        return redis.Redis.from_url(self.url, socket_timeout=5)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is None:
            raise RuntimeError("this Redis is stopped")
        self._process.send_signal(number)

    def _settings(self) -> list[str]:
        place = ["--port", str(self.port), "--bind", "127.0.0.1"]
        if not self.port:
            place = ["--port", "0", "--unixsocket", str(self._socket), "--unixsocketperm", "700"]
        kept = "yes" if self.keep else "no"
        return [*place, "--dir", str(self.folder), "--save", "", "--appendonly", kept]

    def _await_answer(self, process: subprocess.Popen[bytes]) -> None:
        for _ in range(500):
            with (
                contextlib.suppress(redis.ConnectionError),
                contextlib.closing(self.client()) as client,
            ):
                client.ping()
                return
            if process.poll() is not None:
                break
            time.sleep(0.01)
        process.kill()
        raise RuntimeError(f"Redis did not start: {(self.folder / 'redis.log').read_text()}")


class GivenRedis(RedisServer):
    """The Redis of $TEST_REDIS_URL: used as it is, and not ours to stop."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._process = None

    def start(self) -> None:
        """Refuse: faults need a server of our own."""
        raise RuntimeError("a test with faults asks for redis_server(folder, own=True)")

    stop = freeze = resume = start

    def flushall(self) -> None:
        """Empty the one database the URL names; other databases are not ours."""
        with contextlib.closing(self.client()) as client:
            client.flushdb()


@contextlib.contextmanager
def redis_server(folder: Path, *, own: bool = False, keep: bool = False, tcp: bool = False) -> Iterator[RedisServer]:
    """The Redis of $TEST_REDIS_URL, or with ``own`` or without that variable a new one.

    ``folder`` is best inside the run's folder (tests.run_folder): what a killed run
    leaves there is ended by the next. A new one listens on a unix socket in it, or
    with ``tcp`` on a free port of 127.0.0.1.
    """
    given = os.environ.get("TEST_REDIS_URL")
    if given and not own:
        yield GivenRedis(given)
        return
    server = RedisServer(folder, keep=keep, tcp=tcp)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
