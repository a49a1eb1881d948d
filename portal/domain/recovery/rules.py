"""Recovery, pure. The figures are SECURITY A9-A13."""

from __future__ import annotations

from collections.abc import Iterable
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
