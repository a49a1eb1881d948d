"""A request's body, taken in whole under a deadline, in the event loop (SECURITY P8).

What did not arrive raises, when it is read, the error that the portal's own pages tell.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from io import BytesIO, RawIOBase
from tempfile import SpooledTemporaryFile
from time import monotonic
from typing import IO, TYPE_CHECKING, NoReturn, cast

from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    LengthRequired,
    RequestEntityTooLarge,
    RequestTimeout,
    ServiceUnavailable,
)

if TYPE_CHECKING:
    from granian._granian import RSGIHTTPProtocol as HTTPProtocol
    from granian.rsgi import Scope

#: Bytes that any body may have: the upload route's 12 MiB (A33) and what a form has around a file. Each route has less.
CEILING = 12 * 1024**2 + 64 * 1024
#: Seconds in which a body must begin to flow, and bytes a second that it must keep up on average.
_PATIENCE, _RATE = 10.0, 16 * 1024
#: Bytes up to which a body or an answer stays in memory in one piece.
SMALL = 256 * 1024
#: Bodies above that on their way at once: 32 of them fill 400 MiB of disk at most, and small forms never wait for them.
_LARGE_AT_ONCE = 32


@dataclass
class Body:
    """What arrived. `length` in bytes; of one that did not arrive, what was declared. `lost`: reading it raises."""

    stream: IO[bytes]
    length: int = 0
    lost: bool = False


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
        return await (self._small_body if declared <= SMALL else self._large_body)(proto, declared)

    async def _small_body(self, proto: HTTPProtocol, declared: int) -> Body:
        stream = cast(IO[bytes], SpooledTemporaryFile(max_size=SMALL))  # noqa: SIM115 (closed after the answer)
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
            async with asyncio.timeout(left(began, arrived)):
                part = await parts.__anext__()
        except StopAsyncIteration:
            return arrived
        arrived += len(part)
        stream.write(part)


def left(began: float, moved: int) -> float:
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
