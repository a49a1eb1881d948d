from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Boolean, Date, Integer, LargeBinary, String, Uuid, cast, literal, null, select, union_all

from portal.domain.appointments.closed_days import CLOSED_FOR_PERSON
from portal.domain.messaging import rules
from portal.domain.messaging.drafts import NEW, OWN
from portal.domain.messaging.models import Draft
from portal.domain.messaging.recipients import RECIPIENTS, sorted_recipients
from portal.domain.messaging.types import ClosedDays, Recipient
from portal.domain.viewer import Viewer
from portal.kernel import database
from portal.kernel.database import Moment
from portal.kernel.rows import Flat

_TYPES: dict[str, Any] = {
    "key": Uuid(),
    "office_id": Integer(),
    "chart_id": Integer(),
    "provider_id": Integer(),
    "name": String(),
    "takes_messages": Boolean(),
    "office": Uuid(),
    "office_name": String(),
    "phone": String(),
    "zone": String(),
    "answer_days": Integer(),
    "from_day": Date(),
    "until_day": Date(),
    "content": LargeBinary(),
    "saved_at": Moment(),
}


def _columns(**filled: Any) -> list[Any]:
    """One shape for both sorts of rows; what is not filled is an empty value of its type (PostgreSQL wants to know)."""
    return [filled.get(name, cast(null(), kind)).label(name) for name, kind in _TYPES.items()]


_reached, _closed = [one.subquery() for one in RECIPIENTS], CLOSED_FOR_PERSON.subquery()
_PLACES = (
    *(select(literal("recipient").label("kind"), *_columns(**dict(one.c.items()))) for one in _reached),
    select(literal("closed"), *_columns(**dict(_closed.c.items()))),
)
#: What they have typed for a conversation that is not begun; beside the ways, for both stand on one page.
_DRAFT = select(Draft.content, Draft.saved_at).where(OWN).subquery()
_WAYS = union_all(*_PLACES, select(literal("draft"), *_columns(content=_DRAFT.c.content, saved_at=_DRAFT.c.saved_at)))
_WIDTH = len(Recipient._fields)
#: A day in any zone is over a day later everywhere.
_A_DAY = timedelta(days=1)


class Ways(NamedTuple):
    """Whom somebody may write to, or would if they took messages; and the days on which those offices are closed.

    `draft`: what they have typed before (sealed), at `draft_at`.
    """

    recipients: list[Recipient]
    closed: list[ClosedDays]
    draft: bytes | None
    draft_at: datetime | None

    def closed_at(self, office: Any) -> list[ClosedDays]:
        """The closed days of one office (outer id)."""
        return [days for days in self.closed if days.office == office]

    def due_at(self, recipient: Recipient, now: datetime) -> datetime:
        """By when the office of a recipient answers what is written now."""
        zone = ZoneInfo(recipient.zone)
        return rules.due_at(now, recipient.answer_days, self.closed_at(recipient.office), zone)

    def answer_days(self, now: datetime) -> list[tuple[Recipient, date]]:
        """For each office, by its pool: by which day it answers what is written now."""
        pools = (one for one in self.recipients if one.provider_id is None)
        return [(one, self.due_at(one, now).astimezone(ZoneInfo(one.zone)).date()) for one in pools]


def ways_of(viewer: Viewer, now: datetime) -> Ways:
    """Where the person's messages can go, by office and name."""
    own = {"own_kind": viewer.actor.kind, "reader_id": viewer.actor.id, "place": NEW}
    rows = database.read(Flat, _WAYS, person_id=viewer.person_id, today=now.date() - _A_DAY, **own)
    found = [Recipient(*row[1 : 1 + _WIDTH]) for row in rows if row[0] == "recipient"]
    closed = [ClosedDays(row[7], row[12], row[13]) for row in rows if row[0] == "closed"]
    draft = next(((row[14], row[15]) for row in rows if row[0] == "draft"), (None, None))
    return Ways(sorted_recipients(found), closed, *draft)
