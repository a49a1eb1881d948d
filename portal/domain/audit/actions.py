from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from portal.domain.audit.models import AuditEntry, AuditSubject
from portal.domain.audit.queries import head_of
from portal.domain.audit.rules import LISTS, Entry, link, list_id
from portal.domain.viewer import Actor, Anybody, Head, StaffViewer
from portal.kernel import clock, database

_TRIES = 20
_APPEND = insert(AuditEntry)
#: SQLite knows these words too. A place that is taken spoils no transaction so, and no savepoint is needed.
_APPEND_UNLESS_TAKEN = (
    insert(AuditEntry)
    .values({name: bindparam(name) for name in Entry._fields})
    .on_conflict_do_nothing(index_elements=[AuditEntry.chain, AuditEntry.subject_id, AuditEntry.seq])
    .returning(AuditEntry.seq)
)
_APPEND_SUBJECTS = insert(AuditSubject)


def record(event: str, *, by: Anybody, about: UUID | None = None, section: str = "") -> None:
    """Write, in the transaction under way, what the viewer did to the record that they look at.

    Another writer may take the next place in the chain first; then the place after it is tried.
    """
    append(event, chain=by.subject, actor=by.actor, office_id=_office_of(by), about=about, section=section)


def append(
    event: str,
    *,
    chain: tuple[str, int],
    actor: Actor,
    office_id: int | None = None,
    about: UUID | None = None,
    section: str = "",
    at: datetime | None = None,
    head: Head | None = None,
) -> None:
    """As `record`, for deeds without a viewer yet (a sign-in) or about somebody else. `head` as in record_apart."""
    unlinked = _entry(event, chain, actor, office_id, about, section or event.split(".")[0], at)
    for _ in range(_TRIES):
        if database.write(_APPEND_UNLESS_TAKEN, **_linked(unlinked, head or head_of(*chain))._asdict()):
            return
        head = None
    raise database.Unavailable("the audit chain is too busy")


def append_by(run: database.Run, event: str, *, chain: tuple[str, int], actor: Actor, head: Head) -> None:
    """As `append`, among the statements of database.together_apart, all of which conflict where another was first."""
    run(_APPEND, **_linked(_entry(event, chain, actor, None, None, event.split(".")[0]), head)._asdict())


def record_list(event: str, *, by: Anybody, subjects: Mapping[UUID, int | None], section: str) -> None:
    """Write that somebody was shown a list: one link in their own chain, and a row for each whom the list showed.

    `event`: one of rules.LISTS. `subjects`: outer ids of charts, each with the inner id of its person where it has one.
    """
    assert event in LISTS, event
    now = clock.now()
    about = list_id(by.actor, now, subjects)
    append(event, chain=by.subject, actor=by.actor, office_id=_office_of(by), about=about, section=section, at=now)
    if subjects:
        rows = [{"about": about, "subject": one, "person_id": person} for one, person in subjects.items()]
        database.session().execute(_APPEND_SUBJECTS, rows)


def record_list_apart(event: str, *, by: StaffViewer, subjects: Mapping[UUID, int | None], section: str) -> None:
    """As `record_list`, outside any transaction and committed at once: a list is written down before it is sent.

    A list that shows nobody is not written down.
    """
    assert event in LISTS, event
    if not subjects:
        return
    now, head = clock.now(), by.chain
    about = list_id(by.actor, now, subjects)
    unlinked = _entry(event, by.subject, by.actor, by.office_id, about, section, now)
    rows = [{"about": about, "subject": one, "person_id": person} for one, person in subjects.items()]
    for _ in range(_TRIES):
        try:
            with database.apart() as session:
                session.execute(_APPEND, _linked(unlinked, head)._asdict())
                session.execute(_APPEND_SUBJECTS, rows)
            return
        except IntegrityError:
            head = head_of(*by.subject)
    raise database.Unavailable("the audit chain is too busy")


def record_apart(
    event: str,
    *,
    chain: tuple[str, int],
    actor: Actor,
    head: Head | None = None,
    office_id: int | None = None,
    about: UUID | None = None,
    section: str = "",
) -> None:
    """Write outside any transaction, committed at once: a view before its answer is sent, a denied access.

    `head` is the end of the chain as the caller last saw it; it saves a statement when nobody wrote meanwhile.
    """
    unlinked = _entry(event, chain, actor, office_id, about, section or event.split(".")[0])
    for _ in range(_TRIES):
        entry = _linked(unlinked, head or head_of(*chain))
        try:
            return database.write_apart(_APPEND, **entry._asdict())
        except database.Conflict:
            head = None
    raise database.Unavailable("the audit chain is too busy")


def _office_of(viewer: Anybody) -> int | None:
    return getattr(viewer, "office_id", None)


def _entry(
    event: str,
    chain: tuple[str, int],
    actor: Actor,
    office_id: int | None,
    about: UUID | None,
    section: str,
    at: datetime | None = None,
) -> Entry:
    return Entry(*chain, 0, at or clock.now(), *actor, office_id, event, section, about, b"")


def _linked(entry: Entry, head: Head) -> Entry:
    return link(entry._replace(seq=head.seq + 1), head.hash)
