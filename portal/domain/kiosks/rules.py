"""Kiosks, pure. The figures are SECURITY A16, A17 and A21."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from portal.domain.enrollment.rules import why_not_in_person
from portal.domain.enrollment.types import Enrollee
from portal.domain.kiosks.types import Pairing, Sending, Session, Stage, State
from portal.domain.sign_in.rules import Limit
from portal.kernel.refusal import Refusal

#: A pairing code: 8 characters of 5 bits, good for a quarter of an hour, once.
CODE_LENGTH = 8
CODE_LASTS = timedelta(minutes=15)
#: Pairing codes that one address may try, and how many all together may before somebody is woken.
PAIRING_TRIES = Limit(most=10, window=timedelta(hours=1))
PAIRING_TRIES_OF_ALL = Limit(most=50, window=timedelta(hours=1))
#: A kiosk that polls is noted no oftener than this; one not heard of for longer than `HEARD` is shown as away.
SEEN_GRAIN = timedelta(seconds=20)
HEARD = timedelta(minutes=2)

#: How long a sent enrollment waits to be begun; how long nobody may touch the screen before it asks, and then before it
#: clears; how long it may take in all; how long the last page stands.
TO_BEGIN = timedelta(minutes=10)
QUIET, WARNED = timedelta(seconds=90), timedelta(seconds=30)
LONGEST = timedelta(minutes=15)
SHOWN = timedelta(seconds=60)
#: Touches nearer to each other than this are one.
TOUCH_GRAIN = timedelta(seconds=2)


def pairing_of(code_until: datetime | None, paired_at: datetime | None, now: datetime) -> Pairing:
    """Where a kiosk stands."""
    if paired_at is not None:
        return Pairing.PAIRED
    return Pairing.WAITING if code_until is not None and now < code_until else Pairing.NONE


def why_not_renew_code(paired_at: datetime | None) -> Refusal | None:
    """Whether a kiosk gets a new pairing code: not while a device holds it."""
    return Refusal("kiosk_paired") if paired_at is not None else None


def why_not_unpair(paired_at: datetime | None) -> Refusal | None:
    """Whether there is a device to send away."""
    return Refusal("kiosk_not_paired") if paired_at is None else None


def is_away(seen_at: datetime | None, now: datetime) -> bool:
    """Whether a paired kiosk is switched off, or without network."""
    return seen_at is None or now - seen_at > HEARD


def why_over(begun_at: datetime | None, sent_at: datetime, touched_at: datetime, now: datetime) -> State | None:
    """Whether an open enrollment is over by itself, and how. A clock that was set back makes none longer."""
    if begun_at is None:
        return None if -TOUCH_GRAIN <= now - sent_at < TO_BEGIN else State.LAPSED
    quiet, whole = now - touched_at, now - begun_at
    fits = -TOUCH_GRAIN <= quiet < QUIET + WARNED and -TOUCH_GRAIN <= whole < LONGEST
    return None if fits else State.LEFT


def stage_of(session: Session | None) -> Stage:
    """What a device is at. `session`: the one that its browser may see; one that ended otherwise is none any more."""
    stages: dict[str, Stage] = {State.SENT: Stage.SENT, State.BEGUN: Stage.BEGUN, State.DONE: Stage.DONE}
    return stages.get(session.state, Stage.REST) if session else Stage.REST


def must_move(at: str, stage: Stage) -> bool:
    """Whether a screen shows what is over: at rest or before Start it follows each change; help makes way for what is
    sent; a question stands only while somebody is enrolling."""
    if at in {Stage.REST, Stage.SENT}:
        return at != stage
    return stage is Stage.SENT if at == "help" else False


def is_quiet(touched_at: datetime, now: datetime) -> bool:
    """Whether it is time to ask "Are you still there?"."""
    return now - touched_at >= QUIET


def is_shown(ended_at: datetime, now: datetime) -> bool:
    """Whether the last page still stands; a little longer than it says, for the way there."""
    return now - ended_at < SHOWN + WARNED


def why_not_send(*, paired: bool, busy: bool, sent: bool) -> Refusal | None:
    """Whether a kiosk takes an enrollment: one at a time, and one chart at one kiosk."""
    if not paired:
        return Refusal("kiosk_not_paired")
    if busy:
        return Refusal("kiosk_busy")
    return Refusal("chart_at_kiosk") if sent else None


def why_not_stop(ended_at: datetime | None) -> Refusal | None:
    """Whether there is anything to stop."""
    return Refusal("kiosk_session_over") if ended_at is not None else None


def why_not_offer(sending: Sending, today: date) -> Refusal | None:
    """Whether a chart's person can be enrolled at this office's counter at all; `today` is the day there."""
    who = Enrollee(sending.is_enrolled, sending.phone, sending.birth_date, sending.adult_age, today)
    return why_not_in_person(who, in_person=sending.enrolls_in_person)


def is_own(held: bytes | None, begun: bytes | None) -> bool:
    """Whether a browser may see what is under way: nobody has begun it yet, or it was begun in this browser.

    `held`, `begun`: SHA-256 of the token that the browser has, and of the one that it was begun with.
    """
    return begun is None or held == begun


def must_clear(held: bytes | None, begun: bytes | None) -> bool:
    """Whether a browser has something of an enrollment that is over: then it is wiped before it shows anything."""
    return held is not None and held != begun
