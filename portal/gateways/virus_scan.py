"""A virus scanner that speaks clamd's protocol (VIRUS_SCAN_URL): INSTREAM over TCP or a unix socket.

Source: clamd's manual, "INSTREAM": the command, then pieces each with its length (4 bytes, network order), then a
length of zero; the answer is `stream: OK`, `stream: <name> FOUND` or `… ERROR`, ended as the command was.
"""

from __future__ import annotations

import socket
from time import monotonic
from urllib.parse import urlsplit

from portal import gateways
from portal.gateways import Temporary

_SECONDS, _CONNECT_SECONDS = 10, 3
_PIECE = 128 * 1024
#: An answer names one malware; whatever is longer is none.
_LONGEST = 4096


def is_on() -> bool:
    """Whether a scanner is configured: files are then held until it has seen them."""
    return bool(gateways.settings().virus_scan_url)


def is_clean(content: bytes) -> bool:
    """Whether the scanner finds nothing in a file. It sees the file as it came, not encrypted.

    Raises:
        Temporary: no answer within 10 seconds, or one that is neither yes nor no. The file is not known to be clean.
    """
    try:
        answer = _asked(content)
    except OSError as problem:
        raise Temporary("scanner_no_answer") from problem
    if answer == b"stream: OK":
        return True
    if answer.startswith(b"stream: ") and answer.endswith(b" FOUND"):
        return False
    raise Temporary("scanner_answer")


def _asked(content: bytes) -> bytes:
    """The scanner's answer, without its end. Sending and waiting share one deadline."""
    until = monotonic() + _SECONDS
    with _connected() as scanner:
        scanner.settimeout(_left(until))
        scanner.sendall(b"zINSTREAM\0")
        for begin in range(0, len(content), _PIECE):
            piece = content[begin : begin + _PIECE]
            scanner.settimeout(_left(until))
            scanner.sendall(len(piece).to_bytes(4) + piece)
        scanner.sendall(bytes(4))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _LONGEST:
            scanner.settimeout(_left(until))
            received = scanner.recv(_LONGEST)
            if not received:
                raise ConnectionError("the scanner left")
            answer += received
    return answer.removesuffix(b"\0")


def _connected() -> socket.socket:
    where = urlsplit(gateways.settings().virus_scan_url)
    if where.scheme == "tcp":
        return socket.create_connection((where.hostname, where.port or 3310), _CONNECT_SECONDS)
    scanner = socket.socket(socket.AF_UNIX)
    try:
        scanner.settimeout(_CONNECT_SECONDS)
        scanner.connect(where.path)
    except BaseException:
        scanner.close()
        raise
    return scanner


def _left(until: float) -> float:
    """Seconds.

    Raises:
        TimeoutError: none.
    """
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError
    return left
