"""What visits may be for, as an office offers it: the list, and the deeds of who keeps it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, delete, select

from portal.domain.appointments import rules
from portal.domain.appointments.models import OfferedReason, VisitReason
from portal.domain.audit.actions import record
from portal.domain.practices.models import Provider
from portal.domain.practices.rules import mark_of
from portal.domain.viewer import StaffViewer
from portal.kernel import database
from portal.kernel.refusal import Missing, Stale, refuse_if
from portal.kernel.rows import Flat


class ReasonFacts(NamedTuple):
    """A reason as it is typed; `providers` are the outer ids of those who see people for it, sorted."""

    name: str
    name_es: str | None
    minutes: int
    buffer_minutes: int
    at_once: bool
    by_video: bool
    providers: tuple[UUID, ...]


class KeptReason(NamedTuple):
    """A reason as it is stored. `ended_at`: not offered since then; what was booked for it stays."""

    id: UUID
    facts: ReasonFacts
    ended_at: datetime | None

    @property
    def mark(self) -> str:
        """What stands for the facts in a form that is open."""
        return mark_of(self.facts)


#: A row for each provider of each reason, in order; one row with nobody for a reason that nobody offers.
_REASONS = (
    select(
        VisitReason.public_id,
        *(getattr(VisitReason, name) for name in ReasonFacts._fields[:-1]),
        VisitReason.ended_at,
        Provider.public_id.label("provider"),
    )
    .outerjoin(OfferedReason, OfferedReason.reason_id == VisitReason.id)
    .outerjoin(Provider, and_(Provider.id == OfferedReason.provider_id, Provider.ended_at.is_(None)))
    .where(VisitReason.office_id == bindparam("office_id"))
    .order_by(VisitReason.name, VisitReason.id, Provider.public_id)
)
_REASON = _REASONS.where(VisitReason.public_id == bindparam("public_id"))


def reasons_of(viewer: StaffViewer) -> list[KeptReason]:
    """Everything that the viewer's office offers or offered, by name."""
    return _gathered(database.read(Flat, _REASONS, office_id=viewer.office_id or 0))


def reason_of(viewer: StaffViewer, reason_id: UUID) -> KeptReason:
    """One of them.

    Raises:
        Missing: it is not there, or another office's.
    """
    found = _gathered(database.read(Flat, _REASON, office_id=viewer.office_id or 0, public_id=reason_id))
    if not found:
        raise Missing
    return found[0]


def add_reason(viewer: StaffViewer, facts: ReasonFacts) -> UUID:
    """A further reason. Its outer id.

    Raises:
        Missing: a provider is not there, or another office's.
        Refused: visits can not be that long.
    """
    refuse_if(rules.why_not_offer_reason(facts.minutes, facts.buffer_minutes))
    row = VisitReason(office_id=viewer.office_id or 0, **_columns(facts))
    database.session().add(row)
    database.session().flush()
    _offer(row, facts.providers)
    _record(viewer, "visit_reason.added", row.public_id)
    return row.public_id


def change_reason(viewer: StaffViewer, reason_id: UUID, facts: ReasonFacts, *, mark: str) -> None:
    """Put new facts in place of those that the form was opened with. What is booked keeps its length.

    Raises:
        Missing: it is not there, or another office's; or a provider is not.
        Refused: visits can not be that long.
        Stale: somebody changed it meanwhile; `theirs` is the KeptReason.
    """
    row, kept = _for_update(viewer, reason_id), reason_of(viewer, reason_id)
    if kept.facts == facts:
        return
    if kept.mark != mark:
        raise Stale(kept)
    refuse_if(rules.why_not_offer_reason(facts.minutes, facts.buffer_minutes))
    for name, value in _columns(facts).items():
        setattr(row, name, value)
    _offer(row, facts.providers)
    _record(viewer, "visit_reason.changed", reason_id)


def end_reason(viewer: StaffViewer, reason_id: UUID, *, now: datetime) -> None:
    """Offer it no longer; what was booked for it stays. Twice is the same as once.

    Raises:
        Missing: it is not there, or another office's.
    """
    row = _for_update(viewer, reason_id)
    if row.ended_at is None:
        row.ended_at = now
        _record(viewer, "visit_reason.ended", reason_id)


def put_back(viewer: StaffViewer, reason_id: UUID) -> None:
    """Offer it again.

    Raises:
        Missing: it is not there, or another office's.
    """
    row = _for_update(viewer, reason_id)
    if row.ended_at is not None:
        row.ended_at = None
        _record(viewer, "visit_reason.put_back", reason_id)


def _gathered(rows: list[Flat]) -> list[KeptReason]:
    found: dict[UUID, KeptReason] = {}
    for public_id, *facts, ended_at, provider in rows:
        kept = found.get(public_id) or KeptReason(public_id, ReasonFacts._make((*facts, ())), ended_at)
        own = kept.facts.providers + ((provider,) if provider else ())
        found[public_id] = kept._replace(facts=kept.facts._replace(providers=tuple(sorted(own))))
    return list(found.values())


def _columns(facts: ReasonFacts) -> dict[str, Any]:
    return {name: value for name, value in facts._asdict().items() if name != "providers"}


def _offer(row: VisitReason, providers: tuple[UUID, ...]) -> None:
    session = database.session()
    mine = select(Provider.id).where(Provider.office_id == row.office_id, Provider.public_id.in_(providers))
    ids = set(session.scalars(mine)) if providers else set()
    if len(ids) != len(set(providers)):
        raise Missing
    session.execute(delete(OfferedReason).where(OfferedReason.reason_id == row.id))
    session.add_all(OfferedReason(office_id=row.office_id, reason_id=row.id, provider_id=one) for one in sorted(ids))
    session.flush()


def _for_update(viewer: StaffViewer, reason_id: UUID) -> VisitReason:
    mine = select(VisitReason).where(VisitReason.public_id == reason_id, VisitReason.office_id == viewer.office_id)
    row = database.session().scalar(mine.with_for_update())
    if row is None:
        raise Missing
    return row


def _record(viewer: StaffViewer, event: str, about: UUID) -> None:
    record(event, by=viewer, about=about, section="appointments")
