"""An office as its administrator sets it up, and who and what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID


class Section(StrEnum):
    """One thought of an office's settings, written as in its URL."""

    ABOUT = "about"
    ENROLLMENT = "enrollment"
    WELCOME = "welcome"
    MESSAGES = "messages"
    VISITS = "visits"
    PASSWORDS = "passwords"  # noqa: S105 (a word of a URL)
    LOOK = "look"


#: The columns of the office that each section sets.
SECTIONS: dict[Section, tuple[str, ...]] = {
    Section.ABOUT: ("name", "time_zone", "phone", "email", "line1", "city", "state", "postal_code"),
    Section.ENROLLMENT: (
        "enrolls_openly",
        "enrolls_by_invitation",
        "enrolls_in_person",
        "asks_postal_code",
        "phone_match",
        "code_days",
        "adult_age",
    ),
    Section.WELCOME: ("welcome", "welcome_es"),
    Section.MESSAGES: ("answer_days",),
    Section.VISITS: ("book_ahead_minutes", "cancel_notice_hours", "cancels_at_once"),
    Section.PASSWORDS: ("resets_by_email", "resets_by_sms", "resets_by_voice"),
    Section.LOOK: ("palette",),
}


class OfficeSettings(NamedTuple):
    """Everything that an office decides for itself; the fields are those of the model."""

    public_id: UUID
    name: str
    time_zone: str
    phone: str
    email: str
    line1: str | None
    city: str | None
    state: str | None
    postal_code: str | None
    palette: str
    enrolls_openly: bool
    enrolls_by_invitation: bool
    enrolls_in_person: bool
    asks_postal_code: bool
    phone_match: bool
    code_days: int
    adult_age: int
    welcome: str | None
    welcome_es: str | None
    resets_by_email: bool
    resets_by_sms: bool
    resets_by_voice: bool
    answer_days: int
    book_ahead_minutes: int
    cancel_notice_hours: int
    cancels_at_once: bool

    def of(self, section: Section) -> dict[str, Any]:
        """What one section sets."""
        return {name: getattr(self, name) for name in SECTIONS[section]}

    @property
    def address(self) -> str:
        """Street, city, state and ZIP code in one line; empty while the street is not known."""
        return f"{self.line1}, {self.city}, {self.state} {self.postal_code}" if self.line1 else ""


class LocationFacts(NamedTuple):
    """A place where the office sees people. The phone is E.164."""

    name: str
    line1: str
    city: str
    state: str
    postal_code: str
    phone: str


class KeptLocation(NamedTuple):
    """A location as it is stored. `mark` stands for its facts in a form that is open; `ended_at`: taken off then."""

    id: UUID
    facts: LocationFacts
    mark: str
    ended_at: datetime | None


class Participation(NamedTuple):
    """What a provider takes part in here (ENR-7)."""

    takes_messages: bool
    takes_appointments: bool
    takes_documents: bool
    takes_payments: bool


class ProviderFacts(NamedTuple):
    """A clinician. `location` is the outer id of where they work."""

    given: str
    family: str
    credentials: str
    specialty: str
    location: UUID
    takes_messages: bool
    takes_appointments: bool
    takes_documents: bool
    takes_payments: bool

    @property
    def participation(self) -> Participation:
        """The four switches."""
        return Participation(*self[5:])


class KeptProvider(NamedTuple):
    """A provider as they are stored, with the name of their location. `…ended_at`: they, or it, were taken off then."""

    id: UUID
    facts: ProviderFacts
    location_name: str
    mark: str
    ended_at: datetime | None
    location_ended_at: datetime | None

    @property
    def name(self) -> str:
        """Imogen Alderquist, MD."""
        return f"{self.facts.given} {self.facts.family}, {self.facts.credentials}"


class Colleague(NamedTuple):
    """Somebody who works in the office, or did (`ended_at`). `staff_member_id` is inner and never shown."""

    public_id: UUID
    staff_member_id: int
    given: str
    family: str
    username: str
    email: str
    role: str
    ended_at: datetime | None


class Invited(NamedTuple):
    """An invitation that waits, or was never taken."""

    public_id: UUID
    given: str
    family: str
    email: str
    role: str
    sent_at: datetime
    expires_at: datetime


class Invitee(NamedTuple):
    """Whom to invite, and as what. `language`: that of the email."""

    given: str
    family: str
    email: str
    role: str
    language: str


class NewOffice(NamedTuple):
    """What is known of an office before anybody works there. `time_zone` as IANA writes it, the phone in E.164."""

    name: str
    time_zone: str
    phone: str
    email: str


class Opened(NamedTuple):
    """An invitation as the one who holds its link sees it. `chosen`: the username that they set up so far."""

    public_id: UUID
    office: str
    phone: str
    role: str
    given: str
    family: str
    email: str
    state: str
    expires_at: datetime
    chosen: str | None


class OfficeLine(NamedTuple):
    """An office in the operator's list. `administrators` work there, `waiting` were invited as such."""

    public_id: UUID
    name: str
    phone: str
    city: str | None
    state: str | None
    administrators: int
    waiting: int


class PublicOffice(NamedTuple):
    """An office in the public list."""

    public_id: UUID
    name: str
    phone: str
    city: str | None
    state: str | None


class Policy(NamedTuple):
    """How an office has set this up: what everybody may know."""

    office: OfficeSettings
    providers: list[KeptProvider]


Values = Mapping[str, Any]
