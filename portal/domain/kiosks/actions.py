from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.domain.audit.actions import record
from portal.domain.kiosks import endings, rules
from portal.domain.kiosks.models import Kiosk
from portal.domain.kiosks.pairing import fresh_code
from portal.domain.viewer import StaffViewer
from portal.kernel import database
from portal.kernel.refusal import Missing, refuse_if


def add(viewer: StaffViewer, name: str, *, now: datetime) -> str:
    """Put a kiosk on the list of the viewer's office. Returns its pairing code, which is kept nowhere."""
    assert viewer.office_id is not None
    code, code_hash = fresh_code()
    row = Kiosk(
        office_id=viewer.office_id,
        name=name,
        added_by=viewer.actor.id,
        code_hash=code_hash,
        code_until=now + rules.CODE_LASTS,
    )
    database.session().add(row)
    database.session().flush()
    record("kiosk.added", by=viewer, about=row.public_id, section="kiosks")
    return code


def renew_code(viewer: StaffViewer, public_id: UUID, *, now: datetime) -> str:
    """A new pairing code; one that was told before is of no use any more.

    Raises:
        Refused: a device holds this kiosk.
        Missing: it is not there, or another office's.
    """
    row = _for_update(viewer, public_id)
    refuse_if(rules.why_not_renew_code(row.paired_at))
    code, row.code_hash = fresh_code()
    row.code_until, row.added_by = now + rules.CODE_LASTS, viewer.actor.id
    record("kiosk.code_renewed", by=viewer, about=public_id, section="kiosks")
    return code


def rename(viewer: StaffViewer, public_id: UUID, name: str) -> None:
    """Call a kiosk something else.

    Raises:
        Missing: it is not there, or another office's.
    """
    _for_update(viewer, public_id).name = name
    record("kiosk.renamed", by=viewer, about=public_id, section="kiosks")


def unpair(viewer: StaffViewer, public_id: UUID, *, now: datetime) -> None:
    """Send the device away: from its next request on it is a stranger.

    Raises:
        Refused: there is none.
        Missing: it is not there, or another office's.
    """
    row = _for_update(viewer, public_id)
    refuse_if(rules.why_not_unpair(row.paired_at))
    _send_away(row, now)
    record("kiosk.unpaired", by=viewer, about=public_id, section="kiosks")


def take_off(viewer: StaffViewer, public_id: UUID, *, now: datetime) -> None:
    """Take a kiosk off the list for good; a device that holds it is sent away, and its pairing code opens nothing.

    Raises:
        Missing: it is not there, or another office's, or was taken off before.
    """
    row = _for_update(viewer, public_id)
    _send_away(row, now)
    row.code_hash, row.code_until, row.ended_at = None, None, now
    record("kiosk.taken_off", by=viewer, about=public_id, section="kiosks")


def see_to(viewer: StaffViewer, public_id: UUID) -> None:
    """Somebody goes to help at the kiosk. Twice is the same as once.

    Raises:
        Missing: it is not there, or another office's.
    """
    _for_update(viewer, public_id).help_at = None
    record("kiosk.seen_to", by=viewer, about=public_id, section="kiosks")


def _send_away(row: Kiosk, now: datetime) -> None:
    endings.end_all_at(row.id, now)
    row.token_hash = row.paired_at = row.seen_at = row.help_at = None


def _for_update(viewer: StaffViewer, public_id: UUID) -> Kiosk:
    ours = (Kiosk.public_id == public_id, Kiosk.office_id == viewer.office_id, Kiosk.ended_at.is_(None))
    row = database.session().scalar(select(Kiosk).where(*ours).with_for_update())
    if row is None:
        raise Missing
    return row
