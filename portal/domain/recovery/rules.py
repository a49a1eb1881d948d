"""Recovery, pure. The figures are SECURITY A9-A13."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from portal.domain.charts.names import folded
from portal.domain.recovery.types import Channel, Held, NameClaim
from portal.domain.sign_in.rules import PROOF
from portal.kernel.refusal import Refusal

#: After a reset no contact is changed and no record shared for so long (A13).
FREEZE = timedelta(hours=24)


class Way(NamedTuple):
    """How far a browser is on its way to a new password. `username` as it was typed."""

    username: str
    channel: str
    asked_at: datetime
    proven_at: datetime | None
    done_at: datetime | None
    second_channel: str | None = None
    second_proven_at: datetime | None = None


class Policy(NamedTuple):
    """By which channels an office lets its patients reset a password."""

    by_email: bool
    by_sms: bool
    by_voice: bool


def channels_of(policies: Iterable[Policy]) -> frozenset[Channel]:
    """By which channels somebody is sent a code: those that all their offices allow; without an office, all."""
    allowed = set(Channel)
    for policy in policies:
        allowed &= {channel for channel, open_ in zip(Channel, policy, strict=True) if open_}
    return frozenset(allowed)


def other_channels(first: Channel, allowed: Collection[Channel], phone: str | None) -> list[Channel]:
    """By which channels a second code comes: to the phone after one by email, by email after one to the phone (A12).

    A text and a call reach the same phone, so they are one method.
    """
    if first is not Channel.EMAIL:
        return [Channel.EMAIL] if Channel.EMAIL in allowed else []
    return [one for one in (Channel.SMS, Channel.VOICE) if one in allowed] if phone else []


def why_not_second(channel: Channel, ways: Collection[Channel]) -> Refusal | None:
    """Whether a second code can come so."""
    return None if channel in ways else Refusal("no_second_way")


def is_proven_twice(way: Way, now: datetime) -> bool:
    """Whether both codes were taken a short while ago, by two methods."""
    moments = (way.proven_at, way.second_proven_at)
    return all(moment is not None and timedelta(0) <= now - moment < PROOF for moment in moments)


def is_about(claim: NameClaim, held: Held) -> bool:
    """Whether an account (of the same birth date) is the one that the claim speaks of.

    First name: the one in the record, or the one that the person goes by. Capitals and accents do not count.
    """
    called = {folded(held.given), folded(held.preferred or held.given)}
    return (
        folded(claim.given) in called
        and folded(claim.family) == folded(held.family)
        and claim.email.casefold() == held.email.casefold()
    )


def why_not_choose(way: Way | None, now: datetime) -> Refusal | None:
    """Whether this browser may choose a new password now: its code was taken a short while ago."""
    if way is None or way.proven_at is None or not timedelta(0) <= now - way.proven_at < PROOF:
        return Refusal("reset_over")
    return None
