"""An account's own email and phone: proven with a code before they are changed, told to the old address, undoable.

The phone that an office has on file in its chart is another thing, and never changes with this one.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, delete, select

from portal.domain.accounts.enrolling import patient_key
from portal.domain.accounts.models import Account
from portal.domain.audit.actions import append, record
from portal.domain.outbox.actions import queue
from portal.domain.outbox.rules import why_not_text
from portal.domain.outbox.types import Addressee
from portal.domain.sign_in import codes, rules, sessions
from portal.domain.sign_in.codes import Asking
from portal.domain.sign_in.models import ContactChange, Passkey
from portal.domain.viewer import Actor, Viewer
from portal.kernel import database, secrets
from portal.kernel.refusal import Missing, Refusal, Refused, refuse_if

_CHANNELS = {"email": "email", "phone": "sms"}


class PutBack(NamedTuple):
    """What an undoing put back: by kind the address that the account has again (None: it had none), and since when the
    others stood there."""

    person_id: int
    since: datetime
    addresses: dict[str, str | None]


class _Owner(NamedTuple):
    email: str
    phone: str | None
    frozen_until: datetime | None
    username_key: str
    data_key: bytes


class _Done(NamedTuple):
    done_at: datetime | None
    undone_at: datetime | None


class _Asked(NamedTuple):
    new: bytes
    username_key: str
    data_key: bytes


_OWNER = select(Account.email, Account.phone, Account.frozen_until, Account.username_key, Account.data_key).where(
    Account.id == bindparam("account_id")
)
_ASKED = (
    select(ContactChange.new, Account.username_key, Account.data_key)
    .join(Account, Account.id == ContactChange.account_id)
    .where(
        ContactChange.account_id == bindparam("account_id"),
        ContactChange.kind == bindparam("kind"),
        ContactChange.asker == bindparam("asker"),
        ContactChange.done_at.is_(None),
    )
)
_DONE = select(ContactChange.done_at, ContactChange.undone_at).where(ContactChange.undo_hash == bindparam("undo_hash"))


def ask(viewer: Viewer, kind: str, new: str, *, source: str, now: datetime) -> None:
    """Send a code to a new address (`kind` "email", or "phone" with E.164). Outside the request's transaction.

    Raises:
        Refused: `contacts_frozen`, `contact_same`, `phone_abroad`, `wait`.
    """
    account = _owner_of(viewer)
    refuse_if(rules.why_not_change_contact(getattr(account, kind), new, account.frozen_until, now))
    if kind == "phone" and why_not_text(new, 0) is not None:
        raise Refused(Refusal("phone_abroad"))
    key = patient_key(account.username_key, account.data_key)
    to = Addressee(new, viewer.language, viewer.time_zone)
    codes.send(_asking(viewer, kind, new), to, _CHANNELS[kind], source=source, now=now)
    asker = _asker(viewer)
    _for_update(viewer.actor.id)  # of two that ask at once, the second replaces what the first asked for
    database.session().execute(delete(ContactChange).where(*_waiting(viewer, kind)))
    database.session().add(
        ContactChange(
            account_id=viewer.actor.id, kind=kind, asker=asker, new=_seal(key, kind, new), old=None, asked_at=now
        )
    )


def asked_for(viewer: Viewer, kind: str) -> str:
    """The address that the code went to.

    Raises:
        Missing: none was asked for in this session.
    """
    found = database.read_one(_Asked, _ASKED, account_id=viewer.actor.id, kind=kind, asker=_asker(viewer))
    if found is None:
        raise Missing
    return _open(patient_key(found.username_key, found.data_key), kind, found.new)


def prove(viewer: Viewer, kind: str, typed: str, now: datetime) -> None:
    """Take the code that came to the new address. Outside the request's transaction.

    Raises:
        Missing: none was asked for in this session.
        Refused: as codes.prove.
    """
    asking = _asking(viewer, kind, asked_for(viewer, kind))
    if not codes.is_proven(asking, now):
        codes.prove(asking, typed, now)


def settle(viewer: Viewer, kind: str, now: datetime) -> str | None:
    """The new address is proven: it takes the place of the old one (which is given back), and both of before are told.

    Raises:
        Missing: none was asked for in this session.
        Refused: `code_dead`, `contacts_frozen`, `contact_same`.
    """
    account = _for_update(viewer.actor.id)
    change = database.session().scalars(select(ContactChange).where(*_waiting(viewer, kind))).one_or_none()
    if change is None:
        raise Missing
    key = patient_key(account.username_key, account.data_key)
    new, old = _open(key, kind, change.new), account.email if kind == "email" else account.phone
    if not codes.is_proven(_asking(viewer, kind, new), now):
        raise Refused(Refusal("code_dead"))
    refuse_if(rules.why_not_change_contact(old, new, account.frozen_until, now))
    token, told = secrets.random_token(), (account.email, account.phone)
    setattr(account, kind, new)
    change.old, change.done_at, change.undo_hash = (
        _seal(key, kind, old) if old else None,
        now,
        secrets.token_hash(token),
    )
    codes.forget(_asking(viewer, kind, new))
    record(f"{kind}.changed", by=viewer, section="sign_in")
    _tell(viewer, kind, told, token)
    return old


def why_not_undo(token: str, now: datetime) -> Refusal | None:
    """Whether a link of a notice still works: `undo_used`, `undo_late`.

    Raises:
        Missing: there is no such link.
    """
    found = database.read_one(_Done, _DONE, undo_hash=secrets.token_hash(token))
    if found is None or found.done_at is None:
        raise Missing
    return rules.why_not_undo(found.done_at, found.undone_at, now)


def undo(token: str, now: datetime) -> PutBack:
    """Put back what stood there before, and before every later change too: the later ones may be a thief's.

    Passkeys made since are deleted, all sessions end, and for a day no address is changed and nothing is shared.

    Raises:
        Missing: there is no such link.
        Refused: `undo_used`, `undo_late`.
    """
    change = _of_link(token)
    account = _for_update(change.account_id)
    database.session().refresh(change)
    assert change.done_at is not None
    refuse_if(rules.why_not_undo(change.done_at, change.undone_at, now))
    key = patient_key(account.username_key, account.data_key)
    since = select(ContactChange).where(
        ContactChange.account_id == account.id,
        ContactChange.done_at >= change.done_at,
        ContactChange.undone_at.is_(None),
    )
    put_back = {}
    for one in database.session().scalars(since.order_by(ContactChange.id.desc())):
        put_back[one.kind] = _open(key, one.kind, one.old) if one.old else None
        one.undone_at = now
    for kind, address in put_back.items():
        setattr(account, kind, address)
    made_since = (Passkey.account_id == account.id, Passkey.made_at >= change.asked_at)
    database.session().execute(delete(Passkey).where(*made_since))
    account.frozen_until = now + rules.FREEZE
    owner = Actor("patient", account.id)
    sessions.end_all(owner, now, "undone")
    append(f"{change.kind}.restored", chain=("person", account.person_id), actor=owner, section="sign_in")
    queue("contact_restored", to=owner)
    return PutBack(account.person_id, change.done_at, put_back)


def _owner_of(viewer: Viewer) -> _Owner:
    found = database.read_one(_Owner, _OWNER, account_id=viewer.actor.id)
    if found is None:
        raise Missing
    return found


def _for_update(account_id: int) -> Account:
    found = database.session().get(Account, account_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise Missing
    return found


def _waiting(viewer: Viewer, kind: str) -> tuple[ColumnElement[bool], ...]:
    """What this session asked for and did not prove yet."""
    return (
        ContactChange.account_id == viewer.actor.id,
        ContactChange.kind == kind,
        ContactChange.asker == _asker(viewer),
        ContactChange.done_at.is_(None),
    )


def _of_link(token: str) -> ContactChange:
    found = (
        database.session()
        .scalars(select(ContactChange).where(ContactChange.undo_hash == secrets.token_hash(token)))
        .one_or_none()
    )
    if found is None:
        raise Missing
    return found


def _asking(viewer: Viewer, kind: str, new: str) -> Asking:
    """The new address is part of what the code is about: it proves that one and no other."""
    about = secrets.token_hash(new).hex()[:32]
    return Asking(f"new {kind}", f"account:{viewer.actor.id}:{about}", _asker(viewer))


def _asker(viewer: Viewer) -> bytes:
    """The session, whatever token it has by now: the password may be asked for between the steps."""
    return secrets.token_hash(f"session:{viewer.session_id}")


def _seal(key: bytes, kind: str, value: str) -> bytes:
    return secrets.seal_with(key, value.encode(), f"contact:{kind}")


def _open(key: bytes, kind: str, sealed: bytes) -> str:
    return secrets.unseal_with(key, sealed, f"contact:{kind}").decode()


def _tell(viewer: Viewer, kind: str, told: tuple[str, str | None], token: str) -> None:
    for channel, address in zip(("email", "sms"), told, strict=True):
        if address:
            to = Addressee(address, viewer.language, viewer.time_zone)
            queue("contact_changed", to=to, channel=channel, kind=kind, secret={"undo": token})
