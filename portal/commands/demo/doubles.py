"""People with two charts: a pair in each office that waits to be merged, and one that was, with the history of both."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import select

from portal.commands.demo.world import World
from portal.domain.charts.models import Chart, ChartChange, ChartMerge
from portal.domain.charts.types import Demographics
from portal.kernel import database


class _Double(NamedTuple):
    """Whose chart is there twice, how the second one is written, who did it, and whether it was merged."""

    office: str
    number: str
    given: str
    family: str
    author: str
    is_merged: bool


_DOUBLES = (
    _Double("L", "L-2000", "Clementine", "Ashgrave", "tamsin", False),
    _Double("L", "L-2003", "Percy", "Inkwell", "adeline", True),
    _Double("R", "R-2001", "Evaristo", "Campo Alto", "paloma", False),
    _Double("R", "R-2002", "Lysander", "Wickham", "sabine", True),
)


def add(world: World) -> None:
    """The second charts, a month old, and what became of them."""
    for place, double in enumerate(_DOUBLES):
        kept = _chart(world, double)
        facts = {name: getattr(kept, name) for name in Demographics._fields}
        facts |= {"given": double.given, "family": double.family, "line1": None, "email": None}
        second = Chart(
            public_id=world.uuid(),
            office_id=kept.office_id,
            number=f"{double.office}-{4000 + place}",
            **facts,
        )
        world.keep(second)
        _note(world, double, second, 30, "created")
        if double.is_merged:
            _merge(world, double, kept, second)


def _chart(world: World, double: _Double) -> Chart:
    office = world.offices[double.office].id
    return database.session().scalars(select(Chart).filter_by(office_id=office, number=double.number)).one()


def _merge(world: World, double: _Double, kept: Chart, second: Chart) -> None:
    world.keep(
        ChartMerge(
            public_id=world.uuid(),
            office_id=kept.office_id,
            kept_id=kept.id,
            merged_id=second.id,
            staff_member_id=world.staff[double.author].id,
            at=world.now - timedelta(days=9),
        )
    )
    second.merged_into_id = kept.id
    _note(world, double, kept, 12, "phone_on_file", None, kept.phone_on_file)
    _note(world, double, kept, 9, "merged", None, second.number)
    _note(world, double, second, 9, "merged_away", None, kept.number)


def _note(
    world: World,
    double: _Double,
    chart: Chart,
    days: int,
    field: str,
    before: str | None = None,
    after: str | None = None,
) -> None:
    world.keep(
        ChartChange(
            office_id=chart.office_id,
            chart_id=chart.id,
            staff_member_id=world.staff[double.author].id,
            at=world.now - timedelta(days=days),
            version=chart.version,
            field=field,
            before=before,
            after=after,
        )
    )
