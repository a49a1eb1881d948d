"""Who comes to sign in waits here, in the event loop: no thread is held, so pages go on (SECURITY A4)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

#: Let in at once: while one password is hashed, the next one is looked up and the last one's session written.
_INSIDE = 2
#: In line for one process, in the order in which they came.
_IN_LINE = 50


class Turns:
    """The line before the doorways of one process. Who finds it full goes on at once, to be told that we are busy."""

    def __init__(self) -> None:
        self._inside, self._in_line = asyncio.Semaphore(_INSIDE), 0

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """A turn, as long as the block lasts."""
        if self._in_line >= _IN_LINE:
            yield
            return
        self._in_line += 1
        try:
            await self._inside.acquire()
        finally:
            self._in_line -= 1
        try:
            yield
        finally:
            self._inside.release()
