"""Receipts: the number of everything that was sent in, and the one answer to a form sent twice (NTF-3)."""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from portal.domain.notifications.models import Receipt
from portal.domain.viewer import Anybody
from portal.kernel import clock, database, secrets
from portal.kernel.refusal import Missing

#: How many the list of receipts holds; all others open by their number.
LISTED = 50
_TRIES = 5
#: Two times four characters of Crockford's base 32.
_SHAPE = re.compile(r"R-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}")


class AlreadySent(Exception):
    """This form was sent before."""


class Stored(NamedTuple):
    """What is kept of a form that was sent: hashes, its number, and (24 hours) the sealed answer."""

    form_key: bytes
    body_hash: bytes
    number: str
    answer: bytes | None


class ReceiptLine(NamedTuple):
    """A receipt as its page shows it. `deed` is the code of what was done."""

    number: str
    deed: str
    at: datetime


_STORED = select(Receipt.form_key, Receipt.body_hash, Receipt.number, Receipt.answer).where(
    Receipt.form_key == bindparam("form_key")
)
_LINES = select(Receipt.number, Receipt.deed, Receipt.at).where(
    Receipt.actor_kind == bindparam("kind"), Receipt.actor_id == bindparam("actor_id")
)
_ONE = _LINES.where(Receipt.number == bindparam("number"))
_LATEST = _LINES.order_by(Receipt.id.desc()).limit(LISTED)


def claim(viewer: Anybody, key: str, body_hash: bytes, deed: str) -> Receipt:
    """Take a form's key for this deed. A second post of the same form waits here until the first is done.

    Raises:
        AlreadySent: somebody has it.
    """
    form_key = _form_key(viewer, key)
    for _ in range(_TRIES):
        row = Receipt(
            form_key=form_key,
            body_hash=body_hash,
            number=_number(),
            deed=deed,
            at=clock.now(),
            actor_kind=viewer.actor.kind,
            actor_id=viewer.actor.id,
            subject_kind=viewer.subject[0],
            subject_id=viewer.subject[1],
            answer=None,
        )
        try:
            with database.session().begin_nested():
                database.session().add(row)
            return row
        except IntegrityError as error:
            if database.read_one(Stored, _STORED, form_key=form_key) is not None:
                raise AlreadySent from error
    raise database.Unavailable("no free receipt number was drawn")


def keep_answer(row: Receipt, answer: bytes) -> None:
    """Seal what was answered, for whoever clicks again within 24 hours."""
    row.answer = secrets.seal("receipts", answer, row.number)


def stored_for(viewer: Anybody, key: str) -> Stored:
    """What is kept of a form that this viewer sent."""
    found = database.read_one(Stored, _STORED, form_key=_form_key(viewer, key))
    if found is None:
        raise Missing
    return found


def is_known(viewer: Anybody, key: str) -> bool:
    """Whether this viewer sent a form of this key."""
    return database.read_one(Stored, _STORED, form_key=_form_key(viewer, key)) is not None


def open_answer(stored: Stored) -> bytes:
    """The answer that was sealed."""
    return secrets.unseal("receipts", stored.answer or b"", stored.number)


def is_a_number(text: str) -> bool:
    """Whether a text has the form of a receipt's number."""
    return _SHAPE.fullmatch(text) is not None


def receipt_of(viewer: Anybody, number: str) -> ReceiptLine:
    """One of the viewer's own receipts.

    Raises:
        Missing: there is none of that number, or it is somebody else's.
    """
    if not is_a_number(number):
        raise Missing
    found = database.read_one(ReceiptLine, _ONE, kind=viewer.actor.kind, actor_id=viewer.actor.id, number=number)
    if found is None:
        raise Missing
    return found


def receipts_of(viewer: Anybody) -> list[ReceiptLine]:
    """The viewer's latest fifty receipts, newest first."""
    return database.read(ReceiptLine, _LATEST, kind=viewer.actor.kind, actor_id=viewer.actor.id)


def _form_key(viewer: Anybody, key: str) -> bytes:
    return sha256(f"{viewer.actor.kind}:{viewer.actor.id}:{key}".encode()).digest()


def _number() -> str:
    code = secrets.spoken_code(8)
    return f"R-{code[:4]}-{code[4:]}"
