from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import Update, bindparam, insert, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from portal.domain.accounts.models import Account, StaffMember
from portal.domain.audit.actions import append, append_by
from portal.domain.outbox.actions import queue
from portal.domain.sign_in import queries, rules, throttles
from portal.domain.sign_in.models import KnownDevice, SignInSession
from portal.domain.sign_in.sessions import owned_by
from portal.domain.viewer import Actor
from portal.kernel import clock, database, passwords, secrets
from portal.kernel.refusal import Refusal, Refused, refuse_if

_OPEN = (
    insert(SignInSession)
    .values(
        public_id=bindparam("public_id"),
        token_hash=bindparam("token_hash"),
        account_id=bindparam("account_id"),
        staff_member_id=bindparam("staff_member_id"),
        awaiting_code=bindparam("awaiting_code"),
        device=bindparam("device"),
        opened_at=bindparam("moment"),
        seen_at=bindparam("moment"),
        stepped_up_at=bindparam("moment"),
    )
    .inline()  # nobody asks for its id
)
_KNOW = insert(KnownDevice).values(
    token_hash=bindparam("token_hash"),
    account_id=bindparam("account_id"),
    staff_member_id=bindparam("staff_member_id"),
    device=bindparam("device"),
    seen_at=bindparam("moment"),
    expires_at=bindparam("expires_at"),
)
_SEE_AGAIN = (
    update(KnownDevice)
    .where(
        KnownDevice.token_hash == bindparam("seen_hash"),
        or_(
            KnownDevice.account_id == bindparam("account_id"),
            KnownDevice.staff_member_id == bindparam("staff_member_id"),
        ),
    )
    .values(seen_at=bindparam("moment"), expires_at=bindparam("expires_at"))
)
_TRIES = 20
_CHAINS = {"patient": "person", "staff": "staff"}


def _ends_the_oldest(owner: InstrumentedAttribute[int | None]) -> Update:
    """Those that await a code are counted apart: who knows the password alone can not push its owner out."""
    open_ones = select(SignInSession.id).where(
        owner == bindparam("actor_id"),
        SignInSession.awaiting_code == bindparam("awaiting_code"),
        SignInSession.ended_at.is_(None),
    )
    spare = open_ones.order_by(SignInSession.id.desc()).offset(rules.MOST_SESSIONS - 1)
    ended = {"ended_at": bindparam("moment"), "end_reason": "too_many"}
    return update(SignInSession).where(SignInSession.id.in_(spare)).values(ended)


_END_THE_OLDEST = _ends_the_oldest(SignInSession.account_id)
_END_STAFFS_OLDEST = _ends_the_oldest(SignInSession.staff_member_id)


@dataclass(frozen=True)
class Try:
    """One attempt to get in. `network` is the /24 or /56 that it came from, `device` the known-device cookie."""

    kind: str
    username: str
    password: str
    address: str
    network: str
    device: str | None
    device_words: str
    from_clinic: bool = False


@dataclass(frozen=True)
class Entrant:
    """Somebody whose password was right. `tries`: the throttles that the try stays counted in until they are in.

    `is_known`: the browser is, to its owner, so that nothing is told to them.
    """

    actor: Actor
    has_second_step: bool
    is_waiting: bool
    is_known: bool
    tries: list[str]


class Entered(NamedTuple):
    """The session's token, the browser's known-device token, and whether a form that came too late may be there."""

    token: str
    device: str | None
    has_parked: bool


class _Forgotten(Exception):
    """The browser was a known one when its password came, and is not any more."""


def check_password(attempt: Try) -> Actor:
    """Whose password this is.

    Counts the try first, in a transaction of its own, and takes it back when the password is right.

    Raises:
        Refused: `wrong` (whether the name or the password), `wait` with `until`, `too_many`.
        Busy: too many people are signing in at this moment.
    """
    entrant = knock(attempt)
    throttles.forgive(entrant.tries)
    return entrant.actor


def knock(attempt: Try) -> Entrant:
    """As `check_password`, for somebody who is about to `enter`: the try is taken back there."""
    with passwords.turn():
        return _checked(attempt)


def enter(entrant: Entrant, attempt: Try) -> Entered:
    """Open the session of somebody who knocked, and take their tries back with it: one write to the disk."""
    if entrant.is_known and not entrant.has_second_step and not database.in_transaction():
        with suppress(_Forgotten):
            return _enter_as_ever(entrant, attempt)
    token, device = open_session(entrant.actor, attempt, awaiting_code=entrant.has_second_step)
    throttles.forgive_with_the_rest(entrant.tries)
    return Entered(token, device, True)


def _enter_as_ever(entrant: Entrant, attempt: Try) -> Entered:
    """In a browser that is known nothing is told to anybody, and all is committed apart: two trips to the database."""

    def deed(run: database.Run) -> Entered:
        token = _open(run, entrant.actor, attempt, awaiting_code=False)
        throttles.forgive_with_the_rest(entrant.tries, run)
        moment, device = clock.now(), str(attempt.device)
        here = queries.arrival_of(entrant.actor, device, moment, run)
        if not here.knows_device:
            raise _Forgotten
        chain = (_CHAINS[entrant.actor.kind], here.chain_id or 0)
        append_by(run, "sign_in.opened", chain=chain, actor=entrant.actor, head=here.head)
        run(_SEE_AGAIN, seen_hash=secrets.token_hash(device), **_lasting(entrant.actor, moment))
        return Entered(token, device, here.has_parked)

    for _ in range(_TRIES):
        with suppress(database.Conflict):  # another writer took the place in the audit chain
            return database.together_apart(deed)
    raise database.Unavailable("the audit chain is too busy")


