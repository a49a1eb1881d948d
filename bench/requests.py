"""HTTP that costs the one who measures next to nothing: what a client spends is taken from what it measures."""

from __future__ import annotations

import re
import socket
from typing import NamedTuple

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.I)
_SEVERAL = 65536


class Answer(NamedTuple):
    """What came back; the head as it was sent."""

    status: int
    head: str
    body: bytes

    def fields(self, name: str) -> list[str]:
        """All values of a header field."""
        lines = (line.partition(": ") for line in self.head.split("\r\n")[1:])
        return [value for found, _, value in lines if found.lower() == name]


class Connection:
    """A connection that is kept, to a server on this machine that tells the length of each answer."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._host = f"127.0.0.1:{port}"

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ask(self, method: str, path: str, headers: dict[str, str], body: str = "") -> Answer:
        """One request and its answer.

        Raises:
            ConnectionError: the server closed before all of it was there.
        """
        told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        self._socket.sendall(f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\n{told}{length}\r\n{body}".encode())
        got = self._more(b"")
        while b"\r\n\r\n" not in got:
            got = self._more(got)
        head, _, got = got.partition(b"\r\n\r\n")
        length_told = _LENGTH.search(head)
        while length_told and len(got) < int(length_told[1]):
            got = self._more(got)
        return Answer(int(head[9:12]), head.decode("latin-1"), got)

    def _more(self, got: bytes) -> bytes:
        part = self._socket.recv(_SEVERAL)
        if not part:
            raise ConnectionError("the server closed the connection")
        return got + part
