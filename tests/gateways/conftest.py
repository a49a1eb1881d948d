"""The outside world on this machine: an SMTP server and a provider of texts that do as told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from config import Settings
from portal import gateways
from tests.mail_sink import MailSink, mail_sink


@pytest.fixture
def outside(tmp_path: Path):
    """`outside(smtp_url=…)`: the gateways with these settings."""

    def configured(**chosen: str) -> Settings:
        settings = Settings(
            data=tmp_path,
            public_url="https://portal.example.org",
            mail_from="Patient Ally <portal@example.org>",
            **chosen,
        )
        gateways.use(settings)
        return settings

    return configured


@pytest.fixture
def sink() -> Iterator[MailSink]:
    """An SMTP server."""
    with mail_sink() as sink:
        yield sink


class Provider(ThreadingHTTPServer):
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
    server: Provider

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


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider of texts and calls."""
    server = Provider()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.hung.set()
    server.shutdown()
    server.server_close()
