"""A new password for an account or a member of staff, chosen by its owner."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, literal, select

from portal.domain.accounts.models import Account, Person, StaffMember
from portal.domain.audit.actions import record
from portal.domain.outbox.actions import queue
from portal.domain.sign_in import actions, sessions
from portal.domain.viewer import Actor, Anybody
from portal.kernel import database
from portal.kernel.refusal import Missing


class Owner(NamedTuple):
    """What decides which passwords somebody can have."""

    has_second_step: bool
    about: tuple[str, ...]


class _Row(NamedTuple):
    has_second_step: bool
    username: str
    email: str
    given: str
    family: str
    preferred: str | None


_PATIENTS = (
    select(
        Account.authenticator.is_not(None).label("has_second_step"),
        Account.username,
        Account.email,
        Person.given,
        Person.family,
        Person.preferred,
    )
    .join(Person, Person.id == Account.person_id)
    .where(Account.id == bindparam("actor_id"))
)
_STAFFS = select(
    StaffMember.authenticator.is_not(None).label("has_second_step"),
    StaffMember.username,
    StaffMember.email,
    StaffMember.given,
    StaffMember.family,
    literal(None).label("preferred"),
).where(StaffMember.id == bindparam("actor_id"))


def owner_of(actor: Actor) -> Owner:
    """Whether they have a second step, and the words that others would try for them (see password_rules).

    Raises:
        Missing: nobody is there any more.
    """
    found = database.read_one(_Row, _PATIENTS if actor.kind == "patient" else _STAFFS, actor_id=actor.id)
    if found is None:
        raise Missing
    mailbox, _, place = found.email.partition("@")
    words = (found.username, mailbox, place.partition(".")[0], found.given, found.family, found.preferred)
    return Owner(bool(found.has_second_step), tuple(word for word in words if word))


def change(viewer: Anybody, password_hash: str, now: datetime) -> str:
    """Save it (kernel.passwords made the hash before, outside the transaction), sign out elsewhere, tell the owner.

    Returns the new token of the session that goes on.
    """
    replace(viewer.actor, password_hash, now)
    sessions.end_all(viewer.actor, now, "password", but=viewer.session_id)
    record("password.changed", by=viewer, section="sign_in")
    queue("password_changed", to=viewer.actor)
    return actions.renew(viewer.session_id)


def replace(actor: Actor, password_hash: str, now: datetime) -> None:
    """Put the hash in place of the old one, in the transaction under way."""
    if actor.kind == "patient":
        account = database.session().get_one(Account, actor.id)
        account.password_hash, account.password_changed_at = password_hash, now
    else:
        database.session().get_one(StaffMember, actor.id).password_hash = password_hash
