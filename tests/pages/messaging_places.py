"""Places of conversations, of patients and of the office, as in places.py: endpoint, roles, values, status."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from portal.domain.files.models import StoredFile
from portal.domain.messaging.models import Conversation, ReadMark, SavedReply
from portal.domain.practices.models import Office
from portal.kernel import database

_PATIENT = ("patient",)
_DESK = ("front_desk", "clinician", "administrator")
_OFFICE = {"office": "office"}
#: That a conversation was read is a statement more, where there was something new in it.
READ_NOW = {"messaging.thread", "messaging_office.thread"}
#: What opens one.
FILES = {"messaging_files.open_file", "messaging_files_office.open_file"}
_STATES = ("waiting", "answered", "closed")

MESSAGING: tuple[tuple[Any, ...], ...] = (
    ("messaging.inbox", ("patient", "patient of two offices", "patient who was declined"), {}),
    ("messaging.inbox", _PATIENT, {"provider": "clinician"}),
    ("messaging.inbox", _PATIENT, {"pool": "office"}),
    ("messaging.inbox", _PATIENT, {"before": "20200101T000000.000000Z"}),
    ("messaging.inbox", _PATIENT, {"archived": "1"}),
    ("messaging_search.find", _PATIENT, {}),
    ("messaging_search_office.find", _DESK, _OFFICE),
    ("messaging.write_new", ("patient", "patient of two offices", "patient who was declined"), {}),
    *(("messaging.thread", _PATIENT, {"conversation_id": f"{state} conversation"}) for state in _STATES),
    ("messaging.thread", _PATIENT, {"conversation_id": "answered conversation", "before": "2"}),
    *(("messaging_office.inbox", _DESK, _OFFICE | {"state": state}) for state in _STATES),
    *(("messaging_office.inbox", _DESK[:1], _OFFICE | {"whose": whose}) for whose in ("mine", "pool")),
    ("messaging_office.inbox", _DESK[:1], _OFFICE | {"whose": "provider", "provider": "clinician"}),
    *(("messaging_office.thread", _DESK, _OFFICE | {"conversation_id": f"{state} conversation"}) for state in _STATES),
    ("messaging.news", _PATIENT, {"conversation_id": "answered conversation"}),
    ("messaging_office.news", _DESK, _OFFICE | {"conversation_id": "waiting conversation"}),
    ("messaging_office.ask_whom", _DESK, _OFFICE | {"conversation_id": "waiting conversation"}),
    *((f"messaging_saved.{view}", _DESK, _OFFICE) for view in ("listing", "new")),
    *((f"messaging_saved.{view}", _DESK, _OFFICE | {"saved_id": "saved reply"}) for view in ("edit", "ask_to_delete")),
    ("messaging_files.open_file", _PATIENT, {"file_id": "file"}),
    (
        "messaging_files_office.open_file",
        _DESK,
        _OFFICE | {"conversation_id": "closed conversation", "file_id": "file"},
    ),
    ("charts.show_part", _DESK, _OFFICE | {"chart": "chart", "part": "messaging"}),
)


def name_conversations(named: dict[str, Any], session: Session, patient: int) -> None:
    """Those of the patient at the office, by how they stand."""
    office = session.scalars(select(Office.id).where(Office.public_id == named["office"])).one()
    theirs = select(Conversation).where(Conversation.office_id == office, Conversation.person_id == patient)
    for one in session.scalars(theirs.order_by(Conversation.id)):
        named.setdefault(f"{one.state} conversation", one.public_id)
    file = select(StoredFile.public_id).where(StoredFile.person_id == patient).order_by(StoredFile.id)
    named["file"] = session.scalars(file.where(StoredFile.kind == "pdf")).first()
    kept = select(SavedReply.public_id).where(SavedReply.office_id == office).order_by(SavedReply.id)
    named["saved reply"] = session.scalars(kept).first()
    named["read marks"] = [dict(row._mapping) for row in session.execute(select(ReadMark.__table__))]


def unread_again(named: dict[str, Any]) -> None:
    """As if nobody had looked at a conversation yet: what is new to somebody is so on a page and on its fragment."""
    with database.writing() as session:
        session.execute(delete(ReadMark))
        session.execute(insert(ReadMark), named["read marks"])
