from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.domain.announcements import queries, rules
from portal.domain.announcements.models import Announcement, Dismissal
from portal.domain.announcements.types import Draft, State
from portal.domain.audit.actions import record
from portal.domain.viewer import Anybody, StaffViewer
from portal.kernel import database
from portal.kernel.refusal import Missing, Stale, refuse_if


def publish(viewer: StaffViewer, draft: Draft, *, now: datetime) -> None:
    """Put an announcement up for the viewer's office, or for all offices when the operator writes it.

    Raises:
        Refused: not theirs to write, or nobody could ever see it.
    """
    _refuse(viewer, draft, now)
    row = Announcement(office_id=viewer.office_id, author_id=viewer.actor.id, **_stored(draft))
    database.session().add(row)
    database.session().flush()
    record("announcement.published", by=viewer, about=row.public_id, section="announcements")


def change(viewer: StaffViewer, public_id: UUID, draft: Draft, *, version: int, now: datetime) -> None:
    """Replace the words, the readers or the time of an announcement.

    Raises:
        Refused: as `publish`, or it has ended.
        Stale: somebody saved it since `version`; `theirs` is what stands there.
        Missing: it is not there, or another office's.
    """
    row = _for_update(viewer, public_id)
    if row.version != version:
        raise Stale(queries.written_one(viewer, public_id))
    _refuse(viewer, draft, now)
    refuse_if(rules.why_not_edit(row.ends_at, now))
    for name, value in _stored(draft).items():
        setattr(row, name, value)
    record("announcement.changed", by=viewer, about=public_id, section="announcements")


def end_now(viewer: StaffViewer, public_id: UUID, *, now: datetime) -> None:
    """Take an announcement away from everybody. One that nobody has seen yet leaves nothing behind but its audit lines.

    Raises:
        Refused: not theirs to end, or over already.
        Missing: it is not there, or another office's.
    """
    row = _for_update(viewer, public_id)
    refuse_if(rules.why_not_write(viewer.role, viewer.office_id))
    refuse_if(rules.why_not_end(row.ends_at, now))
    if rules.state_of(row.starts_at, row.ends_at, now) is State.PLANNED:
        database.session().delete(row)
        record("announcement.withdrawn", by=viewer, about=public_id, section="announcements")
    else:
        row.ends_at = now
        record("announcement.ended", by=viewer, about=public_id, section="announcements")


def close(viewer: Anybody, public_id: UUID, *, now: datetime) -> None:
    """The X: this reader never sees that banner again. Closing twice is fine.

    Raises:
        Missing: it is not for them.
    """
    found = queries.closable_of(viewer, public_id, now)
    if found.is_closed:
        return
    try:
        with database.session().begin_nested():
            database.session().add(Dismissal(announcement_id=found.id, at=now, **queries.reader(viewer)))
    except IntegrityError:  # the other click was faster
        return
    record("announcement.closed", by=viewer, about=public_id, section="announcements")


def _refuse(viewer: StaffViewer, draft: Draft, now: datetime) -> None:
    refuse_if(rules.why_not_write(viewer.role, viewer.office_id, draft.audience))
    refuse_if(rules.why_not_run(draft.starts_at, draft.ends_at, now))


def _stored(draft: Draft) -> dict[str, object]:
    return {**draft._asdict(), "audience": str(draft.audience)}


def _for_update(viewer: StaffViewer, public_id: UUID) -> Announcement:
    row = database.session().scalar(
        select(Announcement)
        .where(Announcement.public_id == public_id, Announcement.office_id == viewer.office_id)
        .with_for_update()
    )
    if row is None:
        raise Missing
    return row
