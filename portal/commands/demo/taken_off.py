"""A location that was closed, and a provider who retired: both can be put back. One chart still says who that was."""

from __future__ import annotations

from datetime import timedelta

from portal.commands.demo.world import World
from portal.domain.charts.models import Chart
from portal.domain.connections.models import CareTeamMember
from portal.domain.practices.models import Location, Provider
from portal.kernel import database


def add(world: World) -> None:
    """Both of the first office, since some weeks."""
    office, since = world.offices["L"], world.now - timedelta(weeks=6)
    depot = Location(
        public_id=world.uuid(),
        office_id=office.id,
        name="Depot Lane",
        line1="3 Depot Lane",
        city="Larkhaven",
        state="NY",
        postal_code="00101",
        phone="+13155550103",
        ended_at=since,
    )
    world.keep(depot)
    retired = Provider(
        public_id=world.uuid(),
        office_id=office.id,
        location_id=depot.id,
        given="Ephraim",
        family="Thornbury",
        credentials="MD",
        specialty="Family medicine",
        ended_at=since,
    )
    world.keep(retired)
    chart = database.session().query(Chart).filter_by(office_id=office.id).order_by(Chart.id).first()
    if chart is not None:
        world.keep(CareTeamMember(office_id=office.id, chart_id=chart.id, provider_id=retired.id))
