"""A provider of texts and calls on this machine, which does as it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl


class TextProvider(ThreadingHTTPServer):
    """Takes texts and calls as the form-post API does, or answers with `status`, or not at all."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.taken: list[tuple[str, dict[str, str], str]] = []
        self.status, self.hung = 201, threading.Event()
        self.hung.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    server: TextProvider

    def do_POST(self) -> None:  # noqa: N802
        fields = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        self.server.hung.wait(20)
        self.server.taken.append((self.path, fields, self.headers["Authorization"]))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()
        self.wfile.write(b'{"sid": "SM%d"}' % len(self.server.taken))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def text_provider() -> Iterator[TextProvider]:
    """One that runs meanwhile."""
    server = TextProvider()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.hung.set()
        server.shutdown()
        server.server_close()
