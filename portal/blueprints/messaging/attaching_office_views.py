"""Files at the office: with an answer, and out of a conversation."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, url_for

from portal.blueprints.messaging import attaching as files
from portal.blueprints.messaging import office_views
from portal.blueprints.messaging.forms import MessageForm
from portal.blueprints.messaging.saved_forms import AnswerForm
from portal.domain.charts.actions import note_look
from portal.domain.messaging import attaching, drafts, office_thread
from portal.kernel import clock
from portal.web import once, uploads
from portal.web.access import staff
from portal.web.hypermedia import go, wants_fragment
from portal.web.transaction import first

bp = Blueprint("messaging_files_office", __name__)
_PLACE = "/<uuid:conversation_id>"


@bp.get(f"{_PLACE}/<uuid:file_id>")
def open_file(conversation_id: UUID, file_id: UUID) -> Response:
    """To be saved. That it was opened is written down."""
    found = attaching.office_file_of(staff(), conversation_id, file_id)
    note_look(staff(), found.chart, found.person_id, found.head, "messaging")
    return uploads.served(found.file)


def _take(conversation_id: UUID) -> Response | None:
    form, found = AnswerForm(), office_thread.thread_of(staff(), conversation_id)
    person_id = attaching.person_of(staff(), conversation_id)
    if files.attach_one(form, staff().actor, drafts.place_of(conversation_id), person_id):
        return None
    if wants_fragment():
        return files.fragment(form, office_views.files_of(found))
    return office_views.show(found, form, 422)


@bp.post(_PLACE)
@uploads.takes_file
@once.exempt
@first(_take)
def add(conversation_id: UUID) -> Response:
    """It is on the draft of the answer by now; what is typed stays with it."""
    return _kept(conversation_id)


@bp.post(f"{_PLACE}/<uuid:file_id>/remove")
@uploads.takes_file
@once.exempt
@first(lambda conversation_id, file_id: office_views.attach(conversation_id))
def detach(conversation_id: UUID, file_id: UUID) -> Response:
    """Off it again."""
    uploads.let_go(attaching.detach(staff().actor, drafts.place_of(conversation_id), file_id))
    return _kept(conversation_id)


def _kept(conversation_id: UUID) -> Response:
    form, found = MessageForm(), office_thread.thread_of(staff(), conversation_id)
    drafts.keep(staff().actor, drafts.place_of(conversation_id), form.values("file"), clock.now())
    if wants_fragment():
        return files.fragment(form, office_views.files_of(found))
    return go(url_for("messaging_office.thread", conversation_id=conversation_id, _anchor="attachments"))
