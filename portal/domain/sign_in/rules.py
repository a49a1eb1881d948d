"""Sessions and throttles, pure. The figures are SECURITY A5-A8 and A20."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from portal.kernel.refusal import Refusal

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
WARNED_BEFORE_END = timedelta(minutes=2)
SEEN_GRAIN = timedelta(seconds=20)
MOST_SESSIONS = 10
DEVICE_KNOWN_FOR = timedelta(days=180)


class Limit(NamedTuple):
    """A bucket's law: so many tries in so long; beyond `free`, waits that double from `first` to `longest`.

    `window` None: tries are counted until a success takes them back. `alerts`: beyond it somebody is woken, and nobody
    is kept out.
    """

    most: int
    window: timedelta | None
    free: int | None = None
    first: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(hours=1)
    alerts: bool = False


#: Wrong passwords for one account from one known device, or else from one network.
PAIR = Limit(most=10_000, window=None, free=5)
#: All unknown devices together, and all known ones together: NIST's hundred (SP 800-63B-4 3.2.2).
UNKNOWN_DEVICES = Limit(most=90, window=None)
KNOWN_DEVICES = Limit(most=10, window=None)
#: One address trying one name, one address in all, a clinic's own network in all.
ADDRESS_AND_NAME = Limit(most=10, window=timedelta(minutes=5))
ADDRESS = Limit(most=100, window=timedelta(minutes=5))
CLINIC = Limit(most=300, window=timedelta(minutes=5))
#: More tries than all people together make are an attack on all.
EVERYBODY = Limit(most=1000, window=timedelta(minutes=5), alerts=True)
#: Authenticator codes of one person.
CODES = (
    Limit(most=5, window=timedelta(minutes=5)),
    Limit(most=20, window=timedelta(hours=1)),
    Limit(most=50, window=timedelta(days=1)),
)
#: The same from one address; a clinic's own network is left to the others (A8).
CODES_FROM = (Limit(most=10, window=timedelta(minutes=5)), Limit(most=50, window=timedelta(hours=1)))
#: Codes to print: how many, and of how many characters (80 bits; A14).
RECOVERY_CODES, RECOVERY_CODE = 10, 16

#: Codes that are sent: how long they work, how often they may be tried, how long a right one counts as proof.
CODE_LASTS = timedelta(minutes=10)
EMAIL_CODE_LASTS = timedelta(minutes=30)
CODE_TRIES = 5
PROOF = timedelta(minutes=15)
#: How many are sent to one number, to one email address, and from one place (A10, A11, R13).
SENDS = (Limit(most=3, window=timedelta(minutes=15)), Limit(most=6, window=timedelta(days=1)))
EMAILS = (Limit(most=3, window=timedelta(minutes=15)), Limit(most=5, window=timedelta(days=1)))
SENDS_FROM = Limit(most=5, window=timedelta(hours=1))
#: How fresh a password or code must be for a step that could hurt (A23).
STEP_UP = timedelta(minutes=5)


#: How long the owner of an old address can undo a change of it, and how long nothing is changed after that (A13, R12).
UNDO = timedelta(hours=24)
FREEZE = timedelta(hours=24)
#: How long a device may take to answer, and how many passkeys somebody has.
CHALLENGE_LASTS = timedelta(minutes=5)
MOST_PASSKEYS = 10


class SentCode(NamedTuple):
    """A one-time code as it stands, its present try counted."""

    tries: int
    code_hash: bytes
    expires_at: datetime
    proven_at: datetime | None


class Bucket(NamedTuple):
    """How often, since when, and until when no try is taken."""

    tries: int
    since: datetime
    blocked_until: datetime | None


def why_not_try(bucket: Bucket, limit: Limit, now: datetime) -> Refusal | None:
    """Whether one more try is evaluated. A refused one is not counted, so nobody can lengthen another's wait."""
    if bucket.blocked_until and now < bucket.blocked_until:
        return Refusal("wait", until=bucket.blocked_until)
    if bucket.tries < limit.most or _is_over(bucket, limit, now):
        return None
    if limit.window is None:
        return Refusal("too_many")
    return Refusal("wait", until=bucket.since + limit.window)


def counted(bucket: Bucket, limit: Limit, now: datetime) -> Bucket:
    """The bucket with one more try. Counted before the password is looked at, so parallel tries can not slip by."""
    if _is_over(bucket, limit, now):
        bucket = Bucket(0, now, None)
    tries = bucket.tries + 1
    if limit.free is None or tries < limit.free:
        return Bucket(tries, bucket.since, None)
    wait = min(limit.first * 2 ** min(tries - limit.free, 20), limit.longest)
    return Bucket(tries, bucket.since, now + wait)


def _is_over(bucket: Bucket, limit: Limit, now: datetime) -> bool:
    return limit.window is not None and now >= bucket.since + limit.window


def why_ended(opened_at: datetime, seen_at: datetime, ended_at: datetime | None, now: datetime) -> str | None:
    """Why a session is of no use any more: `closed`, `idle`, `long`; None while it lasts."""
    if ended_at is not None:
        return "closed"
    if now >= opened_at + LONGEST:
        return "long"
    # A clock that was set back must not revive anything, nor lengthen it.
    if now >= seen_at + IDLE or now < opened_at - timedelta(minutes=1):
        return "idle"
    return None


def ends_at(opened_at: datetime, seen_at: datetime) -> datetime:
    """When the session ends if nothing more is done."""
    return min(seen_at + IDLE, opened_at + LONGEST)


def why_not_prove(code: SentCode | None, now: datetime) -> Refusal | None:
    """Whether a typed code is looked at."""
    if code is None or code.proven_at is not None or code.tries > CODE_TRIES:
        return Refusal("code_dead")
    return Refusal("code_late") if now >= code.expires_at else None


def why_not_step_on(stepped_up_at: datetime, now: datetime) -> Refusal | None:
    """Whether somebody must say their password once more before a step that could hurt."""
    return Refusal("confirm_first") if not timedelta(0) <= now - stepped_up_at < STEP_UP else None


def why_not_code(step: int | None, last_step: int) -> Refusal | None:
    """Whether an authenticator code is taken: it must be of a present time step (RFC 6238) not used before."""
    if step is None:
        return Refusal("wrong_code")
    return Refusal("used_code") if step <= last_step else None


def why_not_change_contact(
    present: str | None, new: str, frozen_until: datetime | None, now: datetime
) -> Refusal | None:
    """Whether an account's email or phone can become `new` (in its normal form)."""
    if frozen_until is not None and now < frozen_until:
        return Refusal("contacts_frozen", until=frozen_until)
    return Refusal("contact_same") if present is not None and present.casefold() == new.casefold() else None


def why_not_undo(done_at: datetime, undone_at: datetime | None, now: datetime) -> Refusal | None:
    """Whether a change of an address can still be taken back with the link that went to the old one."""
    if undone_at is not None:
        return Refusal("undo_used")
    return Refusal("undo_late") if now >= done_at + UNDO else None


def why_not_add_passkey(there: int) -> Refusal | None:
    """Whether there is room for one more."""
    return Refusal("too_many_passkeys", most=MOST_PASSKEYS) if there >= MOST_PASSKEYS else None
