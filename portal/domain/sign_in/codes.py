"""Codes that are sent to a phone or an email address and typed where they were asked for (SECURITY A9-A11).

Asking and trying are counted in transactions of their own, before anything is sent or compared: parallel tries can not
slip by. So both are called outside the request's transaction: from a view without a form key, or `transaction.first`.
"""

from __future__ import annotations

import hmac
import secrets as stdlib_secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError

from portal.domain.outbox.actions import queue
from portal.domain.outbox.types import Addressee, Claimant
from portal.domain.sign_in import rules, throttles
from portal.domain.sign_in.models import OneTimeCode
from portal.kernel import database, secrets
from portal.kernel.refusal import Refusal, Refused, refuse_if

_SPOKEN = str.maketrans("OIL", "011")


class Asking(NamedTuple):
    """For what a code is asked: a purpose ("reset"), about what ("account:12"), and by which browser.

    `asker`: secrets.token_hash of the browser's token. A code of one asking is of no use in any other.
    """

    purpose: str
    subject: str
    asker: bytes


class _Proof(NamedTuple):
    proven_at: datetime | None


_PROOF = select(OneTimeCode.proven_at).where(
    OneTimeCode.purpose == bindparam("purpose"),
    OneTimeCode.subject == bindparam("subject"),
    OneTimeCode.asker == bindparam("asker"),
)


def send(
    asking: Asking,
    to: Addressee | Claimant | None,
    channel: str,
    *,
    source: str,
    now: datetime,
    office_id: int | None = None,
) -> None:
    """Make a code and send it: six digits by text or call, ten characters by email. An earlier one dies.

    `to` None does all the same and sends nothing, so that nobody learns who is known here; for a Claimant the look-up
    is the job's, which then asks `why_not_send_to` as well. `source`: where the asking
    comes from (an address; at a kiosk the enrollment). In the transaction under way, but for the counting.

    Raises:
        Refused: `wait` with `until`: too many were sent to that place, or asked from there.
    """
    place = to.address if isinstance(to, Addressee) else f"nobody:{asking.subject}"
    refuse_if(throttles.take_a_try(_buckets(place, source, channel), now))
    code, life = _fresh(channel)
    _replace(asking, channel, code, now, now + life)
    if to is not None:
        minutes = int(life.total_seconds()) // 60
        queue(
            "code",
            to=to,
            channel=channel,
            office_id=office_id,
            lapses_at=now + life,
            secret={"code": code},
            minutes=minutes,
        )


def why_not_send_to(address: str, channel: str, now: datetime) -> Refusal | None:
    """Count one more that is sent to an address or number found only now; whether it is too many. Counted apart."""
    return throttles.take_a_try(_to(address, channel), now)


def prove(asking: Asking, typed: str, now: datetime) -> None:
    """Take a code: right, of this asking, in time, for the first time, and within five tries.

    Raises:
        Refused: `code_wrong` with `left` (tries), `code_dead` (used up, used, replaced or never sent), `code_late`.
    """
    found = _count(asking)
    refuse_if(rules.why_not_prove(found, now))
    assert found is not None
    if not hmac.compare_digest(_hash(asking, _plain(typed)), found.code_hash):
        left = rules.CODE_TRIES - found.tries
        raise Refused(Refusal("code_wrong", left=left) if left else Refusal("code_dead"))
    if not _use(asking, now):
        raise Refused(Refusal("code_dead"))


def is_proven(asking: Asking, now: datetime) -> bool:
    """Whether this asking's code was taken a short while ago (rules.PROOF)."""
    found = database.read_one(_Proof, _PROOF, **asking._asdict())
    return found is not None and found.proven_at is not None and now - found.proven_at < rules.PROOF


def forget(asking: Asking) -> None:
    """What was proven has been used; in the transaction under way."""
    database.session().execute(delete(OneTimeCode).where(*_of(asking)))


def _buckets(place: str, source: str, channel: str) -> list[tuple[str, rules.Limit]]:
    return [*_to(place, channel), (f"asked:{source}", rules.SENDS_FROM)]


def _to(place: str, channel: str) -> list[tuple[str, rules.Limit]]:
    sends = rules.EMAILS if channel == "email" else rules.SENDS
    return [(f"sent:{channel}:{place}:{number}", limit) for number, limit in enumerate(sends)]


def _fresh(channel: str) -> tuple[str, timedelta]:
    if channel == "email":
        return secrets.spoken_code(10), rules.EMAIL_CODE_LASTS
    return f"{stdlib_secrets.randbelow(10**6):06}", rules.CODE_LASTS


def _replace(asking: Asking, channel: str, code: str, now: datetime, until: datetime) -> None:
    """The new code keeps the count of one that is still good: asking again gives nobody more tries."""
    session = database.session()
    old = session.get(OneTimeCode, asking)
    tries = old.tries if old is not None and old.expires_at > now else 0
    if old is not None:
        session.delete(old)
        session.flush()
    row = OneTimeCode(
        **asking._asdict(), channel=channel, code_hash=_hash(asking, code), tries=tries, made_at=now, expires_at=until
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:  # asked twice at the same moment: the other one is on its way
        raise Refused(Refusal("wait", until=now + timedelta(seconds=30))) from error


def _count(asking: Asking) -> rules.SentCode | None:
    """One more try, committed; the row as it is with that try. None: there is no such code."""
    found = OneTimeCode.tries, OneTimeCode.code_hash, OneTimeCode.expires_at, OneTimeCode.proven_at
    counted = (
        update(OneTimeCode)
        .where(*_of(asking), OneTimeCode.tries <= rules.CODE_TRIES)
        .values(tries=OneTimeCode.tries + 1)
        .returning(*found)
    )
    with database.apart() as session:
        row = session.execute(counted).one_or_none()
    return rules.SentCode._make(row) if row else None


def _use(asking: Asking, now: datetime) -> bool:
    used = update(OneTimeCode).where(*_of(asking), OneTimeCode.proven_at.is_(None)).values(proven_at=now)
    with database.apart() as session:
        return bool(session.execute(used.returning(OneTimeCode.tries)).one_or_none())


def _of(asking: Asking) -> tuple[ColumnElement[bool], ...]:
    return (
        OneTimeCode.purpose == asking.purpose,
        OneTimeCode.subject == asking.subject,
        OneTimeCode.asker == asking.asker,
    )


def _plain(typed: str) -> str:
    """As it was sent: without spaces and dashes, in capitals, and with the letters that people take for numbers."""
    return "".join(sign for sign in typed.upper() if sign.isalnum()).translate(_SPOKEN)


def _hash(asking: Asking, code: str) -> bytes:
    return secrets.keyed_hash("one-time code", f"{asking.purpose}:{asking.subject}:{asking.asker.hex()}:{code}")
