"""Beginning an enrollment, in a browser or at a kiosk, and leaving it. Each holder has one; a new one takes its place.

`holder` everywhere: the SHA-256 of a token that only this browser or kiosk has (kernel.secrets.token_hash). Until
enrollment.finishing is done nothing exists outside the run's own row, and that row goes with its time.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select

from portal.domain.audit.actions import append
from portal.domain.charts.models import Chart
from portal.domain.connections.models import Connection
from portal.domain.enrollment import activation, queries, rules
from portal.domain.enrollment.models import ActivationCode, EnrollmentRun
from portal.domain.enrollment.types import About, Code, Enrollee, Run, Way
from portal.domain.practices.models import Office
from portal.domain.sign_in import throttles
from portal.domain.viewer import StaffViewer
from portal.kernel import clock, database
from portal.kernel.refusal import Missing, Refusal, refuse_if


def begin_with_code(code: str, *, holder: bytes, source: str, now: datetime, account_id: int | None = None) -> None:
    """Begin with a typed activation code. `account_id`: who is signed in there, and takes an office's invitation.

    Raises:
        Refused: activation.typed.
    """
    _begin(activation.typed(code, source=source, now=now), holder, now, account_id)


def begin_with_link(token: str, *, holder: bytes, now: datetime, account_id: int | None = None) -> None:
    """Begin with the token of a link or QR.

    Raises:
        Refused: activation.linked.
    """
    _begin(activation.linked(token, now), holder, now, account_id)


def begin_in_person(
    staff: StaffViewer, chart: Chart, *, holder: bytes, evidence: str, now: datetime, provider_id: int | None = None
) -> None:
    """Send the enrollment of a chart of the viewer's office to a kiosk, after its person's papers were checked.

    `holder`: of the kiosk. `evidence`: a code for the paper (at most 24 letters). It must begin within ten minutes
    (steps.arrive), and is kept to that kiosk and that chart.

    Raises:
        Missing: it is another office's chart.
        Refused: `not_in_person`, `enrolled_before`, `chart_of_child`, `no_phone_on_file`.
    """
    if staff.office_id is None or chart.office_id != staff.office_id:
        raise Missing
    office = database.session().get_one(Office, chart.office_id)
    refuse_if(rules.why_not_in_person(enrollee_of(chart, office, now), in_person=office.enrolls_in_person))
    _put(
        holder,
        way=Way.IN_PERSON,
        door="kiosk",
        office_id=chart.office_id,
        chart_id=chart.id,
        provider_id=provider_id,
        staff_member_id=staff.actor.id,
        evidence=evidence,
        begun_at=now,
        expires_at=now + rules.KIOSK_BEGINS,
    )
    append(
        f"enrollment.begun.{evidence}",
        chain=("person", chart.person_id) if chart.person_id else staff.subject,
        actor=staff.actor,
        office_id=chart.office_id,
        about=chart.public_id,
        section="enrollment",
    )


def enrollee_of(chart: Chart, office: Office, now: datetime) -> Enrollee:
    """The person of a chart of that office, as rules ask about them."""
    today = clock.day_of(now, office.time_zone)
    return Enrollee(is_connected(chart.id), chart.phone_on_file, chart.birth_date, office.adult_age, today)


def begin_openly(about: About, *, holder: bytes, source: str, today: date, now: datetime) -> None:
    """Begin a registration by oneself.

    Raises:
        Refused: `not_open` (no office takes people so), `adults_only` with `age`, `birth_date_impossible`, `wait`.
    """
    opens = queries.openness()
    refuse_if(rules.why_not_register(about.birth_date, today, opens.adult_age) if opens else Refusal("not_open"))
    refuse_if(throttles.take_a_try([(f"register:{source}", rules.REGISTRATIONS)], now))
    _put(holder, way=Way.OPEN, door="web", begun_at=now, expires_at=now + rules.WEB_LASTS, **about._asdict())


def join_with(holder: bytes, account_id: int, now: datetime) -> None:
    """Somebody signed in meanwhile: the invitation under way goes to the account that they have."""
    run = held(holder, now)
    if run.way == Way.INVITED and run.finished_at is None:
        run.way, run.account_id, run.known_at, run.phone_proven_at = Way.JOINING, account_id, None, None
        run.username = run.username_key = run.password_hash = None


def drop(holder: bytes) -> None:
    """ "Start over", and the wipe of a kiosk: nothing of it is left."""
    database.session().execute(delete(EnrollmentRun).where(EnrollmentRun.holder == holder))


def restart(holder: bytes, now: datetime) -> None:
    """ "Start over" at a kiosk: as when staff had just sent it there; nothing that was typed or proven is left.

    Raises:
        Missing: nothing is under way.
    """
    run = held(holder, now)
    if run.finished_at is not None:
        raise Missing
    run.known_at = run.phone_asked = run.phone_proven_at = run.other_phone = None
    run.email = run.email_asked_at = run.email_proven_at = None
    run.username = run.username_key = run.password_hash = run.awaited_account_id = None
    if run.way == Way.JOINING:
        run.way, run.account_id = Way.IN_PERSON.value, None
    run.begun_at, run.expires_at = now, now + rules.KIOSK_BEGINS


def present(holder: bytes, now: datetime) -> Run:
    """What is under way.

    Raises:
        Missing: nothing, or its time is over.
    """
    found = queries.run_of(holder, now)
    if found is None:
        raise Missing
    return found


def held(holder: bytes, now: datetime) -> EnrollmentRun:
    """The row itself, held until the commit.

    Raises:
        Missing: there is none, or its time is over.
    """
    found = select(EnrollmentRun).where(EnrollmentRun.holder == holder, EnrollmentRun.expires_at > now)
    row = database.session().scalar(found.with_for_update(), execution_options={"populate_existing": True})
    if row is None:
        raise Missing
    return row


def is_connected(chart_id: int) -> bool:
    """Whether somebody's account is bound to a chart."""
    found = select(Connection.id).where(Connection.chart_id == chart_id, Connection.ended_at.is_(None))
    return database.session().scalar(found) is not None


def _begin(code: Code, holder: bytes, now: datetime, account_id: int | None) -> None:
    row = database.session().get_one(ActivationCode, code.id)
    way = Way.ACTIVATING if code.account_id else Way.JOINING if account_id else Way.INVITED
    _put(
        holder,
        way=way,
        door="web",
        office_id=row.office_id,
        chart_id=row.chart_id,
        code_id=row.id,
        account_id=row.account_id or account_id,
        provider_id=row.provider_id,
        begun_at=now,
        expires_at=now + rules.WEB_LASTS,
    )


def _put(holder: bytes, **values: Any) -> None:
    drop(holder)
    database.session().add(EnrollmentRun(holder=holder, **values))
    database.session().flush()
