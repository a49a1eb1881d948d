"""Every value in the database that is sealed under the key file, so that `flask keys-rotate` can seal it anew.

A word that seals something adds its line here; a test compares this with the purposes that the code seals for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import Select, select, update

from portal.domain.accounts.enrolling import patient_context, staff_context
from portal.domain.accounts.models import Account, StaffMember
from portal.domain.charts.models import ChartImport
from portal.domain.files import actions as files
from portal.domain.files.models import StoredFile
from portal.domain.kiosks.models import KioskSession
from portal.domain.messaging import drafts
from portal.domain.messaging.models import Draft
from portal.domain.notifications.models import Receipt
from portal.domain.outbox.models import OutboxMessage
from portal.domain.practices.models import StaffInvitation
from portal.domain.practices.rules import sealed_for as invitation_context
from portal.domain.recovery.models import PasswordReset
from portal.domain.recovery.queries import PURPOSE as RECOVERY
from portal.domain.sign_in.models import ParkedForm
from portal.kernel import database, secrets

_AT_ONCE = 200


class Sealed(NamedTuple):
    """A sealed column: the purpose of its key, and what must be said again to open a row's value."""

    model: Any
    column: str
    purpose: str
    context: Callable[[Any], str]


def _owner(row: ParkedForm) -> str:
    return f"patient:{row.account_id}" if row.account_id else f"staff:{row.staff_member_id}"


SEALED = (
    Sealed(Account, "data_key", "accounts", lambda row: patient_context(row.username_key)),
    Sealed(StaffMember, "data_key", "accounts", lambda row: staff_context(row.username_key)),
    Sealed(ChartImport, "content", "imports", lambda row: row.public_id.hex),
    Sealed(StaffInvitation, "authenticator", "accounts", lambda row: invitation_context(row.public_id)),
    Sealed(ParkedForm, "form", "parked", _owner),
    Sealed(PasswordReset, "username", "recovery", lambda row: RECOVERY),
    Sealed(StoredFile, "key", files.PURPOSE, lambda row: row.name),
    Sealed(Draft, "content", drafts.PURPOSE, lambda row: drafts.context(row.by_kind, row.by_id, row.place)),
    Sealed(KioskSession, "draft", "kiosks", lambda row: row.public_id.hex),
    Sealed(Receipt, "answer", "receipts", lambda row: row.number),
    Sealed(OutboxMessage, "address", "outbox", lambda row: row.public_id.hex),
    Sealed(OutboxMessage, "rendered", "outbox", lambda row: row.public_id.hex),
)


def reseal_all() -> int:
    """Seal every value anew that is not under the current key; in short transactions. How many."""
    return sum(_reseal(sealed) for sealed in SEALED) + _reseal_secrets()


def _reseal(sealed: Sealed) -> int:
    after, count = 0, 0
    while True:
        with database.writing() as session:
            rows = session.scalars(_some(sealed, after)).all()
            if not rows:
                return count
            after, count = rows[-1].id, count + sum(_reseal_row(sealed, row) for row in rows)


def _some(sealed: Sealed, after: int) -> Select[Any]:
    kept = getattr(sealed.model, sealed.column).is_not(None)
    return select(sealed.model).where(sealed.model.id > after, kept).order_by(sealed.model.id).limit(_AT_ONCE)


def _reseal_row(sealed: Sealed, row: Any) -> bool:
    new = _anew(sealed.purpose, getattr(row, sealed.column), sealed.context(row))
    if new is None:
        return False
    change = update(sealed.model).where(sealed.model.id == row.id).values({sealed.column: new})
    database.session().execute(change, execution_options={"synchronize_session": False})
    return True


def _reseal_secrets() -> int:
    """What waiting notices carry sealed inside `facts`."""
    count = 0
    with database.writing() as session:
        for row in session.scalars(select(OutboxMessage).where(OutboxMessage.state == "queued")):
            if "secret" in row.facts:
                new = _anew("outbox", bytes.fromhex(row.facts["secret"]), row.public_id.hex)
                if new is not None:
                    row.facts = {**row.facts, "secret": new.hex()}
                    count += 1
    return count


def _anew(purpose: str, value: bytes, context: str) -> bytes | None:
    """The value under the current key; None when it is already, or was destroyed (a deactivated account's)."""
    if not value or value[0] == secrets.keyring().current:
        return None
    return secrets.seal(purpose, secrets.unseal(purpose, value, context), context)
