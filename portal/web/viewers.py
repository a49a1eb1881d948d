"""Who a cookie's token stands for: one statement that brings all that the frame of a page needs."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, select

from portal.domain.accounts.models import Account, Person, StaffMember
from portal.domain.audit.queries import with_head
from portal.domain.charts import emergency
from portal.domain.charts.models import Chart
from portal.domain.charts.queries import KEPT, OPEN_CHART, opened_from
from portal.domain.charts.types import OpenChart
from portal.domain.connections.queries import brand_of, palette_of
from portal.domain.practices.models import Office, Position
from portal.domain.sign_in.models import SignInSession
from portal.domain.viewer import Actor, Head, Role, StaffViewer, Viewer
from portal.kernel import database
from portal.kernel.rows import Flat


class PatientRow(NamedTuple):
    """A patient's session, and whose record it opens."""

    session_id: int
    account_id: int
    opened_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    stepped_up_at: datetime
    awaiting_code: bool
    person_id: int
    public_id: UUID
    given: str
    family: str
    preferred: str | None
    language: str
    time_zone: str
    brand: str | None
    palette: str | None
    seq: int | None
    hash: bytes | None

    def viewer(self) -> Viewer:
        """The row as everybody below knows it."""
        return Viewer(
            Actor("patient", self.account_id),
            self.session_id,
            self.person_id,
            self.public_id,
            f"{self.preferred or self.given} {self.family}",
            self.language,
            self.time_zone,
            self.brand,
            Head.of(self.seq, self.hash),
            self.seen_at,
            self.stepped_up_at,
            self.palette,
        )


class WaitingRow(NamedTuple):
    """A session of an account that waits for its activation code: it opens no door of a patient's."""

    session_id: int
    account_id: int
    opened_at: datetime
    seen_at: datetime
    ended_at: datetime | None


class StaffRow(NamedTuple):
    """A staff session and the office that the URL names. `role` None: they have no place there."""

    session_id: int
    staff_member_id: int
    opened_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    stepped_up_at: datetime
    awaiting_code: bool
    given: str
    family: str
    language: str
    is_operator: bool
    state: str
    office_id: int | None
    office_public_id: UUID | None
    office_name: str | None
    time_zone: str | None
    role: str | None
    palette: str | None
    seq: int | None
    hash: bytes | None

    def viewer(self, *, operator_inside: bool = False) -> StaffViewer | None:
        """The row as everybody below knows it; None where this person has nothing to do in that office.

        `operator_inside`: whether the operator stands in the office or above all of them.
        """
        is_operator = self.is_operator and (self.office_id is not None) == operator_inside
        if not is_operator and self.role is None:
            return None
        role = Role(str(self.role)) if self.role else Role.OPERATOR
        return StaffViewer(
            Actor("staff", self.staff_member_id),
            self.session_id,
            f"{self.given} {self.family}",
            self.language,
            role,
            self.office_id,
            self.office_public_id,
            self.office_name,
            self.time_zone or "America/New_York",
            Head.of(self.seq, self.hash),
            self.seen_at,
            self.stepped_up_at,
            self.palette,
        )


class StaffAtChart(NamedTuple):
    """A staff session, the chart that the URL names (None: the office has none like that), and the end of its chain."""

    staff: StaffRow
    chart: OpenChart | None
    head: Head
    emergency_until: datetime | None


_SESSION = (SignInSession.opened_at, SignInSession.seen_at, SignInSession.ended_at, SignInSession.stepped_up_at)
_PATIENT = with_head(
    select(
        SignInSession.id,
        SignInSession.account_id,
        *_SESSION,
        SignInSession.awaiting_code,
        Person.id.label("person_id"),
        Person.public_id,
        Person.given,
        Person.family,
        Person.preferred,
        Person.language,
        Person.time_zone,
        brand_of(Person.id).label("brand"),
        palette_of(Person.id).label("palette"),
    )
    .select_from(SignInSession)
    .join(Account, Account.id == SignInSession.account_id)
    .join(Person, Person.id == Account.person_id)
    .where(SignInSession.token_hash == bindparam("token_hash"), Account.state == "active"),
    "person",
    Person.id,
)
_STAFF = with_head(
    select(
        SignInSession.id,
        SignInSession.staff_member_id,
        *_SESSION,
        SignInSession.awaiting_code,
        StaffMember.given,
        StaffMember.family,
        StaffMember.language,
        StaffMember.is_operator,
        StaffMember.state,
        Office.id.label("office_id"),
        Office.public_id,
        Office.name,
        Office.time_zone,
        Position.role,
        Office.palette,
    )
    .select_from(SignInSession)
    .join(StaffMember, StaffMember.id == SignInSession.staff_member_id)
    .outerjoin(Office, Office.public_id == bindparam("office", type_=Uuid()))
    .outerjoin(
        Position,
        and_(
            Position.office_id == Office.id,
            Position.staff_member_id == StaffMember.id,
            Position.ended_at.is_(None),
        ),
    )
    .where(SignInSession.token_hash == bindparam("token_hash"), StaffMember.state == "active"),
    "staff",
    StaffMember.id,
)

_STAFF_AT_CHART = with_head(
    _STAFF.add_columns(
        *(column.label(f"chart_{column.key}") for column in OPEN_CHART),
        emergency.lasts_until(Chart.id, StaffMember.id).label("emergency_until"),
    )
    .outerjoin(Chart, and_(Chart.public_id == bindparam("chart", type_=Uuid()), Chart.office_id == Office.id))
    .outerjoin(KEPT, KEPT.id == Chart.merged_into_id),
    "person",
    Chart.person_id,
)


_WAITING = (
    select(
        SignInSession.id,
        SignInSession.account_id,
        SignInSession.opened_at,
        SignInSession.seen_at,
        SignInSession.ended_at,
    )
    .join(Account, Account.id == SignInSession.account_id)
    .where(SignInSession.token_hash == bindparam("token_hash"), Account.state == "waiting")
)


def waiting_of(token_hash: bytes) -> WaitingRow | None:
    """The session of a token, where its account waits for its activation code."""
    return database.read_one(WaitingRow, _WAITING, token_hash=token_hash)


def patient_of(token_hash: bytes) -> PatientRow | None:
    """The patient's session of a token, ended or not; None where there is none."""
    return database.read_one(PatientRow, _PATIENT, token_hash=token_hash)


def staff_of(token_hash: bytes, office: UUID | None) -> StaffRow | None:
    """The staff session of a token, ended or not, in the office of the URL (None: above all offices)."""
    return database.read_one(StaffRow, _STAFF, token_hash=token_hash, office=office)


def staff_at_chart(token_hash: bytes, office: UUID | None, chart: UUID) -> StaffAtChart | None:
    """As `staff_of`, with a chart of that office."""
    row = database.read_one(Flat, _STAFF_AT_CHART, token_hash=token_hash, office=office, chart=chart)
    if row is None:
        return None
    end = len(StaffRow._fields)
    *columns, emergency_until, seq, hashed = row[end:]
    opened = opened_from(columns) if columns[0] is not None else None
    return StaffAtChart(StaffRow._make(row[:end]), opened, Head.of(seq, hashed), emergency_until)
