from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from portal.domain.address_book.types import Kind
from portal.kernel.database import BIG, Base, key, outer_id


class _Entry:
    """What all entries share: whose it is, a version against lost updates, and a deletion that can be undone.

    `changed_at`: when it was added, changed, deleted or brought back last.
    """

    id: Mapped[int] = key()
    public_id: Mapped[UUID] = outer_id()
    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    version: Mapped[int]
    deleted_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.version}


class Insurance(_Entry, Base):
    """A plan that pays (FHIR Coverage): `kind` is what it covers."""

    __tablename__ = "insurance"
    __table_args__ = (
        CheckConstraint("kind in ('medical','vision','dental','drugs','other')", name="kind"),
        Index("ix_insurance_person_id", "person_id", "deleted_at"),
        Index("ix_insurance_deleted_at", "deleted_at"),
    )

    company: Mapped[str] = mapped_column(String(120))
    member_id: Mapped[str] = mapped_column(String(40))
    group_number: Mapped[str | None] = mapped_column(String(40))
    phone: Mapped[str | None] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(8))
    subscriber: Mapped[str | None] = mapped_column(String(160))
    good_until: Mapped[date | None]


class EmergencyContact(_Entry, Base):
    """Somebody to call (FHIR Patient.contact)."""

    __tablename__ = "emergency_contact"
    __table_args__ = (
        Index("ix_emergency_contact_person_id", "person_id", "deleted_at"),
        Index("ix_emergency_contact_deleted_at", "deleted_at"),
    )

    name: Mapped[str] = mapped_column(String(160))
    relationship: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str] = mapped_column(String(20))
    other_phone: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))


class OwnProvider(_Entry, Base):
    """A clinician outside this portal whom the person added for themselves."""

    __tablename__ = "own_provider"
    __table_args__ = (
        Index("ix_own_provider_person_id", "person_id", "deleted_at"),
        Index("ix_own_provider_deleted_at", "deleted_at"),
    )

    name: Mapped[str] = mapped_column(String(160))
    specialty: Mapped[str | None] = mapped_column(String(80))
    practice: Mapped[str | None] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(20))
    address: Mapped[str | None] = mapped_column(String(240))


class InsuranceCard(Base):
    """The picture of one side of an insurance card; there is one of each side."""

    __tablename__ = "insurance_card"
    __table_args__ = (CheckConstraint("side in ('front','back')", name="side"),)

    insurance_id: Mapped[int] = mapped_column(BIG, ForeignKey("insurance.id"), primary_key=True, autoincrement=False)
    side: Mapped[str] = mapped_column(String(5), primary_key=True)
    file_id: Mapped[int] = mapped_column(BIG, ForeignKey("stored_file.id"), unique=True)


EntryRow = Insurance | EmergencyContact | OwnProvider
MODELS: dict[Kind, type[Insurance] | type[EmergencyContact] | type[OwnProvider]] = {
    Kind.INSURANCE: Insurance,
    Kind.CONTACTS: EmergencyContact,
    Kind.PROVIDERS: OwnProvider,
}
