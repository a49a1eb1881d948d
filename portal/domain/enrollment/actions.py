from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.domain.audit.actions import append
from portal.domain.charts.models import Chart
from portal.domain.enrollment import activation, rules, runs
from portal.domain.enrollment.types import Invited
from portal.domain.outbox.actions import queue
from portal.domain.outbox.types import Addressee
from portal.domain.practices.models import Office, Provider
from portal.domain.viewer import StaffViewer
from portal.kernel import database
from portal.kernel.refusal import Missing, refuse_if


def invite(staff: StaffViewer, chart_id: UUID, channel: str, *, provider_id: UUID | None, now: datetime) -> Invited:
    """Invite the person of a chart by "email" or "letter"; an invitation that is still open is void from here on.

    `provider_id`: the provider who joins the care team. Gives back what the letter says, once.

    Raises:
        Missing: the viewer's office has no such chart or provider.
        Refused: `not_by_invitation`, `enrolled_before`, `chart_of_child`, `no_phone_on_file`, `no_email_on_file`,
            `wait`.
    """
    chart, office = _chart_for_update(staff, chart_id)
    refuse_if(
        rules.why_not_invite(
            runs.enrollee_of(chart, office, now),
            by_invitation=office.enrolls_by_invitation,
            email=chart.email,
            channel=channel,
        )
    )
    life = rules.life_of(office.code_days)
    made, plain = activation.make(
        channel=channel,
        lasts=life,
        now=now,
        office_id=office.id,
        chart_id=chart.id,
        provider_id=_provider(office, provider_id),
    )
    if channel == "email":
        queue(
            "invitation",
            to=Addressee(str(chart.email), chart.language, office.time_zone),
            about=made.public_id,
            office_id=office.id,
            lapses_at=made.expires_at,
            secret={"code": plain.code, "token": plain.token},
            days=life.days,
            office=office.name,
            phone=office.phone,
        )
    append(
        f"enrollment.invited.{channel}",
        chain=("person", chart.person_id) if chart.person_id else staff.subject,
        actor=staff.actor,
        office_id=office.id,
        about=chart.public_id,
    )
    return Invited(*plain, office.name, office.phone, made.expires_at)


def _chart_for_update(staff: StaffViewer, chart_id: UUID) -> tuple[Chart, Office]:
    """A chart of the viewer's office, held until the commit."""
    session = database.session()
    found = select(Chart).where(Chart.public_id == chart_id, Chart.office_id == staff.office_id)
    chart = session.scalar(found.with_for_update())
    if chart is None or chart.merged_into_id is not None:
        raise Missing
    return chart, session.get_one(Office, chart.office_id)


def _provider(office: Office, provider_id: UUID | None) -> int | None:
    if provider_id is None:
        return None
    found = select(Provider.id).filter_by(public_id=provider_id, office_id=office.id, ended_at=None)
    known = database.session().scalar(found)
    if known is None:
        raise Missing
    return known
