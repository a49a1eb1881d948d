"""A scanner on this machine that speaks clamd's INSTREAM, knows one malware, and does as it is told."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

#: The test file that every scanner finds (eicar.org). In two halves, or one would find this file too.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class VirusScanner(socketserver.ThreadingTCPServer):
    """Answers as clamd does, or with `answer`, or after `hung` is set; `most` is its StreamMaxLength."""

    daemon_threads = allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Scan)
        self.seen: list[bytes] = []
        self.answer: bytes | None = None
        self.most = 25 * 2**20
        self.hung = threading.Event()
        self.hung.set()

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self.server_address[1]}"

    def verdict(self, content: bytes) -> bytes:
        if self.answer is not None:
            return self.answer
        return b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in content else b"stream: OK\0"


class _Scan(socketserver.StreamRequestHandler):
    server: VirusScanner

    def handle(self) -> None:
        if self.rfile.read(10) != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        content = b""
        while length := int.from_bytes(self.rfile.read(4)):
            if len(content) + length > self.server.most:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
            content += self.rfile.read(length)
        self.server.seen.append(content)
        self.server.hung.wait(20)
        self.wfile.write(self.server.verdict(content))


class _OnASocket(VirusScanner):
    """The same on a unix socket."""

    address_family = socket.AF_UNIX

    def __init__(self, path: str) -> None:
        self._path = path
        super().__init__()

    def server_bind(self) -> None:
        self.socket.bind(self._path)
        self.server_address = self._path

    @property
    def url(self) -> str:
        return f"unix://{self._path}"


@contextmanager
def virus_scanner(path: str = "") -> Iterator[VirusScanner]:
    """One that runs meanwhile, on a free port or on the unix socket `path`."""
    server = _OnASocket(path) if path else VirusScanner()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.hung.set()
        server.shutdown()
        server.server_close()
