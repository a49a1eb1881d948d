"""Kiosks, pure. The figures are SECURITY A16, A17 and A21."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.domain.kiosks.types import Pairing
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
