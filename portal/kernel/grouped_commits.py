"""One write to the disk for all who wait for one (SQLite).

Each view of a record is written into its audit chain, and the answer waits until that is on the disk. The wait and the
processor time of a commit are the same for one row and for ten, so the first thread that comes commits for all that
come while the disk is busy, and hands on. A thread that is alone commits at once: nobody ever waits for company.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from portal.kernel.engines import WriterLock
from portal.kernel.kept_connections import Kept

Deed = Callable[[Any], object]


class _Waiting:
    """A statement on its way, or several, and what became of it."""

    def __init__(self, deed: Deed, *, is_several: bool) -> None:
        self.deed, self.is_several, self.is_over = deed, is_several, False
        self.problem: BaseException | None = None
        self.woken = threading.Lock()
        self.woken.acquire()


class GroupedCommits:
    """Runs writing statements, each with an end of its own, committed together."""

    def __init__(self, pen: WriterLock, kept: Kept) -> None:
        self._pen, self._kept = pen, kept
        self._guard, self._queue, self._has_leader = threading.Lock(), list[_Waiting](), False

    def run(self, deed: Deed) -> None:
        """Run a statement, given a cursor; back when it is committed.

        Raises:
            WriterBusy: a transaction holds the database for too long.
            Exception: whatever the driver says of this statement, or of the commit.
        """
        self._wait(_Waiting(deed, is_several=False))

    def together(self, deed: Callable[[Callable[[], Any]], object]) -> None:
        """Run several statements, all or none of them, given what opens a cursor; back when they are committed.

        Raises:
            WriterBusy: a transaction holds the database for too long.
            Exception: whatever the deed or the driver says, or what became of the commit.
        """
        self._wait(_Waiting(lambda _: deed(self._kept.cursor), is_several=True))

    def _wait(self, mine: _Waiting) -> None:
        with self._guard:
            self._queue.append(mine)
            is_first, self._has_leader = not self._has_leader, True
        if not is_first:
            mine.woken.acquire()  # it is committed then, or it is this thread's turn to lead
        if not mine.is_over:
            self._lead(mine)
        if mine.problem is not None:
            raise mine.problem

    def _lead(self, mine: _Waiting) -> None:
        group = [mine]
        try:
            with self._pen:
                group = self._taken()
                with self._kept.lock:
                    self._commit(group)
        except BaseException as problem:
            for one in group:
                one.problem = one.problem or problem
        self._hand_on(group)

    def _taken(self) -> list[_Waiting]:
        with self._guard:
            group, self._queue = self._queue, []
        return group

    def _commit(self, group: list[_Waiting]) -> None:
        if len(group) == 1 and not group[0].is_several:
            group[0].deed(self._kept.cursor())
            return
        cursor = self._kept.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        try:
            for one in group:
                (self._try_all if one.is_several else self._try)(one)
            cursor.execute("COMMIT")
        except BaseException:
            cursor.execute("ROLLBACK")
            raise

    def _try(self, one: _Waiting) -> None:
        """A refused row is its own affair: SQLite undoes that statement alone."""
        try:
            one.deed(self._kept.cursor())
        except self._kept.error as problem:
            if type(problem).__name__ != "IntegrityError":
                raise
            one.problem = problem

    def _try_all(self, one: _Waiting) -> None:
        """What goes wrong in one of several statements takes them back, and nobody else's."""
        cursor = self._kept.cursor()
        cursor.execute("SAVEPOINT several")
        try:
            one.deed(None)
        except BaseException as problem:
            cursor.execute("ROLLBACK TO several")
            one.problem = problem
        cursor.execute("RELEASE several")

    def _hand_on(self, group: list[_Waiting]) -> None:
        with self._guard:
            self._queue = [one for one in self._queue if one not in group]  # still there when the pen was not given
            heir = self._queue[0] if self._queue else None
            self._has_leader = heir is not None
        for one in group:
            one.is_over = True
            one.woken.release()
        if heir is not None:
            heir.woken.release()
