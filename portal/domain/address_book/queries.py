from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, Select, String, Uuid, bindparam, cast, func, literal, null, select

from portal.domain.address_book.models import MODELS, Insurance, InsuranceCard, OwnProvider
from portal.domain.address_book.types import FACTS, Card, Entry, Kind, ProviderFacts
from portal.domain.connections.queries import CARE_ORDER, CARE_TEAM, CareProvider
from portal.domain.files.models import StoredFile
from portal.domain.viewer import Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing

#: Of how many sides of its card an insurance has pictures.
PICTURES = (
    select(func.count())
    .select_from(InsuranceCard)
    .where(InsuranceCard.insurance_id == Insurance.id)
    .correlate(Insurance)
    .scalar_subquery()
)


class _Row(tuple[Any, ...]):
    """A row as it comes: id, version, deleted_at, then the facts of its kind in order."""

    @classmethod
    def _make(cls, row: Any) -> _Row:
        return cls(row)

    def entry(self, kind: Kind) -> Entry:
        facts = FACTS[kind]
        cards = self[-1] if kind is Kind.INSURANCE else 0
        return Entry(self[0], self[1], self[2], facts._make(self[3 : 3 + len(facts._fields)]), cards)


def _of_person(kind: Kind) -> Select[Any]:
    model, facts = MODELS[kind], FACTS[kind]._fields
    columns = [getattr(model, name) for name in ("public_id", "version", "deleted_at", *facts)]
    if kind is Kind.INSURANCE:
        columns.append(PICTURES)
    return select(*columns).where(model.person_id == bindparam("person_id"))


_LIST = {kind: _of_person(kind).where(model.deleted_at.is_(None)).order_by(model.id) for kind, model in MODELS.items()}
_ONE = {kind: _of_person(kind).where(model.public_id == bindparam("public_id")) for kind, model in MODELS.items()}

#: An insurance, with a row for each picture of its card.
_PICTURED = (
    _ONE[Kind.INSURANCE]
    .outerjoin(InsuranceCard, InsuranceCard.insurance_id == Insurance.id)
    .outerjoin(StoredFile, StoredFile.id == InsuranceCard.file_id)
    .add_columns(InsuranceCard.side, StoredFile.public_id.label("file_id"), StoredFile.size, StoredFile.state)
)

#: For home: cards whose last day has passed. Columns kind, count, first_at (a date); values person_id, today.
SUMMARY = (
    select(
        literal("insurance_ended").label("kind"),
        func.count().label("count"),
        func.min(Insurance.good_until).label("first_at"),
    )
    .where(
        Insurance.person_id == bindparam("person_id"),
        Insurance.deleted_at.is_(None),
        Insurance.good_until < bindparam("today", type_=Date()),
    )
    .having(func.count() > 0)
)


_NOTHING = cast(null(), String)
#: The providers' page in one statement: the care team (no public_id), then what the person added, each in its order.
_PROVIDERS = (
    CARE_TEAM.with_only_columns(
        cast(null(), Uuid).label("public_id"),
        cast(null(), Integer).label("version"),
        *CARE_TEAM.selected_columns,
        literal(0).label("place"),
        *(column.label(f"by{number}") for number, column in enumerate(CARE_ORDER)),
    )
    .union_all(
        select(
            OwnProvider.public_id,
            OwnProvider.version,
            OwnProvider.name,
            _NOTHING,
            OwnProvider.specialty,
            OwnProvider.practice,
            OwnProvider.phone,
            OwnProvider.address,
            *[_NOTHING] * 4,
            cast(null(), Uuid),
            OwnProvider.id,
            *[_NOTHING] * 3,
        ).where(OwnProvider.person_id == bindparam("person_id"), OwnProvider.deleted_at.is_(None))
    )
    .order_by("place", "by0", "by1", "by2")
)


def providers_of(viewer: Viewer) -> tuple[list[CareProvider], list[Entry]]:
    """The providers who look after the person, by office; and those that the person added."""
    rows = database.read(_Row, _PROVIDERS, person_id=viewer.person_id)
    team = [CareProvider._make(row[2:13]) for row in rows if row[0] is None]
    return team, [_own(row) for row in rows if row[0] is not None]


def _own(row: _Row) -> Entry:
    name, _, specialty, practice, phone, address = row[2:8]
    return Entry(row[0], row[1], None, ProviderFacts(name, specialty, practice, phone, address))


def entries_of(viewer: Viewer, kind: Kind) -> list[Entry]:
    """The person's entries of a kind, in the order in which they were added."""
    return of_person(viewer.person_id, kind)


def of_person(person_id: int, kind: Kind) -> list[Entry]:
    """The same for who looks at nothing: the copy that a person asked for."""
    return [row.entry(kind) for row in database.read(_Row, _LIST[kind], person_id=person_id)]


def entry_of(viewer: Viewer, kind: Kind, entry_id: UUID) -> Entry:
    """One entry of the person, also a deleted one that can still be brought back.

    Raises:
        Missing: there is none, or it is somebody else's.
    """
    row = database.read_one(_Row, _ONE[kind], person_id=viewer.person_id, public_id=entry_id)
    if row is None:
        raise Missing
    return row.entry(kind)


def pictured(viewer: Viewer, entry_id: UUID) -> tuple[Entry, dict[str, Card]]:
    """One insurance of the person, as entry_of, and the pictures of its card by side.

    Raises:
        Missing: there is none, or it is somebody else's.
    """
    rows = database.read(_Row, _PICTURED, person_id=viewer.person_id, public_id=entry_id)
    if not rows:
        raise Missing
    width = len(Card._fields)
    cards = [Card._make(row[-width:]) for row in rows if row[-width]]
    return _Row(rows[0][:-width]).entry(Kind.INSURANCE), {card.side: card for card in cards}
