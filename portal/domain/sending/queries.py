from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Boolean, Date, Integer, LargeBinary, String, Uuid, cast, literal, null, select, union_all

from portal.domain.appointments.closed_days import CLOSED_FOR_PERSON, HOURS_FOR_PERSON
from portal.domain.appointments.working_hours import week_of
from portal.domain.messaging import attached, rules
from portal.domain.messaging.attached_types import Attached, unpacked
from portal.domain.messaging.drafts import NEW, OWN
from portal.domain.messaging.models import Draft
from portal.domain.messaging.recipients import RECIPIENTS, sorted_recipients
from portal.domain.messaging.types import ClosedDays, OpenHours, Recipient, Week
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
    "weekday": Integer(),
    "opens": Integer(),
    "closes": Integer(),
}


def _columns(**filled: Any) -> list[Any]:
    """One shape for both sorts of rows; what is not filled is an empty value of its type (PostgreSQL wants to know)."""
    return [filled.get(name, cast(null(), kind)).label(name) for name, kind in _TYPES.items()]


_reached = [one.subquery() for one in RECIPIENTS]
_closed, _hours = CLOSED_FOR_PERSON.subquery(), HOURS_FOR_PERSON.subquery()
_PLACES = (
    *(select(literal("recipient").label("kind"), *_columns(**dict(one.c.items()))) for one in _reached),
    select(literal("closed"), *_columns(**dict(_closed.c.items()))),
    select(literal("hours"), *_columns(**dict(_hours.c.items()))),
)
#: What they have typed for a conversation that is not begun; beside the ways, for both stand on one page.
_DRAFT = select(Draft.content, Draft.saved_at).where(OWN).subquery()
_WAYS = union_all(
    *_PLACES,
    select(literal("draft"), *_columns(content=_DRAFT.c.content, saved_at=_DRAFT.c.saved_at)),
    select(literal("files"), *_columns(name=attached.of_draft())),
)
_WIDTH = len(Recipient._fields)
#: A day in any zone is over a day later everywhere.
_A_DAY = timedelta(days=1)


class Ways(NamedTuple):
    """Whom somebody may write to, or would if they took messages; when those offices work, and days when not.

    `draft`: what they have typed before (sealed), at `draft_at`; `attached`: files that are to go with it.
    """

    recipients: list[Recipient]
    closed: list[ClosedDays]
    hours: list[OpenHours]
    draft: bytes | None
    draft_at: datetime | None
    attached: tuple[Attached, ...]

    def closed_at(self, office: Any) -> list[ClosedDays]:
        """The closed days of one office (outer id)."""
        return [days for days in self.closed if days.office == office]

    def week_at(self, office: Any) -> Week:
        """When one office (outer id) works."""
        return week_of(one[1:] for one in self.hours if one.office == office)

    def due_at(self, recipient: Recipient, now: datetime) -> datetime:
        """By when the office of a recipient answers what is written now."""
        zone = ZoneInfo(recipient.zone)
        office, days = recipient.office, recipient.answer_days
        return rules.due_at(now, days, self.closed_at(office), zone, self.week_at(office))

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
    hours = [OpenHours(row[7], *row[16:19]) for row in rows if row[0] == "hours"]
    content, saved_at = next(((row[14], row[15]) for row in rows if row[0] == "draft"), (None, None))
    files = next((row[5] for row in rows if row[0] == "files"), None)
    return Ways(sorted_recipients(found), closed, hours, content, saved_at, unpacked(files))
