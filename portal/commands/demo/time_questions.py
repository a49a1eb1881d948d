"""Two people found no time and asked their office: one waits, the other one has an answer."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from portal.commands.demo.world import World
from portal.domain.appointments.models import OfferedReason
from portal.domain.appointments.question_models import TimeQuestion
from portal.domain.charts.models import Chart
from portal.domain.connections.models import Connection
from portal.kernel import database

_ASKED = (
    (
        "Marisol",
        "I work on weekdays until 4. Is there anything later in the day, or early in the morning?",
        False,
        None,
    ),
    (
        "Delphine",
        "My son is at school until 3. Could we come on a Wednesday?",
        True,
        "We have a time on Wednesday at 4.",
    ),
)


def add(world: World) -> None:
    """At the first office, with the first provider who sees people there."""
    office = world.offices["L"]
    session = database.session()
    offered = session.scalars(
        select(OfferedReason).where(OfferedReason.office_id == office.id).order_by(OfferedReason.provider_id)
    ).first()
    for place, (given, words, by_phone, answer) in enumerate(_ASKED):
        chart = session.scalar(
            select(Chart.id)
            .join(Connection, Connection.chart_id == Chart.id)
            .where(Chart.office_id == office.id, Chart.given == given, Connection.ended_at.is_(None))
            .limit(1)
        )
        if chart is None or offered is None:
            continue
        asked_at = world.now - timedelta(hours=20 + 30 * place)
        world.keep(
            TimeQuestion(
                public_id=world.uuid(),
                office_id=office.id,
                chart_id=chart,
                provider_id=offered.provider_id,
                reason_id=offered.reason_id,
                weekdays=31,
                part_of_day="any" if place == 0 else "afternoon",
                words=words,
                by_phone=by_phone,
                state="answered" if answer else "open",
                answer=answer,
                asked_at=asked_at,
                ended_at=asked_at + timedelta(hours=4) if answer else None,
            )
        )