def _checked(attempt: Try) -> Entrant:
    found = queries.credentials_of(attempt.kind, attempt.username, attempt.device, clock.now())
    actor = Actor(attempt.kind, found.actor_id if found else 0)
    known = found is not None and found.knows_device
    refuse_if(throttles.take_a_try(_buckets(attempt, known), clock.now()))
    if found is None:
        passwords.waste_time(attempt.password)
        raise Refused(Refusal("wrong"))
    if not passwords.matches(attempt.password, found.password_hash):
        raise Refused(Refusal("wrong"))
    if passwords.is_outdated(found.password_hash):
        _rehash(actor, attempt.password)
    tries = [name for name, _ in _buckets(attempt, known)[:2]]
    return Entrant(actor, found.has_second_step, found.is_waiting, known, tries)


def open_session(actor: Actor, attempt: Try, *, awaiting_code: bool) -> tuple[str, str | None]:
    """Start a session. Returns its token, and, when all steps are done, the known-device token for this browser."""
    token = _open(database.write, actor, attempt, awaiting_code=awaiting_code)
    if awaiting_code:
        return token, None
    return token, welcome(actor, attempt)


def _open(run: database.Run, actor: Actor, attempt: Try, *, awaiting_code: bool) -> str:
    token, moment = secrets.random_token(), clock.now()
    run(
        _END_THE_OLDEST if actor.kind == "patient" else _END_STAFFS_OLDEST,
        actor_id=actor.id,
        awaiting_code=awaiting_code,
        moment=moment,
    )
    run(
        _OPEN,
        public_id=uuid4(),
        token_hash=secrets.token_hash(token),
        awaiting_code=awaiting_code,
        device=attempt.device_words,
        moment=moment,
        **_owner(actor),
    )
    return token


def welcome(actor: Actor, attempt: Try) -> str | None:
    """All steps are done: write it down; a browser not seen before becomes a known one, and the owner is told.

    Returns the known-device token, whose 180 days begin anew.
    """
    moment = clock.now()
    here = queries.arrival_of(actor, attempt.device, moment)
    append("sign_in.opened", chain=(_CHAINS[actor.kind], here.chain_id or 0), actor=actor, head=here.head)
    lasts = _lasting(actor, moment)
    if attempt.device and here.knows_device:
        database.write(_SEE_AGAIN, seen_hash=secrets.token_hash(attempt.device), **lasts)
        return attempt.device
    device = secrets.random_token()
    database.write(_KNOW, token_hash=secrets.token_hash(device), device=attempt.device_words, **lasts)
    if here.has_devices:
        queue("new_device", to=actor, at=moment.isoformat(), device=attempt.device_words)
    return device


def take_tries_back(attempt: Try) -> None:
    """The owner has proved who they are: nobody's wrong passwords count against them any more, from any device."""
    throttles.forgive([name for known in (True, False) for name, _ in _buckets(attempt, known)[:2]])


def renew(session_id: int) -> str:
    """A new token for a session that just got stronger; the old one is of no use from here on."""
    session, token = database.session().get_one(SignInSession, session_id), secrets.random_token()
    session.token_hash, session.awaiting_code = secrets.token_hash(token), False
    session.seen_at = session.stepped_up_at = clock.now()
    return token


def extend(session_id: int) -> None:
    """ "Stay signed in": as good as any other activity."""
    database.session().get_one(SignInSession, session_id).seen_at = clock.now()


def sign_out(session_id: int, actor: Actor) -> None:
    """End a session."""
    _end(database.session().get_one(SignInSession, session_id), "signed_out")
    append("sign_in.closed", chain=_chain(actor), actor=actor)


def _buckets(attempt: Try, known: bool) -> list[tuple[str, rules.Limit]]:
    name = f"{attempt.kind}:{queries.username_key(attempt.username)}"
    place = f"device:{attempt.device}" if known else f"net:{attempt.network}"
    everywhere = ("known", rules.KNOWN_DEVICES) if known else ("unknown", rules.UNKNOWN_DEVICES)
    crowd = rules.CLINIC if attempt.from_clinic else rules.ADDRESS
    return [
        (f"pair:{name}:{place}", rules.PAIR),
        (f"cap:{name}:{everywhere[0]}", everywhere[1]),
        (f"address+name:{attempt.address}:{name}", rules.ADDRESS_AND_NAME),
        (f"address:{attempt.address}", crowd),
        ("everybody", rules.EVERYBODY),
    ]


def _rehash(actor: Actor, password: str) -> None:
    owner: Account | StaffMember
    if actor.kind == "patient":
        owner = database.session().get_one(Account, actor.id)
    else:
        owner = database.session().get_one(StaffMember, actor.id)
    owner.password_hash = passwords.hash_password(password)


def _end(session: SignInSession, reason: str) -> None:
    session.ended_at, session.end_reason = clock.now(), reason


def _owner(actor: Actor) -> dict[str, int | None]:
    """Both columns that name whose a row is, one of them empty."""
    return {"account_id": None, "staff_member_id": None, **owned_by(actor)}


def _lasting(actor: Actor, moment: datetime) -> dict[str, Any]:
    """How long a known device stays known, and to whom."""
    return {"moment": moment, "expires_at": moment + rules.DEVICE_KNOWN_FOR, **_owner(actor)}


def _chain(actor: Actor) -> tuple[str, int]:
    if actor.kind == "staff":
        return ("staff", actor.id)
    person = database.session().scalar(select(Account.person_id).where(Account.id == actor.id))
    return ("person", int(person or 0))
