"""Copies that people asked for: each part into a ZIP, as a page for people and as data for programs.

Nothing is held whole: rows go into the ZIP as they come, the ZIP into the sealed file as it grows.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import datetime
from secrets import token_hex
from time import monotonic
from typing import IO, Any, cast
from zipfile import ZIP_DEFLATED, ZipFile

from flask_babel import force_locale

from portal.domain.copies import Part, Resource, Sheet, Whose, plain
from portal.domain.export import actions, queries
from portal.domain.export.parts import PARTS
from portal.domain.export.types import Taken
from portal.domain.files.actions import opened
from portal.gateways import export_files, files, settings
from portal.jobs import application
from portal.kernel import clock, database
from portal.kernel.sealed_stream import SealedWriter
from portal.web.templates import render
from portal.web.wording import deed_words

log = logging.getLogger(__name__)
#: So many rows of a file stand on the page for people; all of them in the data.
SHOWN = 1000
_BEAT = 10.0


class _Superseded(Exception):
    """Somebody else makes this copy by now, or nobody wants it any more."""


def make_next() -> bool:
    """Make one copy that waits, if there is one. Whether there was."""
    with application():
        with database.writing():
            taken = actions.take(clock.now())
        if taken is None:
            return False
        try:
            _make(taken)
        except _Superseded:
            log.info("copy superseded", extra={"job": "export"})
        except Exception:
            log.exception("copy failed", extra={"job": "export"})
            with database.writing():
                actions.give_up(taken)
        return True


def forget_old(now: datetime) -> int:
    """Remove copies whose time is over, and files that nobody knows of any more. How many."""
    old = queries.old_ones(now)
    for one in old:
        if one.file_name:
            export_files.forget(one.file_name)
    return actions.forget([one.id for one in old]) + export_files.forget_lost(now)


def _make(taken: Taken) -> None:
    name, work = token_hex(16), _Work(taken)
    with export_files.writing(name) as sealed:
        counted = _Counted(sealed)
        with ZipFile(cast(IO[bytes], counted), "w", ZIP_DEFLATED) as archive:
            for done, part in enumerate(PARTS):
                work.go_on(done)
                _add_part(archive, part, work)
            archive.writestr("index.html", _page("export/index.html", taken.whose, parts=PARTS))
    with database.writing():
        kept = actions.finish(taken, name, counted.size, clock.now())
    if not kept:
        export_files.forget(name)


class _Work:
    """Says now and then that this process is still at it, and stops where nobody waits for it any more."""

    def __init__(self, taken: Taken) -> None:
        self.taken, self.whose, self._done, self._next = taken, taken.whose, 0, 0.0

    def go_on(self, done: int) -> None:
        """So many parts are in."""
        self._done, self._next = done, monotonic() + _BEAT
        with database.writing():
            mine = actions.go_on(self.taken, done, len(PARTS), clock.now())
        if not mine:
            raise _Superseded

    def beat(self) -> None:
        """Called for each row."""
        if monotonic() > self._next:
            self.go_on(self._done)


def _add_part(archive: ZipFile, part: Part, work: _Work) -> None:
    shown = {sheet.name: _add_sheet(archive, part.word, sheet, work) for sheet in part.sheets(work.whose)}
    archive.writestr(f"{part.word}.html", _page("export/part.html", work.whose, word=part.word, sheets=shown))
    for one in part.files(work.whose):
        work.beat()
        try:
            content = opened(one.name, one.key, files.get(one.name))
        except FileNotFoundError:
            log.warning("a file is not in the store", extra={"job": "export"})
            continue
        archive.writestr(f"files/{part.word}/{one.path}", content)


def _add_sheet(archive: ZipFile, word: str, sheet: Sheet, work: _Work) -> list[Resource]:
    """The whole sheet as a JSON array; its first rows come back, for the page."""
    shown: list[Resource] = []
    with archive.open(f"data/{word}/{sheet.name}.json", "w", force_zip64=True) as file:
        for piece in _json(sheet, shown):
            file.write(piece.encode())
            work.beat()
    return shown


def _json(sheet: Sheet, shown: list[Resource]) -> Iterator[str]:
    before = "["
    for row in sheet.rows:
        if len(shown) < SHOWN:
            shown.append(row)
        yield before + "\n" + json.dumps(row, ensure_ascii=False, default=plain)
        before = ","
    yield "[]\n" if before == "[" else "\n]\n"


def _page(template: str, whose: Whose, **values: Any) -> str:
    told = {
        "deed_words": deed_words,
        "zone": whose.zone,
        "made_at": clock.now(),
        "portal": settings().name,
        "lang": f"{whose.language}-US",
    }
    with force_locale(whose.language):
        return render(template, whose.language, most=SHOWN, **told, **values)


class _Counted:
    """A stream that can only grow, as ZipFile writes to one that it can not seek in; counts what went through."""

    def __init__(self, target: SealedWriter) -> None:
        self._target, self.size = target, 0

    def write(self, content: bytes) -> int:
        """Pass it on."""
        self.size += len(content)
        return self._target.write(content)

    def flush(self) -> None:
        """As of a file."""
        self._target.flush()
