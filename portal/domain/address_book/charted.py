"""What an office sees of the Address Books of the people who are connected with it: insurance that is not deleted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, select

from portal.domain.address_book.models import Insurance, InsuranceCard
from portal.domain.address_book.types import Card, InsuranceFacts, Plan
from portal.domain.charts.types import OpenChart
from portal.domain.connections.models import Connection
from portal.domain.files.models import StoredFile
from portal.domain.files.queries import FILE
from portal.domain.files.types import FileRow
from portal.domain.viewer import StaffViewer
from portal.kernel import database
from portal.kernel.refusal import Missing
from portal.kernel.rows import Flat


def _of_chart(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Connection)
        .join(Insurance, and_(Insurance.person_id == Connection.person_id, Insurance.deleted_at.is_(None)))
        .where(
            Connection.office_id == bindparam("office_id"),
            Connection.chart_id == bindparam("chart_id"),
            Connection.ended_at.is_(None),
        )
    )


_PLANS = (
    _of_chart(
        Insurance.public_id,
        InsuranceCard.side,
        StoredFile.public_id.label("file_id"),
        StoredFile.size,
        StoredFile.state,
        *(getattr(Insurance, name) for name in InsuranceFacts._fields),
    )
    .outerjoin(InsuranceCard, InsuranceCard.insurance_id == Insurance.id)
    .outerjoin(StoredFile, StoredFile.id == InsuranceCard.file_id)
    .order_by(Insurance.id, InsuranceCard.side.desc())
)
_FILE = (
    _of_chart(*FILE)
    .join(InsuranceCard, InsuranceCard.insurance_id == Insurance.id)
    .join(StoredFile, StoredFile.id == InsuranceCard.file_id)
    .where(StoredFile.public_id == bindparam("public_id"))
)


def insurance_of(viewer: StaffViewer, chart: OpenChart) -> list[Plan]:
    """The insurance of the chart's person, as they keep it themselves, with the pictures of its cards."""
    plans: dict[UUID, Plan] = {}
    for key, side, file_id, size, state, *facts in database.read(
        Flat, _PLANS, office_id=viewer.office_id, chart_id=chart.id
    ):
        plan = plans.setdefault(key, Plan(InsuranceFacts._make(facts), []))
        if side:
            plan.cards.append(Card(side, file_id, size, state))
    return list(plans.values())


def file_of(viewer: StaffViewer, chart: OpenChart, file_id: UUID) -> FileRow:
    """A picture of a card of the chart's person.

    Raises:
        Missing: there is none, or it is somebody else's.
    """
    values = {"office_id": viewer.office_id, "chart_id": chart.id, "public_id": file_id}
    found = database.read_one(FileRow, _FILE, **values)
    if found is None:
        raise Missing
    return found
