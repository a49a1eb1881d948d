"""What a paired device does by itself, and what somebody in front of it does."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, update

from portal.domain.kiosks import rules
from portal.domain.kiosks.models import Kiosk
from portal.domain.kiosks.types import KioskViewer
from portal.kernel import database

_NOTE = (
    update(Kiosk)
    .where(Kiosk.id == bindparam("kiosk"), Kiosk.token_hash.is_not(None))
    .values(seen_at=bindparam("moment"))
)
_HELP = update(Kiosk).where(Kiosk.id == bindparam("kiosk")).values(help_at=bindparam("moment"))


def note(kiosk: KioskViewer, now: datetime) -> None:
    """The device was heard of (apart, and only now and then)."""
    if kiosk.seen_at is None or not rules.SEEN_GRAIN > now - kiosk.seen_at > -rules.SEEN_GRAIN:
        database.write_apart(_NOTE, kiosk=kiosk.kiosk_id, moment=now)


def ask_for_help(kiosk: KioskViewer, *, now: datetime) -> None:
    """Somebody in front of it needs help: the staff screen says so."""
    database.session().execute(_HELP, {"kiosk": kiosk.kiosk_id, "moment": now})


def go_on_alone(kiosk: KioskViewer) -> None:
    """They go on by themselves."""
    database.session().execute(_HELP, {"kiosk": kiosk.kiosk_id, "moment": None})
