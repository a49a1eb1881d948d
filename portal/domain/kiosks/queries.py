from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.domain.kiosks.models import Kiosk
from portal.domain.kiosks.types import KioskLine, KioskViewer
from portal.domain.practices.models import Office
from portal.domain.viewer import StaffViewer
from portal.kernel import database
from portal.kernel.refusal import Missing

_LINE = (Kiosk.public_id, Kiosk.name, Kiosk.code_until, Kiosk.paired_at, Kiosk.seen_at, Kiosk.help_at)
_OF_OFFICE = select(*_LINE).where(Kiosk.office_id == bindparam("office_id")).order_by(Kiosk.name, Kiosk.id)
_ONE = select(*_LINE).where(Kiosk.office_id == bindparam("office_id"), Kiosk.public_id == bindparam("public_id"))
_DEVICE = (
    select(Kiosk.id, Kiosk.office_id, Office.name, Kiosk.seen_at, Kiosk.help_at)
    .join(Office, Office.id == Kiosk.office_id)
    .where(Kiosk.token_hash == bindparam("token_hash"))
)


class _Device(NamedTuple):
    """The columns of KioskViewer."""

    kiosk_id: int
    office_id: int
    office_name: str
    seen_at: datetime | None
    help_at: datetime | None


def kiosks_of(viewer: StaffViewer) -> list[KioskLine]:
    """The kiosks of the viewer's office, by name."""
    return database.read(KioskLine, _OF_OFFICE, office_id=viewer.office_id)


def kiosk_of(viewer: StaffViewer, public_id: UUID) -> KioskLine:
    """One of them.

    Raises:
        Missing: it is not there, or another office's.
    """
    found = database.read_one(KioskLine, _ONE, office_id=viewer.office_id, public_id=public_id)
    if found is None:
        raise Missing
    return found


def device_of(token_hash: bytes) -> KioskViewer | None:
    """The kiosk whose cookie's token has this SHA-256, while it is paired."""
    found = database.read_one(_Device, _DEVICE, token_hash=token_hash)
    return KioskViewer(*found) if found else None
