"""A real S3 API server for tests, over HTTP, which can be stopped and frozen."""

from __future__ import annotations

import contextlib
import http.client
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from boto3.session import Session

from config import FileStore

BUCKET = "portal-files"


class S3Server:
    """moto's server on 127.0.0.1; it keeps its port over stop() and start(), and loses its content."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._process = folder, None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def store(self) -> FileStore:
        """As the portal is told of it."""
        return FileStore(BUCKET, "portal/files", self.url, key="AKIDEXAMPLE", secret="never-checked")

    def client(self) -> Any:
        """A client of the tests' own."""
        keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": "us-east-1"}
        return Session().client("s3", endpoint_url=self.url, **keys)

    def start(self) -> None:
        """Start it with an empty bucket; back when it answers."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        with (self._folder / "s3.log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=self._folder, stdout=log, stderr=log)
        self._await_answer()
        self.client().create_bucket(Bucket=BUCKET)

    def stop(self) -> None:
        """End it: callers are refused from now on."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=10)
            self._process = None

    def freeze(self) -> None:
        """Connections are taken by the kernel, and nothing ever answers."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """What was asked meanwhile is answered now."""
        self._process.send_signal(signal.SIGCONT)

    def _await_answer(self) -> None:
        until = time.monotonic() + 30
        while time.monotonic() < until and self._process.poll() is None:
            with contextlib.suppress(OSError), contextlib.closing(socket.create_connection(("127.0.0.1", self.port))):
                asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                asked.request("GET", "/moto-api/")
                asked.getresponse()
                asked.close()
                return
            time.sleep(0.02)
        raise RuntimeError(f"the S3 server did not start: {(self._folder / 's3.log').read_text()}")


@contextlib.contextmanager
def s3_server(folder: Path) -> Iterator[S3Server]:
    """One that runs meanwhile. `folder` is best inside the run's folder (tests.run_folder)."""
    server = S3Server(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
