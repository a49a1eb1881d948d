"""A person's files: onto a message that they write, off it again, and out of a conversation."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, url_for

from portal.blueprints.messaging import attaching as files
from portal.blueprints.messaging import views
from portal.blueprints.messaging.forms import MessageForm, NewForm
from portal.domain.messaging import attaching, drafts, queries
from portal.domain.sending.queries import ways_of
from portal.kernel import clock
from portal.web import once, uploads
from portal.web.access import viewer
from portal.web.hypermedia import go, wants_fragment
from portal.web.transaction import first

bp = Blueprint("messaging_files", __name__)
_PLACE = "/<uuid:conversation_id>"


@bp.get("/<uuid:file_id>")
def open_file(file_id: UUID) -> Response:
    """To be saved."""
    return uploads.served(attaching.file_of(viewer(), file_id))


def _take_new() -> Response | None:
    form, who = NewForm(), viewer()
    if files.attach_one(form, who.actor, drafts.NEW, who.person_id):
        return None
    if wants_fragment():
        return files.fragment(form, views.files_of_new(ways_of(viewer(), clock.now())))
    return views.write(form, ways_of(who, clock.now()), 422)


@bp.post("/new")
@uploads.takes_file
@once.exempt
@first(_take_new)
def add_to_new() -> Response:
    """It is on the draft of a new conversation by now; what is typed stays with it."""
    return _kept(drafts.NEW, NewForm())


@bp.post("/new/<uuid:file_id>/remove")
@uploads.takes_file
@once.exempt
@first(lambda file_id: views.attach_to_new())
def detach_from_new(file_id: UUID) -> Response:
    """Off it again."""
    uploads.let_go(attaching.detach(viewer().actor, drafts.NEW, file_id))
    return _kept(drafts.NEW, NewForm())


def _take_reply(conversation_id: UUID) -> Response | None:
    form, who = MessageForm(), viewer()
    found = queries.thread_of(who, conversation_id)
    if files.attach_one(form, who.actor, drafts.place_of(conversation_id), who.person_id):
        return None
    return files.fragment(form, views.files_of(found)) if wants_fragment() else views.show(found, form, 422)


@bp.post(_PLACE)
@uploads.takes_file
@once.exempt
@first(_take_reply)
def add_to_reply(conversation_id: UUID) -> Response:
    """It is on the draft of a reply by now."""
    return _kept(drafts.place_of(conversation_id), MessageForm(), conversation_id)


@bp.post(f"{_PLACE}/<uuid:file_id>/remove")
@uploads.takes_file
@once.exempt
@first(lambda conversation_id, file_id: views.attach_to_reply(conversation_id))
def detach_from_reply(conversation_id: UUID, file_id: UUID) -> Response:
    """Off it again."""
    uploads.let_go(attaching.detach(viewer().actor, drafts.place_of(conversation_id), file_id))
    return _kept(drafts.place_of(conversation_id), MessageForm(), conversation_id)


def _kept(place: str, form: MessageForm, conversation_id: UUID | None = None) -> Response:
    drafts.keep(viewer().actor, place, form.values("file"), clock.now())
    if wants_fragment():
        found = queries.thread_of(viewer(), conversation_id) if conversation_id else None
        return files.fragment(
            form, views.files_of(found) if found else views.files_of_new(ways_of(viewer(), clock.now()))
        )
    if conversation_id:
        return go(url_for("messaging.thread", conversation_id=conversation_id, _anchor="attachments"))
    return go(url_for("messaging.write_new", _anchor="attachments"))
