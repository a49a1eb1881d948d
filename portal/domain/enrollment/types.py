from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class Way(StrEnum):
    """How an enrollment came about.

    Invited: with the activation code of an office. In person: begun by staff at the counter. Open: by oneself.
    Joining: somebody with an account takes an office's invitation. Activating: the code of a waiting account.
    """

    INVITED = "invited"
    IN_PERSON = "in_person"
    OPEN = "open"
    JOINING = "joining"
    ACTIVATING = "activating"


class Step(StrEnum):
    """One page of an enrollment, in each way's own order (rules.STEPS)."""

    WHO = "who"
    EMAIL = "email"
    PHONE = "phone"
    LOGIN = "login"
    FINISH = "finish"


class State(StrEnum):
    """What became of an activation code."""

    MADE = "made"
    USED = "used"
    EXPIRED = "expired"
    REPLACED = "replaced"


class Code(NamedTuple):
    """An activation code as it is stored. What is of an office or chart is empty for a waiting account's code.

    `merged`: another chart took the place of its chart. `birth_date`: of the chart. The rest is the office's.
    """

    id: int
    office_id: int | None
    chart_id: int | None
    account_id: int | None
    secret_hash: str
    expires_at: datetime
    used_at: datetime | None
    replaced_at: datetime | None
    office: str | None
    office_phone: str | None
    by_invitation: bool | None
    merged: bool
    birth_date: date | None
    adult_age: int | None
    time_zone: str | None


class Enrollee(NamedTuple):
    """What decides whether the person of a chart can be enrolled. `connected`: somebody's account is bound to it.

    `today` as a calendar at the office shows it; people have an account of their own from `adult_age` on, in years.
    """

    connected: bool
    phone: str | None
    birth_date: date
    adult_age: int
    today: date


class Plain(NamedTuple):
    """A fresh activation code, in the only moment in which it is known: as it is typed, and as it stands in a link."""

    code: str
    token: str


class Invited(NamedTuple):
    """What a letter says of a fresh invitation: code and token as in Plain, whose it is, and until when it works."""

    code: str
    token: str
    office: str
    office_phone: str
    expires_at: datetime


class Run(NamedTuple):
    """One enrollment under way, as both doors (web and kiosk) need it. Names and numbers as the office has them.

    `phone` (E.164) is on file, `other_phone` was given at a kiosk in its place; both are shown by their ends alone.
    `phone_match`: whether the office refuses every other one. `has_account`: the chart's person has one already;
    `awaited_account_id`: whose second step is due at a kiosk. `email` is the proven or asked one;
    `email_on_file` what the office has. `username` is chosen, and nobody else's until this ends.
    """

    id: int
    public_id: UUID
    way: Way
    by: str
    begun_at: datetime
    expires_at: datetime
    known_at: datetime | None
    phone_proven_at: datetime | None
    phone_asked: str | None
    email: str | None
    email_asked_at: datetime | None
    email_proven_at: datetime | None
    username: str | None
    finished_at: datetime | None
    office_id: int | None
    office: str | None
    office_phone: str | None
    asks_postal_code: bool
    chart_id: int | None
    account_id: int | None
    given: str
    family: str
    birth_date: date
    phone: str | None
    postal_code: str | None
    email_on_file: str | None
    language: str
    time_zone: str | None
    persons_birth_date: date | None
    by_invitation: bool | None
    other_phone: str | None
    phone_match: bool | None
    awaited_account_id: int | None
    has_account: bool

    @property
    def called(self) -> str:
        """Where the code goes; empty where no phone is known."""
        return self.other_phone or self.phone or ""

    @property
    def phone_ends(self) -> str:
        """The last two digits of the phone on file; all that is ever shown of it."""
        return (self.phone or "")[-2:]

    @property
    def called_ends(self) -> str:
        """Those of the phone that the code goes to."""
        return self.called[-2:]

    @property
    def wants_postal_code(self) -> bool:
        """Whether that is asked: the office wants it and its chart could answer it."""
        return self.asks_postal_code and bool(self.postal_code)


class Joiner(NamedTuple):
    """Whose account a chart is to join: the account's state, and the birth date of its person."""

    state: str
    birth_date: date


class About(NamedTuple):
    """What somebody who registers by themselves says; `phone` E.164, `language` "en" or "es"."""

    given: str
    family: str
    birth_date: date
    email: str
    phone: str
    language: str


class Openness(NamedTuple):
    """From which age people register by themselves, and the zone (IANA) that they get until they choose one."""

    adult_age: int
    time_zone: str


class Invitation(NamedTuple):
    """An invitation as its office sees it. `number`: of the chart. `undelivered`: its email did not arrive."""

    public_id: UUID
    chart_id: UUID
    number: str
    channel: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    state: State
    undelivered: bool


class InvitingProvider(NamedTuple):
    """A provider of the office, and whether they are on the care team of the chart."""

    public_id: UUID
    name: str
    on_team: bool


class AtChart(NamedTuple):
    """Where a chart stands: may its office invite, whom, is somebody's account bound to it, and who could invite."""

    by_invitation: bool
    connected: bool
    adult_age: int
    invitations: list[Invitation]
    providers: list[InvitingProvider]

    @property
    def choices(self) -> list[InvitingProvider]:
        """The providers to choose from: none where the care team is known, or where there is only one."""
        known = len(self.providers) < 2 or any(one.on_team for one in self.providers)
        return [] if known else self.providers


class Waiting(NamedTuple):
    """An account that waits for its activation code, for whom knows its password."""

    account_id: int
    given: str
    email: str
    language: str
    time_zone: str


class Enrolled(NamedTuple):
    """What came of it: to say on the last page. `username` None where no account was made (joining)."""

    way: Way
    given: str
    username: str | None
    office: str | None
    account_id: int
