"""Between Granian and Flask: a request's body is gathered under a deadline before a thread is given to it.

Somebody who sends a byte at a time holds a socket and no thread (SECURITY P8; docs/decisions/0001-web-server.md).
Speaks RSGI 1.6 (Granian's specification) to the server and WSGI (PEP 3333) to the application. What goes wrong on the
way is told by the application's own error pages: a body that is missing raises when it is read.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from asyncio import AbstractEventLoop
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from contextvars import copy_context
from multiprocessing import parent_process
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from portal.gateways.bodies import SMALL, Body, Gathering, left
from portal.gateways.turns import Turns

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment
    from granian._granian import RSGIHeaders as Headers
    from granian._granian import RSGIHTTPProtocol as HTTPProtocol
    from granian.rsgi import Scope

_log = logging.getLogger(__name__)

THREADS = 8
#: Does one step of a request in a thread.
Run = Callable[..., Awaitable[Any]]


class Answer(NamedTuple):
    """What the application said. `parts` are not yet made where `streamed`."""

    status: int
    headers: list[tuple[str, str]]
    parts: Iterable[bytes]
    streamed: bool


class Portal:
    """The WSGI application as Granian calls it. `begin` and `end` run in the server's process, around everything.

    `doorways`: the paths that passwords are sent to; who sends one waits for a turn.
    """

    def __init__(
        self,
        app: WSGIApplication,
        begin: Callable[[], object] = object,
        end: Callable[[], object] = object,
        doorways: frozenset[str] = frozenset(),
    ) -> None:
        self._app, self._begin, self._end = app, begin, end
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="web")
        #: Slow senders are given up all at once; telling them so must not stand in the way of the others.
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="web-aside")
        self._gathering, self._turns, self._doorways = Gathering(), Turns(), doorways
        self._reader_left: type[Exception] = ConnectionError

    def __rsgi_init__(self, loop: AbstractEventLoop) -> None:
        from granian._granian import RSGIProtocolClosed  # a third of a second, that commands need not wait

        self._reader_left = RSGIProtocolClosed
        if parent_process():  # Ctrl-C is heard by the server's head, who ends its processes; twice would confuse them
            loop.remove_signal_handler(signal.SIGINT)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._begin()

    def __rsgi_del__(self, _loop: AbstractEventLoop) -> None:
        for pool in (self._pool, self._aside):
            pool.shutdown(wait=True, cancel_futures=True)
        self._end()

    async def __rsgi__(self, scope: Scope, proto: HTTPProtocol) -> None:
        try:
            body = await self._gathering.body(scope, proto)
            waits = scope.method == "POST" and scope.path in self._doorways and not body.lost
            async with self._turns.one() if waits else nullcontext():
                await self._reply(proto, environ_of(scope, body), body.lost)
        except self._reader_left:
            _log.info("the reader left")
        except Exception:
            _log.exception("the web server's own error")
            proto.response_str(500, [*_OURS, _CLOSE], "Something went wrong. Please try again.\n")

    async def _reply(self, proto: HTTPProtocol, environ: WSGIEnvironment, lost: bool) -> None:
        """All in one context: Flask puts its own there and takes it out, maybe in another thread."""
        run = self._runner(self._aside if lost else self._pool)
        answer: Answer = await run(_answer, self._app, environ)
        headers = [*answer.headers, _CLOSE] if lost else answer.headers
        if not answer.streamed:
            return proto.response_bytes(answer.status, headers, b"".join(answer.parts))
        try:
            await _stream(proto, run, answer)
        finally:
            await run(_close, answer.parts)

    def _runner(self, pool: ThreadPoolExecutor) -> Run:
        """Runs the steps of one request in some thread of the pool, in one context."""
        loop, context = asyncio.get_running_loop(), copy_context()
        return lambda step, *given: loop.run_in_executor(pool, context.run, step, *given)


async def _stream(proto: HTTPProtocol, run: Run, answer: Answer) -> None:
    """Send part by part; no thread is held between two parts.

    Granian 2.8.7 takes parts faster than the reader does and keeps them in memory: at most the answer's size.

    Raises:
        TimeoutError: the reader takes fewer bytes a second than a sender must send.
    """
    transport, began, sent = proto.response_stream(answer.status, answer.headers), monotonic(), 0
    parts = iter(answer.parts)
    while (part := await run(next, parts, None)) is not None:
        async with asyncio.timeout(left(began, sent)):
            await transport.send_bytes(part)
        sent += len(part)


def environ_of(scope: Scope, body: Body) -> WSGIEnvironment:
    """The request as WSGI wants it, with nothing of this process's environment in it."""
    server, _, port = scope.server.rpartition(":")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),  # the server took the percent signs out
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": "HTTP/1.1" if scope.http_version == "1.1" else "HTTP/1.0",
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "HTTP_HOST": "",  # a request without one is for no portal, and is refused as such
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body.stream,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    environ.update(_fields(scope.headers))
    if body.length:
        environ["CONTENT_LENGTH"] = str(body.length)
    return environ


def _fields(headers: Headers) -> dict[str, str]:
    """Header lines, those of one name joined. A name with an underscore could pass for another (X_Forwarded_For)."""
    found: dict[str, str] = {}
    for name, value in headers.items():
        if "_" in name:
            continue
        key = "CONTENT_TYPE" if name == "content-type" else f"HTTP_{name.upper().replace('-', '_')}"
        joint = "; " if name == "cookie" else ","
        found[key] = f"{found[key]}{joint}{value}" if key in found else value
    found.pop("HTTP_CONTENT_LENGTH", None)
    return found


_OURS = [("server", "portal")]
_CLOSE = ("connection", "close")


def _answer(app: WSGIApplication, environ: WSGIEnvironment) -> Answer:
    """Run the application, in a thread of the pool."""
    begun: list[tuple[int, list[tuple[str, str]]]] = []
    written: list[bytes] = []

    def start(status: str, headers: list[tuple[str, str]], _error: object = None, /) -> Callable[[bytes], object]:
        begun[:] = [(int(status[:3]), [*_OURS, *((name.lower(), value) for name, value in headers)])]
        return written.append

    parts = app(environ, start)
    status, headers = begun[0]
    if _is_streamed(environ["REQUEST_METHOD"], status, headers):
        return Answer(status, headers, parts, True)
    try:
        return Answer(status, headers, [*written, *parts], False)
    finally:
        _close(parts)
        environ["wsgi.input"].close()


def _is_streamed(method: str, status: int, headers: list[tuple[str, str]]) -> bool:
    """Files, and what is made while it is sent; not the pages, whose length is known and small."""
    length = next((int(value) for name, value in headers if name == "content-length"), None)
    return method != "HEAD" and status in {200, 206} and (length is None or length > SMALL)


def _close(parts: Iterable[bytes] | Iterator[bytes]) -> None:
    """What WSGI owes to an application's answer, read to its end or not."""
    if close := getattr(parts, "close", None):
        close()
