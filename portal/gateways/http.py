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
from contextvars import copy_context
from dataclasses import dataclass
from io import BytesIO, RawIOBase
from multiprocessing import parent_process
from tempfile import SpooledTemporaryFile
from time import monotonic
from typing import IO, TYPE_CHECKING, Any, NamedTuple, NoReturn, cast

from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    LengthRequired,
    RequestEntityTooLarge,
    RequestTimeout,
    ServiceUnavailable,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment
    from granian._granian import RSGIHeaders as Headers
    from granian._granian import RSGIHTTPProtocol as HTTPProtocol
    from granian.rsgi import Scope

_log = logging.getLogger(__name__)

THREADS = 8
#: Bytes that any body may have: the upload route's 12 MiB (A33) and what a form has around a file. Each route has less.
CEILING = 12 * 1024**2 + 64 * 1024
#: Seconds in which a body must begin to flow, and bytes a second that it must keep up on average.
_PATIENCE, _RATE = 10.0, 16 * 1024
#: Bytes up to which a body or an answer stays in memory in one piece.
_SMALL = 256 * 1024
#: Bodies above that on their way at once: 32 of them fill 400 MiB of disk at most, and small forms never wait for them.
_LARGE_AT_ONCE = 32

#: Does one step of a request in a thread.
Run = Callable[..., Awaitable[Any]]


@dataclass
class Body:
    """What arrived. `length` in bytes; of one that did not arrive, what was declared. `lost`: reading it raises."""

    stream: IO[bytes]
    length: int = 0
    lost: bool = False


class Answer(NamedTuple):
    """What the application said. `parts` are not yet made where `streamed`."""

    status: int
    headers: list[tuple[str, str]]
    parts: Iterable[bytes]
    streamed: bool


class Portal:
    """The WSGI application as Granian calls it. `begin` and `end` run in the server's process, around everything."""

    def __init__(
        self, app: WSGIApplication, begin: Callable[[], object] = object, end: Callable[[], object] = object
    ) -> None:
        self._app, self._begin, self._end = app, begin, end
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="web")
        #: Slow senders are given up all at once; telling them so must not stand in the way of the others.
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="web-aside")
        self._gathering = Gathering()
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
        async with asyncio.timeout(_left(began, sent)):
            await transport.send_bytes(part)
        sent += len(part)


class Gathering:
    """Takes bodies in, in the event loop. One for each process."""

    def __init__(self) -> None:
        self._large = 0

    async def body(self, scope: Scope, proto: HTTPProtocol) -> Body:
        """The request's body, whole; or in its place the error that is to be told."""
        if scope.headers.get("transfer-encoding"):
            return _lost(LengthRequired)  # one that is cut can not be told from one that ended (Granian 2.8.7)
        declared = int(scope.headers.get("content-length") or 0)
        if not declared:
            return Body(BytesIO())
        if declared > CEILING:
            return _lost(RequestEntityTooLarge, declared)
        return await (self._small_body if declared <= _SMALL else self._large_body)(proto, declared)

    async def _small_body(self, proto: HTTPProtocol, declared: int) -> Body:
        stream = cast(IO[bytes], SpooledTemporaryFile(max_size=_SMALL))  # noqa: SIM115 (closed after the answer)
        try:
            arrived = await _fill(stream, proto)
        except TimeoutError:
            stream.close()
            return _lost(RequestTimeout, declared)
        if arrived < declared:
            stream.close()
            return _lost(BadRequest, declared)
        stream.seek(0)
        return Body(stream, declared)

    async def _large_body(self, proto: HTTPProtocol, declared: int) -> Body:
        if self._large >= _LARGE_AT_ONCE:
            return _lost(ServiceUnavailable, declared)
        self._large += 1
        try:
            return await self._small_body(proto, declared)
        finally:
            self._large -= 1


async def _fill(stream: IO[bytes], proto: HTTPProtocol) -> int:
    """Write what arrives; how many bytes it was.

    Raises:
        TimeoutError: the sender is slower than `_PATIENCE` and `_RATE` allow.
    """
    began, arrived, parts = monotonic(), 0, proto.__aiter__()
    while True:
        try:
            async with asyncio.timeout(_left(began, arrived)):
                part = await parts.__anext__()
        except StopAsyncIteration:
            return arrived
        arrived += len(part)
        stream.write(part)


def _left(began: float, moved: int) -> float:
    """Seconds that a transfer still has, which began at `began` (monotonic) and has moved so many bytes."""
    return _PATIENCE + moved / _RATE - (monotonic() - began)


class _Missing(RawIOBase):
    """Stands where a body should be: whoever reads it gets the error, and the person that error's page."""

    def __init__(self, error: type[HTTPException]) -> None:
        self._error = error

    def read(self, *_: object) -> NoReturn:
        raise self._error

    readline = readlines = readall = readinto = __next__ = read


def _lost(error: type[HTTPException], declared: int = 0) -> Body:
    return Body(cast(IO[bytes], _Missing(error)), declared, lost=True)


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
    return method != "HEAD" and status in {200, 206} and (length is None or length > _SMALL)


def _close(parts: Iterable[bytes] | Iterator[bytes]) -> None:
    """What WSGI owes to an application's answer, read to its end or not."""
    if close := getattr(parts, "close", None):
        close()
