"""Files that people send (SECURITY A33 to A35): only views that say so may get one, one at a time.

What comes is looked at by its content, pictures are made anew, the virus scan sees it where there is one; then it is
sealed under a key of its own and put into the store. All that happens before the view's transaction begins: nobody
waits at the database for somebody's picture.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request
from werkzeug.datastructures import FileStorage

from portal.domain.files import actions, rules
from portal.domain.files.types import FileRow, NewFile
from portal.formats import file_types, pictures
from portal.gateways import Temporary, files, virus_scan
from portal.kernel import database
from portal.kernel.refusal import Missing, Refusal, Refused, refuse_if
from portal.web import wording
from portal.web.texts import gettext as _

_log = logging.getLogger("portal.uploads")
View = TypeVar("View", bound=Callable[..., Any])
LARGEST = 12 * 1024 * 1024
#: What a form has around its file.
_AROUND = 64 * 1024
_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png", "txt": "text/plain; charset=utf-8"}

wording.add(
    {
        "file_empty": lambda _facts: _("This file is empty. Choose another one."),
        "file_too_large": lambda facts: _(
            "This file is larger than %(most)s MB. Choose a smaller one.", most=facts["most"]
        ),
        "file_name": lambda _facts: _("The name of this file has signs that can not be used. Rename it and try again."),
        "file_kind": lambda _facts: _(
            "Only photos (JPG, PNG, HEIC), PDF and plain text can be sent. Choose another file."
        ),
        "file_no_picture": lambda _facts: _("This is no picture. Choose a photo (JPG, PNG, HEIC)."),
        "file_broken": lambda _facts: _("This picture can not be read. Take it again, or choose another one."),
        "file_dots": lambda _facts: _("This picture has too many dots. Send it in a smaller size."),
        "file_infected": lambda _facts: _("The virus scan found something bad in this file, so it was not taken."),
        "file_no_room": lambda _facts: _(
            "Files can not be taken just now. Your words are kept. Please try again later."
        ),
        "file_two": lambda _facts: _("Send one file at a time."),
        "file_too_many": lambda facts: _(
            "A message takes %(most)s files. Send the others with the next one.", most=facts["most"]
        ),
        "file_day_full": lambda facts: _(
            "You have added %(most)s MB of files today. Add more tomorrow.", most=facts["most"]
        ),
        "file_all_full": lambda facts: _(
            "There are %(most)s MB of files in this record, which is all that fits. Please call the office.",
            most=facts["most"],
        ),
        "file_held": lambda _facts: _("This file is being checked for viruses. Try again in a few minutes."),
        "file_gone": lambda _facts: _("The virus scan found something bad in this file, so nobody can open it."),
    }
)


def takes_file(view: View) -> View:
    """Mark a view whose post carries one file."""
    view.takes_file = True  # type: ignore[attr-defined]
    return view


def chosen(name: str = "file") -> FileStorage | None:
    """The file that somebody chose in the form of this request, if they did.

    Raises:
        Refused: `file_two`.
    """
    sent = [one for one in request.files.getlist(name) if one.filename]
    if len(sent) > 1:
        raise Refused(Refusal("file_two"))
    return sent[0] if sent else None


def take(sent: FileStorage, *, pictures_only: bool = False) -> NewFile:
    """Look at a file and put it into the store. Not within a transaction: `keep` writes its row.

    Raises:
        Refused: why it is not taken.
    """
    content, title = sent.stream.read(rules.LARGEST + 1), sent.filename or ""
    refuse_if(rules.why_not_take(len(content), title))
    kind = file_types.kind_of(content)
    if kind is None or (kind == "txt" and not rules.is_called_text(title)):
        raise Refused(Refusal("file_kind"))
    if pictures_only and kind not in pictures.KINDS:
        raise Refused(Refusal("file_no_picture"))
    content, kind = _made_safe(content, kind)
    if not files.has_room():
        raise Refused(Refusal("file_no_room"))
    new, sealed = actions.sealed(content, rules.title_of(title, kind), kind, _seen_by_the_scan(content))
    try:
        files.put(new.name, sealed)
    except Temporary as problem:
        raise Refused(Refusal("file_no_room")) from problem
    return new


def keep(new: NewFile, write: Callable[[], bool]) -> None:
    """Write the row of a file that was taken; where that fails, or `write` says no, its bytes go at once, so that
    nobody fills the store with what counts nowhere. Not within a transaction.

    Raises:
        Refused: what `write` raised.
    """
    is_kept = False
    try:
        with database.writing():
            is_kept = write()
    finally:
        if not is_kept:
            _drop(new.name)


def let_go(name: str | None) -> None:
    """The bytes of a file whose row is taken away go when that is committed."""
    if name is not None:
        database.afterwards(lambda kept: _drop(name) if kept else None)


def _drop(name: str) -> None:
    try:
        files.remove(name)
    except Temporary:
        _log.warning("a file stays until the night", extra={"code": "file_not_removed"})


def served(found: FileRow) -> Response:
    """A file for somebody who may open it: to be saved, never shown within the portal.

    Raises:
        Refused: `file_held`, `file_gone`.
        Missing: its bytes are not in the store.
    """
    if found.state != "ready" or found.key is None:
        raise Refused(Refusal("file_held" if found.state == "held" else "file_gone"))
    try:
        content = actions.opened(found.name, found.key, files.get(found.name))
    except FileNotFoundError as error:
        raise Missing from error
    answer = Response(content, content_type=_TYPES[found.kind])
    answer.headers.set("Content-Disposition", "attachment", filename=found.title)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def _made_safe(content: bytes, kind: str) -> tuple[bytes, str]:
    if kind in pictures.KINDS:
        try:
            return pictures.anew(content, kind), pictures.KINDS[kind]
        except pictures.BadPicture as bad:
            raise Refused(Refusal("file_dots" if bad.is_too_large else "file_broken")) from bad
    if kind == "txt":
        return (file_types.text_of(content) or "").encode(), kind
    return content, kind


def _seen_by_the_scan(content: bytes) -> str:
    if not virus_scan.is_on():
        return "ready"
    try:
        if not virus_scan.is_clean(content):
            raise Refused(Refusal("file_infected"))
    except Temporary:
        return "held"
    return "ready"


def _make_room() -> None:
    """Before anything reads the body."""
    if request.method == "POST" and getattr(
        current_app.view_functions.get(request.endpoint or ""), "takes_file", False
    ):
        request.max_content_length = LARGEST + _AROUND


def join(app: Flask) -> None:
    """Bind to the application. Runs before the check of form tokens is bound: that reads the body."""
    app.before_request(_make_room)
