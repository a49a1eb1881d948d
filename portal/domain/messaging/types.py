from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from portal.domain.messaging.attached_types import Attached, unpacked
from portal.domain.viewer import Head

#: When an office works: opening and closing as minutes of the local day, by weekday (0 is Monday).
Week = Mapping[int, tuple[int, int]]


class State(StrEnum):
    """How a conversation stands: the office is to answer, it did, or it is over."""

    WAITING = "waiting"
    ANSWERED = "answered"
    CLOSED = "closed"


class ClosedDays(NamedTuple):
    """Days on which an office (outer id) does not work, through `until_day`."""

    office: UUID
    from_day: date
    until_day: date


class OpenHours(NamedTuple):
    """When the providers of an office (outer id) see people on a weekday, from the first to the last."""

    office: UUID
    weekday: int
    opens: int
    closes: int


class Recipient(NamedTuple):
    """Whom a person may write to, or would: a provider who looks after them, or (no name) the pool of an office.

    `key` is how a form calls them: the outer id of the provider, or of the office for its pool.
    """

    key: UUID
    office_id: int
    chart_id: int
    provider_id: int | None
    name: str | None
    takes_messages: bool
    office: UUID
    office_name: str
    phone: str
    zone: str
    answer_days: int


class Tab(NamedTuple):
    """Somebody to choose the conversations of: a provider, or (no name) the pool of an office. `unread`: how many."""

    key: UUID
    name: str | None
    office_name: str
    unread: int


class Row(NamedTuple):
    """A conversation in a person's list; `with_name` None: the pool of the office."""

    public_id: UUID
    subject: str
    state: str
    at: datetime
    last_by: str
    snippet: str
    with_name: str | None
    office_name: str
    unread: int


class Said(NamedTuple):
    """A message in a thread. `name`: who of staff wrote it; None for the person."""

    number: int
    at: datetime
    by_kind: str
    by_role: str
    name: str | None
    body: str
    packed: str | None

    @property
    def files(self) -> tuple[Attached, ...]:
        """What goes with it."""
        return unpacked(self.packed)


class Thread(NamedTuple):
    """A conversation as its person reads it. `number`: through which message they have read it before, `unread` after.

    `read_at`: when somebody of the office first read the last thing that the person wrote. `draft`: sealed.
    `with_role`: of whom it waits for, without their name: who of staff takes care of it is the office's own affair.
    `said`: first to last, of the newest; `earlier`: before which number there are more, 0 where there are none.
    """

    id: int
    public_id: UUID
    version: int
    subject: str
    state: str
    due_at: datetime | None
    messages: int
    with_name: str | None
    takes_messages: bool
    with_role: str
    office: UUID
    office_name: str
    phone: str
    zone: str
    number: int
    unread: int
    read_at: datetime | None
    archived_at: datetime | None
    draft: bytes | None
    draft_at: datetime | None
    draft_files: str | None
    said: tuple[Said, ...]
    earlier: int

    @property
    def attached(self) -> tuple[Attached, ...]:
        """What is on the reader's draft."""
        return unpacked(self.draft_files)

    @property
    def mark(self) -> str:
        """Stands for what is shown: it is another one when there is something new to see."""
        return f"{self.messages}-{self.state}-{self.with_role}-{int(self.read_at is not None)}"


class OfficeRow(NamedTuple):
    """A conversation in the office's list."""

    public_id: UUID
    subject: str
    state: str
    at: datetime
    due_at: datetime | None
    last_by: str
    snippet: str
    provider: str | None
    assigned: str | None
    is_mine: bool
    chart: UUID
    person_id: int | None
    given: str
    family: str
    birth_date: date

    @property
    def name(self) -> str:
        """Oakhurst, Maribel."""
        return f"{self.family}, {self.given}"


class Event(NamedTuple):
    """What happened to a conversation beside its messages. `name`: who of staff did it; `to`: whom it was given to."""

    at: datetime
    deed: str
    name: str | None
    to: str | None


class Note(NamedTuple):
    """What somebody of staff (`name`) told the others about a conversation."""

    at: datetime
    name: str
    body: str


class Named(NamedTuple):
    """A saved reply to choose."""

    id: UUID
    name: str


class OfficeThread(NamedTuple):
    """A conversation as the office reads it. `read_at`: when its person read the last thing that the office wrote.

    `number`: through which message the viewer has read it before. `head`: the end of the person's audit chain.
    `said`, `earlier`: as in Thread; `events`: what else happened meanwhile, and all `notes` among staff, first to last.
    `saved`: replies that the office answers with again and again, by name.
    """

    id: int
    public_id: UUID
    version: int
    subject: str
    state: str
    due_at: datetime | None
    messages: int
    provider: str | None
    takes_messages: bool
    is_connected: bool
    assigned: str | None
    is_mine: bool
    chart: UUID
    chart_number: str
    person_id: int | None
    given: str
    family: str
    birth_date: date
    number: int
    read_at: datetime | None
    draft: bytes | None
    draft_at: datetime | None
    draft_files: str | None
    head: Head
    said: tuple[Said, ...]
    earlier: int
    events: tuple[Event, ...]
    notes: tuple[Note, ...]
    saved: tuple[Named, ...]

    @property
    def attached(self) -> tuple[Attached, ...]:
        """What is on the reader's draft."""
        return unpacked(self.draft_files)

    @property
    def mark(self) -> str:
        """As in Thread."""
        return f"{self.version}-{len(self.notes)}-{int(self.read_at is not None)}"

    @property
    def name(self) -> str:
        """Oakhurst, Maribel."""
        return f"{self.family}, {self.given}"


class Colleague(NamedTuple):
    """Somebody who may be given a conversation. `has_it`: they take care of it now."""

    public_id: UUID
    name: str
    role: str
    has_it: bool


class Charted(NamedTuple):
    """A conversation in the list of a chart."""

    public_id: UUID
    subject: str
    state: str
    at: datetime
    due_at: datetime | None
    provider: str | None
    assigned: str | None
