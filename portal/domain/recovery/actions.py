"""Asking, proving, choosing. Nothing here looks up who is asked about until a code was proven: the notice is queued for
whoever it may concern, and the look-up is the job's (queries.found_by). So an answer can not tell who is known, neither
by its words nor by its time (SECURITY N5, N6, R7).

Tries are counted in transactions of their own: each action is called from an exempt view, before anything was written.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from sqlalchemy import select, update

from portal.domain.accounts.enrolling import username_key
from portal.domain.accounts.models import Account
from portal.domain.audit.actions import append
from portal.domain.outbox.actions import queue
from portal.domain.outbox.types import Claimant
from portal.domain.recovery import queries, rules
from portal.domain.recovery.models import PasswordReset
from portal.domain.recovery.queries import Owner
from portal.domain.recovery.types import Channel, NameClaim
from portal.domain.sign_in import actions as sign_in
from portal.domain.sign_in import authenticators, codes, password_rules, second_step, sessions, throttles
from portal.domain.sign_in import password as passwords_of
from portal.domain.sign_in import rules as limits
from portal.domain.sign_in.actions import Try
from portal.domain.sign_in.codes import Asking
from portal.domain.viewer import Actor
from portal.kernel import database, passwords, secrets
from portal.kernel.refusal import Refusal, Refused, refuse_if

_PORTAL = Actor("portal", 0)


def ask_for_username(claim: NameClaim, *, source: str, now: datetime) -> None:
    """Tell somebody their username by email, if they are who they say. `source`: the address that they ask from.

    Raises:
        Refused: `wait`, because much was asked for from that address.
    """
    refuse_if(throttles.take_a_try([(f"asked:{source}", limits.SENDS_FROM)], now))
    line = f"username:{claim.email.casefold()}"
    often = throttles.take_a_try([(f"{line}:{place}", limit) for place, limit in enumerate(limits.EMAILS)], now)
    if often is None:
        queue("username", to=Claimant({**claim._asdict(), "birth_date": claim.birth_date.isoformat()}))


def ask_for_code(username: str, channel: Channel, *, asker: bytes, source: str, now: datetime) -> None:
    """Send a code to the owner of a username. Asked too often about one name, it sends no more and says nothing of it.

    Raises:
        Refused: `wait`, because much was asked for from that address.
    """
    refuse_if(throttles.take_a_try([(f"asked:{source}", limits.SENDS_FROM)], now))
    name, asking = username_key(username), _asking(username, asker)
    with suppress(Refused):
        codes.send(asking, Claimant({"username": name}), channel, source=asking.subject, now=now)
    row = database.session().scalar(select(PasswordReset).where(PasswordReset.asker == asker))
    row = row or PasswordReset(asker=asker)
    row.username, row.channel = secrets.seal(queries.PURPOSE, name.encode(), queries.PURPOSE), channel
    row.asked_at, row.proven_at, row.done_at = now, None, None
    row.second_channel = row.second_proven_at = None
    database.session().add(row)


def prove(typed: str, *, asker: bytes, now: datetime) -> str:
    """Take the code. Returns a new token for this browser: one that somebody planted there is of no use from here on.

    Raises:
        Refused: `reset_over` where nothing was asked for; `code_wrong`, `code_dead`, `code_late`.
    """
    way = queries.way_of(asker)
    if way is None:
        raise Refused(Refusal("reset_over"))
    asking, token = _asking(way.username, asker), secrets.random_token()
    codes.prove(asking, typed, now)
    codes.forget(asking)
    proven = update(PasswordReset).where(PasswordReset.asker == asker)
    database.session().execute(proven.values(asker=secrets.token_hash(token), proven_at=now))
    return token


def owner_proven(asker: bytes, now: datetime) -> Owner:
    """Whose password this browser may choose now.

    Raises:
        Refused: `reset_over`: no code was taken, or too long ago, or the account is not in use any more.
    """
    way = queries.way_of(asker)
    refuse_if(rules.why_not_choose(way, now))
    assert way is not None
    owner = queries.owner_of(way.username)
    if owner is None:
        raise Refused(Refusal("reset_over"))
    return owner


def choose_password(owner: Owner, password: str, attempt: Try, *, code: str, asker: bytes, now: datetime) -> None:
    """The new password; every session ends, contacts are frozen for a day, and all addresses are told (A13).

    `code`: of the authenticator, or a recovery code, where a second step is on; it stays on (R6, A12). Not asked for
    where this browser proved two codes by two methods (second_code); then the second step goes off. `attempt`: this
    request as a try to get in: what was counted against the owner meanwhile is taken back, so that nobody's guesses
    keep them out (N4).

    Raises:
        Refused: what password_rules say; `wrong_code`, `used_code`, `wait`.
        Busy: too many passwords are being hashed.
    """
    way = queries.way_of(asker)
    lost = owner.has_second_step and way is not None and rules.is_proven_twice(way, now)
    asks_code = owner.has_second_step and not lost
    about = [owner.username, owner.given, owner.family, owner.preferred or "", *queries.office_names_of(owner)]
    refuse_if(password_rules.why_not_choose(password, has_second_step=asks_code, about=about))
    actor = Actor("patient", owner.account_id)
    proven = second_step.prove(actor, attempt, code, now) if asks_code else None
    hashed = passwords.hash_password(password)
    sign_in.take_tries_back(attempt)
    account = database.session().get_one(Account, owner.account_id, with_for_update=True)
    passwords_of.replace(actor, hashed, now)
    account.frozen_until = now + rules.FREEZE
    if proven is not None:
        second_step.use(actor, proven, now)
    if lost:
        authenticators.take_off(account)
        append("second_step.recovered", chain=("person", owner.person_id), actor=actor)
    done = update(PasswordReset).where(PasswordReset.asker == asker)
    database.session().execute(done.values(done_at=now, proven_at=None, second_proven_at=None))
    sessions.end_all(actor, now, "reset")
    append("recovery.password_reset", chain=("person", owner.person_id), actor=actor)
    for channel in ("email", "sms") if owner.phone else ("email",):
        for notice in ("password_reset", "second_step_off") if lost else ("password_reset",):
            queue(notice, to=actor, channel=channel)


def note_told(message: str, claim: Mapping[str, str], channel: str) -> None:
    """Write down, for those whom a claim was about, that its notice went out; in the job's transaction."""
    found = queries.found_by(claim, channel)
    for person_id in found.person_ids if found else ():
        append(f"recovery.{message}_sent", chain=("person", person_id), actor=_PORTAL)


def _asking(username: str, asker: bytes) -> Asking:
    """What the code is about is a keyed hash: a username can be longer than its column, or be something else."""
    return Asking("reset", secrets.keyed_hash("recovery", username_key(username)).hex()[:40], asker)
