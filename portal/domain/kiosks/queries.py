from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import LargeBinary, and_, bindparam, case, exists, func, literal, or_, select

from portal.domain.accounts.models import Account, Person, StaffMember
from portal.domain.charts.models import Chart
from portal.domain.charts.types import OpenChart
from portal.domain.connections.models import Connection
from portal.domain.kiosks.models import Kiosk, KioskSession
from portal.domain.kiosks.types import Followed, KioskLine, KioskViewer, Sending, Session
from portal.domain.practices.models import Office
from portal.domain.viewer import StaffViewer
from portal.kernel import database
from portal.kernel.refusal import Missing

_OPEN_HERE = and_(KioskSession.kiosk_id == Kiosk.id, KioskSession.ended_at.is_(None))
_TIMES = (KioskSession.sent_at, KioskSession.begun_at, KioskSession.touched_at)
_LINE = (
    select(
        Kiosk.public_id,
        Kiosk.name,
        Kiosk.code_until,
        Kiosk.paired_at,
        Kiosk.seen_at,
        Kiosk.help_at,
        KioskSession.public_id.label("session_id"),
        KioskSession.state,
        KioskSession.step,
        *_TIMES,
    )
    .outerjoin(KioskSession, _OPEN_HERE)
    .where(Kiosk.office_id == bindparam("office_id"), Kiosk.ended_at.is_(None))
)
_OF_OFFICE = _LINE.order_by(Kiosk.name, Kiosk.id)
_ONE = _LINE.where(Kiosk.public_id == bindparam("public_id"))
_SENDING = (
    select(
        Office.enrolls_in_person,
        or_(
            exists().where(Connection.chart_id == bindparam("chart_id"), Connection.ended_at.is_(None)),
            exists().where(Account.person_id == Chart.person_id, Account.state == "deactivated"),
        ).label("is_enrolled"),
        exists().where(Account.person_id == Chart.person_id).label("has_account"),
        Chart.phone_on_file,
        Chart.birth_date,
        Office.adult_age,
        Kiosk.public_id,
        Kiosk.name,
        Kiosk.seen_at,
        *_TIMES,
    )
    .select_from(Office)
    .join(Chart, and_(Chart.office_id == Office.id, Chart.id == bindparam("chart_id")))
    .outerjoin(Kiosk, and_(Kiosk.office_id == Office.id, Kiosk.paired_at.is_not(None)))
    .outerjoin(KioskSession, _OPEN_HERE)
    .where(Office.id == bindparam("office_id"))
    .order_by(Kiosk.name, Kiosk.id)
)
_FOLLOWED = (
    select(
        KioskSession.public_id,
        Chart.public_id.label("chart"),
        Kiosk.public_id.label("kiosk_id"),
        Kiosk.name.label("kiosk"),
        Kiosk.help_at,
        KioskSession.paper,
        KioskSession.state,
        KioskSession.step,
        KioskSession.other_phone,
        *_TIMES,
        KioskSession.ended_at,
        (StaffMember.given + " " + StaffMember.family).label("by"),
    )
    .join(Kiosk, Kiosk.id == KioskSession.kiosk_id)
    .join(Chart, Chart.id == KioskSession.chart_id)
    .join(StaffMember, StaffMember.id == KioskSession.staff_member_id)
    .where(KioskSession.office_id == bindparam("office_id"), KioskSession.public_id == bindparam("public_id"))
)
#: The device of a token, and the session that its browser holds (over or not), else the open one that it was sent.
_DEVICE = (
    select(
        Kiosk.id.label("kiosk_id"),
        Kiosk.office_id,
        Office.name,
        Office.palette,
        Kiosk.seen_at,
        Kiosk.help_at,
        KioskSession.id,
        KioskSession.public_id,
        KioskSession.holder,
        KioskSession.token_hash,
        KioskSession.state,
        KioskSession.step,
        KioskSession.language,
        KioskSession.draft,
        *_TIMES,
        KioskSession.ended_at,
        KioskSession.staff_member_id,
        Person.given,
        Account.username,
    )
    .join(Office, Office.id == Kiosk.office_id)
    .outerjoin(
        KioskSession,
        and_(
            KioskSession.kiosk_id == Kiosk.id,
            or_(KioskSession.ended_at.is_(None), KioskSession.token_hash == bindparam("held", type_=LargeBinary())),
        ),
    )
    .outerjoin(Account, Account.id == KioskSession.account_id)
    .outerjoin(Person, Person.id == Account.person_id)
    .where(Kiosk.token_hash == bindparam("token_hash"))
    .order_by(case((KioskSession.token_hash == bindparam("held", type_=LargeBinary()), 0), else_=1))
    .limit(1)
)
_KIOSK_COLUMNS = 6
#: For Today of an office: kiosks where somebody waits for help. Columns kind, number; value office_id.
HELP_SUMMARY = (
    select(literal("kiosk_help").label("kind"), func.count().label("number"))
    .where(Kiosk.office_id == bindparam("office_id"), Kiosk.help_at.is_not(None))
    .having(func.count() > 0)
)


class _Device(tuple[Any, ...]):
    """The columns of KioskViewer, then those of its Session."""

    @classmethod
    def _make(cls, row: Any) -> _Device:
        return cls(row)


class Seen(NamedTuple):
    """When a device was heard of last."""

    at: datetime | None


_SEEN = select(Kiosk.seen_at).where(Kiosk.token_hash == bindparam("token_hash"))


def kiosks_of(viewer: StaffViewer) -> list[KioskLine]:
    """The kiosks of the viewer's office, by name, each with what is under way there."""
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


def sending_of(viewer: StaffViewer, chart: OpenChart) -> list[Sending]:
    """What must be known to send this chart's enrollment: a row for each paired kiosk of the office, one without any.

    Raises:
        Missing: it is another office's chart.
    """
    found = database.read(Sending, _SENDING, office_id=viewer.office_id, chart_id=chart.id)
    if not found:
        raise Missing
    return found


def followed(viewer: StaffViewer, public_id: UUID) -> Followed:
    """An enrollment at a kiosk of the viewer's office.

    Raises:
        Missing: it is not there, or another office's.
    """
    found = database.read_one(Followed, _FOLLOWED, office_id=viewer.office_id, public_id=public_id)
    if found is None:
        raise Missing
    return found


def device_of(token_hash: bytes, held: bytes) -> KioskViewer | None:
    """The kiosk whose cookie's token has this SHA-256, while it is paired; `held`: that of its browser's own token."""
    found = database.read_one(_Device, _DEVICE, token_hash=token_hash, held=held)
    if found is None:
        return None
    kiosk_id, office_id, office_name, palette, seen_at, help_at = found[:_KIOSK_COLUMNS]
    session = Session._make(found[_KIOSK_COLUMNS:])
    return KioskViewer(kiosk_id, office_id, office_name, palette, seen_at, help_at, session if session.id else None)


def seen(token_hash: bytes) -> Seen | None:
    """When the device of a token was heard of; None for no device's token."""
    return database.read_one(Seen, _SEEN, token_hash=token_hash)
