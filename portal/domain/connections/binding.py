"""Chart and person belong together from here on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from portal.domain.charts.models import Chart
from portal.domain.connections.models import CareTeamMember, Connection
from portal.domain.practices.models import Provider
from portal.kernel import database
from portal.kernel.refusal import Refusal, Refused


def bind(chart: Chart, person_id: int, now: datetime, *, provider_id: int | None = None) -> None:
    """Connect a person to a chart of theirs, in the transaction under way; of two at once, the index lets one through.

    `provider_id`: who looks after them from now on; where nobody is named and nobody does yet, the office's only one.
    Who was taken off meanwhile looks after nobody new.

    Raises:
        Refused: `chart_of_another`: it is somebody else's, or another account is connected to it.
    """
    if chart.person_id not in (None, person_id):
        raise Refused(Refusal("chart_of_another"))
    session = database.session()
    chart.person_id = person_id
    try:
        with session.begin_nested():
            session.add(Connection(office_id=chart.office_id, chart_id=chart.id, person_id=person_id, since=now))
    except IntegrityError as error:
        raise Refused(Refusal("chart_of_another")) from error
    _join_care_team(chart, provider_id)


def _join_care_team(chart: Chart, provider_id: int | None) -> None:
    session = database.session()
    here = select(func.max(Provider.id)).where(Provider.office_id == chart.office_id, Provider.ended_at.is_(None))
    team = set(session.scalars(select(CareTeamMember.provider_id).where(CareTeamMember.chart_id == chart.id)))
    if provider_id is None and not team:
        provider_id = session.scalar(here.having(func.count() == 1))
    elif provider_id is not None:
        provider_id = session.scalar(here.where(Provider.id == provider_id))
    if provider_id is not None and provider_id not in team:
        session.add(CareTeamMember(office_id=chart.office_id, chart_id=chart.id, provider_id=provider_id))
