from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, bindparam, select, union

from portal.domain.charts.models import Chart
from portal.domain.copies import Part, Sheet, Whose
from portal.domain.enrollment.models import ActivationCode, EnrollmentRun
from portal.domain.practices.models import Office
from portal.kernel import database


class _Invitation(NamedTuple):
    office: str | None
    channel: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    replaced_at: datetime | None


class _Run(NamedTuple):
    office: str | None
    way: str
    door: str
    begun_at: datetime
    finished_at: datetime | None
    evidence: str | None


def _of_person(model: type[ActivationCode] | type[EnrollmentRun], names: tuple[str, ...]) -> CompoundSelect[Any]:
    """Rows of the person's charts and of their account, the office first; each by its own index."""
    found = select(Office.name.label("office"), *(getattr(model, name) for name in names)).select_from(model)
    theirs = found.outerjoin(Office, Office.id == model.office_id).where(model.account_id == bindparam("account_id"))
    charts = found.join(Office, Office.id == model.office_id).join(
        Chart, (Chart.office_id == model.office_id) & (Chart.id == model.chart_id)
    )
    both: CompoundSelect[Any] = union(theirs, charts.where(Chart.person_id == bindparam("person_id")))
    return both.order_by(next(name for name in names if name.endswith("_at")))


_INVITATIONS = _of_person(ActivationCode, _Invitation._fields[1:])
_RUNS = _of_person(EnrollmentRun, _Run._fields[1:])


def sheets(whose: Whose) -> Iterator[Sheet]:
    """Invitations and enrollments of the person. No codes; nor what was typed, for whoever tried may be another."""
    them = {"account_id": whose.account_id, "person_id": whose.person_id}
    invited = database.read(_Invitation, _INVITATIONS, **them)
    yield Sheet(
        "invitations",
        [
            {
                "office": one.office,
                "channel": one.channel,
                "made": one.made_at,
                "expires": one.expires_at,
                "used": one.used_at,
                "replaced": one.replaced_at,
            }
            for one in invited
        ],
    )
    begun = database.read(_Run, _RUNS, **them)
    yield Sheet(
        "enrollments",
        [
            {
                "office": one.office,
                "way": one.way,
                "door": one.door,
                "begun": one.begun_at,
                "finished": one.finished_at,
                "paper": one.evidence,
            }
            for one in begun
        ],
    )


PART = Part("enrollment", sheets)
