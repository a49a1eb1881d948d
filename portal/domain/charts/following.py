"""What goes along when one chart takes the place of another. Features stand above charts, so each says it here.

    follows("visit", Appointment)

`model` has the columns `office_id` and `chart_id` and an inner `id`; `kind` (12 signs at most) is how charts.MovedLink
calls its rows for good, so that a merge can be undone. What came to the kept chart later stays with it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal.domain.charts.models import ChartMerge, MovedLink
from portal.kernel import database

_models: dict[str, type[Any]] = {}


def follows(kind: str, model: type[Any]) -> None:
    """Rows of this model belong to a chart, and go to the one that stays."""
    _models[kind] = model


def move(done: ChartMerge) -> None:
    """Give the chart that stays what belongs to the one that goes, and remember which rows those were."""
    session = database.session()
    for kind, model in _models.items():
        theirs = select(model).where(model.office_id == done.office_id, model.chart_id == done.merged_id)
        for row in session.scalars(theirs.with_for_update()):
            row.chart_id = done.kept_id
            session.add(MovedLink(merge_id=done.id, kind=kind, link_id=row.id))


def row_of(link: MovedLink) -> Any | None:
    """The row that a link of this sort stands for; None where there is none any more, or it is of another sort."""
    model = _models.get(link.kind)
    return database.session().get(model, link.link_id) if model else None
