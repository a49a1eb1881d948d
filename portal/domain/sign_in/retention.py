"""How long signing in leaves traces (docs/retention.md). The audit keeps its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Table, delete, or_, select

from portal.domain.sign_in import rules
from portal.domain.sign_in.models import (
    ContactChange,
    KnownDevice,
    OneTimeCode,
    ParkedForm,
    PasskeyChallenge,
    SignInSession,
    Throttle,
)
from portal.kernel import database

_MONTH = timedelta(days=30)
_PARKED = timedelta(hours=24)
_AT_ONCE = 1000


def forget_throttles(now: datetime) -> int:
    """Counters that nobody touched for 30 days."""
    return _gone(Throttle, Throttle.touched_at < now - _MONTH)


def forget_parked_forms(now: datetime) -> int:
    """What was typed and not come back for within a day."""
    return _gone(ParkedForm, ParkedForm.parked_at < now - _PARKED)


def forget_sessions(now: datetime) -> int:
    """Sessions that ended, or were left, 30 days ago."""
    return _gone(SignInSession, or_(SignInSession.ended_at < now - _MONTH, SignInSession.seen_at < now - _MONTH))


def forget_devices(now: datetime) -> int:
    """Browsers that are not known any more."""
    return _gone(KnownDevice, KnownDevice.expires_at < now)


def forget_codes(now: datetime) -> int:
    """One-time codes, a day after they were sent."""
    table = cast(Table, OneTimeCode.__table__)
    old = delete(table).where(table.c.made_at < now - _PARKED)
    return cast(CursorResult[Any], database.session().execute(old)).rowcount


def forget_challenges(now: datetime) -> int:
    """What no device answered."""
    return _gone(PasskeyChallenge, PasskeyChallenge.made_at < now - _PARKED)


def forget_contact_changes(now: datetime) -> int:
    """Old addresses, when their change can not be undone any more."""
    return _gone(ContactChange, ContactChange.asked_at < now - rules.UNDO - _PARKED)


def _gone(model: Any, old: ColumnElement[bool]) -> int:
    table = cast(Table, model.__table__)
    (key,) = table.primary_key.columns
    some = select(key).where(old).limit(_AT_ONCE)
    return cast(CursorResult[Any], database.session().execute(delete(table).where(key.in_(some)))).rowcount
