"""A person's conversations: the list by provider, a new one, and each one with a reply in place."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, request, url_for

from portal.blueprints.messaging import attaching as files
from portal.blueprints.messaging import chart_part as _chart_part  # noqa: F401 - adds its tab of the chart
from portal.blueprints.messaging.forms import MessageForm, NewForm
from portal.blueprints.messaging.places import number_of, tab_of
from portal.blueprints.messaging.wording import shown
from portal.domain.messaging import actions, drafts, queries, rules
from portal.domain.messaging.types import State, Thread
from portal.domain.sending.queries import Ways, ways_of
from portal.kernel import clock, paging
from portal.kernel.refusal import Missing, Refused
from portal.web import access, once, uploads
from portal.web.access import viewer
from portal.web.hypermedia import done, go, page, wants_fragment
from portal.web.texts import gettext as _
from portal.web.transaction import first
from portal.web.wording import words_for

bp = Blueprint("messaging", __name__)
_THREAD = "/<uuid:conversation_id>"
_LIST, _CONVERSATION = "partials/messaging/list.html", "partials/messaging/thread.html"


@bp.get("/")
def inbox() -> Response:
    """Conversations, latest first, of everyone or of one provider."""
    kind, key = tab_of(request.args)
    place: dict[str, Any] = {kind: key or "1"} if kind != "all" else {}
    tabs, found = queries.inbox_of(viewer(), kind, key, paging.before(request.args.get("before")))
    return page(
        "messaging/inbox.html",
        fragment=_LIST,
        tabs=tabs,
        present=key or kind,
        found=found,
        older_url=url_for(".inbox", before=found.older, **place) if found.older else "",
        zone=viewer().time_zone,
        **shown(),
    )


@bp.get("/new")
def write_new() -> Response:
    """To whom, about what, and the words; with what they have typed before."""
    ways = ways_of(viewer(), clock.now())
    typed = drafts.opened(ways.draft, viewer().actor, drafts.NEW)
    chosen = {"to": request.args["to"]} if "to" in request.args else {}
    return write(NewForm(data={**typed, **chosen}), ways)


@bp.post("/new/keep")
@access.quiet
@once.exempt
def keep_new() -> Response:
    """Keep what is typed, as the page does by itself: nobody is there for that."""
    return _keep(drafts.NEW, NewForm().values("file"), url_for(".keep_new"))


def attach_to_new() -> Response | None:
    """The file that a form of a new conversation brings, whatever it asks for."""
    form, who = NewForm(), viewer()
    if files.attach_chosen(form, who.actor, drafts.NEW, who.person_id):
        return None
    return write(form, ways_of(who, clock.now()), 422)


@bp.post("/new/save")
@uploads.takes_file
@once.exempt
@first(attach_to_new)
def save_new() -> Response:
    """Keep what is typed, as somebody asks for it."""
    answer = _keep(drafts.NEW, NewForm().values("file"), url_for(".keep_new"))
    return answer if wants_fragment() else go(url_for(".write_new"))


def _before_sending_new() -> Response | None:
    return attach_to_new() or files.pressed_instead(NewForm(), viewer().actor, drafts.NEW, url_for(".write_new"))


@bp.post("/new")
@uploads.takes_file
@first(_before_sending_new)
def send_new() -> Response:
    """Begin it. Whatever stands in the way, the words stay."""
    form, now = NewForm(), clock.now()
    ways = ways_of(viewer(), now)
    if not form.validate():
        return write(form, ways, 422)
    recipient = form.chosen(ways.recipients)
    if recipient is None:
        form.form_errors.append(_("Choose whom you write to."))
        return write(form, ways, 422)
    try:
        begun = actions.start(
            viewer(),
            recipient,
            subject=form.subject.data or "",
            body=form.body.data or "",
            due_at=ways.due_at(recipient, now),
            now=now,
        )
    except Refused as refused:
        form.form_errors.append(words_for(refused.refusal))
        return write(form, ways, 409)
    return go(url_for(".thread", conversation_id=begun, receipt=g.receipt_number))


@bp.get(f"{_THREAD}/")
def thread(conversation_id: UUID) -> Response:
    """A conversation. That it was read is noted."""
    found = queries.thread_of(viewer(), conversation_id, number_of(request.args.get("before")))
    actions.note_read_by_person(viewer(), found, clock.now())
    return show(found, MessageForm(data=drafts.opened(found.draft, viewer().actor, drafts.place_of(conversation_id))))


@bp.get(f"{_THREAD}/news")
@access.quiet
def news(conversation_id: UUID) -> Response:
    """What is said, for a page that asks by itself; nothing while nothing is new. It counts as nobody's reading."""
    found = queries.thread_of(viewer(), conversation_id)
    if request.args.get("seen") == found.mark:
        g.section = ""
        return Response(status=204)
    return page("partials/messaging/talk.html", **_about(found, _empty()))


@bp.post(f"{_THREAD}/keep")
@access.quiet
@once.exempt
def keep(conversation_id: UUID) -> Response:
    """Keep what is typed, as the page does by itself: nobody is there for that."""
    return _keep_reply(conversation_id)


def attach_to_reply(conversation_id: UUID) -> Response | None:
    """The file that the form of a reply brings, whatever it asks for."""
    form, who, found = MessageForm(), viewer(), queries.thread_of(viewer(), conversation_id)
    if files.attach_chosen(form, who.actor, drafts.place_of(conversation_id), who.person_id):
        return None
    return show(found, form, 422)


@bp.post(f"{_THREAD}/save")
@uploads.takes_file
@once.exempt
@first(attach_to_reply)
def save(conversation_id: UUID) -> Response:
    """Keep what is typed, as somebody asks for it."""
    answer = _keep_reply(conversation_id)
    return answer if wants_fragment() else go(url_for(".thread", conversation_id=conversation_id))


def _keep_reply(conversation_id: UUID) -> Response:
    said = queries.thread_of(viewer(), conversation_id).said[-1]
    typed = MessageForm().values("file")
    # A page that kept while it sent must not bring back what is sent.
    if said.by_kind == "patient" and said.body == typed["body"]:
        return Response(status=204)
    return _keep(drafts.place_of(conversation_id), typed, url_for(".keep", conversation_id=conversation_id))


def _keep(place: str, typed: dict[str, Any], url: str) -> Response:
    now = clock.now()
    if not drafts.keep(viewer().actor, place, typed, now):
        return Response(status=204)
    kept_at = now if typed["body"] or typed.get("subject") else None
    return page("partials/messaging/draft.html", draft_at=kept_at, keep_url=url, zone=viewer().time_zone)


def _before_sending(conversation_id: UUID) -> Response | None:
    place, here = drafts.place_of(conversation_id), url_for(".thread", conversation_id=conversation_id)
    return attach_to_reply(conversation_id) or files.pressed_instead(MessageForm(), viewer().actor, place, here)


@bp.post(f"{_THREAD}/reply")
@uploads.takes_file
@first(_before_sending)
def reply(conversation_id: UUID) -> Response:
    """Go on with it. Whatever stands in the way, the words stay."""
    form, now = MessageForm(), clock.now()
    found = queries.thread_of(viewer(), conversation_id)
    if not form.validate():
        return show(found, form, 422)
    ways = ways_of(viewer(), now)
    pool = next((one for one in ways.recipients if one.key == found.office), None)
    if pool is None:
        raise Missing
    try:
        actions.reply(viewer(), conversation_id, body=form.body.data or "", due_at=ways.due_at(pool, now), now=now)
    except Refused as refused:
        form.form_errors.append(words_for(refused.refusal))
        return show(found, form, 409)
    g.said = _("Your message is sent.")
    url = url_for(".thread", conversation_id=conversation_id)
    return done(_CONVERSATION, instead=url, **_about(queries.thread_of(viewer(), conversation_id), _empty()))


@bp.post(f"{_THREAD}/unread")
def mark_unread(conversation_id: UUID) -> Response:
    """It stands among what is new again."""
    actions.mark_unread(viewer(), conversation_id)
    return go(url_for(".inbox", receipt=g.receipt_number))


@bp.post(f"{_THREAD}/archive")
def archive(conversation_id: UUID) -> Response:
    """Out of the list, until somebody writes again."""
    actions.archive(viewer(), conversation_id, clock.now())
    return go(url_for(".inbox", receipt=g.receipt_number))


@bp.post(f"{_THREAD}/bring_back")
def bring_back(conversation_id: UUID) -> Response:
    """Into the list again."""
    actions.archive(viewer(), conversation_id, None)
    return go(url_for(".inbox", receipt=g.receipt_number))


def _empty() -> MessageForm:
    """The form for the next message."""
    return MessageForm(formdata=None)


def write(form: NewForm, ways: Ways, status: int = 200) -> Response:
    """The page of a new conversation, with what is typed and attached."""
    form.offer([one for one in ways.recipients if one.takes_messages])
    return page(
        "messaging/new.html",
        fragment="partials/messaging/new.html",
        status=status,
        form=form,
        ways=ways,
        others=[one for one in ways.recipients if not one.takes_messages],
        days=ways.answer_days(clock.now()),
        draft_at=ways.draft_at,
        keep_url=url_for("messaging.keep_new"),
        **files_of_new(ways),
        zone=viewer().time_zone,
        **shown(),
    )


def show(found: Thread, form: MessageForm, status: int = 200) -> Response:
    """The page of a conversation, with what is typed and attached."""
    return page("messaging/thread.html", fragment=_CONVERSATION, status=status, **_about(found, form))


def _about(found: Thread, form: MessageForm) -> dict[str, Any]:
    why_not = rules.why_not_go_on(State(found.state), takes_messages=found.takes_messages, name=found.with_name)
    return {
        "found": found,
        "form": form,
        "why_not": words_for(why_not) if why_not else "",
        "last_own": max((one.number for one in found.said if one.by_kind == "patient"), default=0),
        "own_kind": "patient",
        "draft_at": found.draft_at,
        "keep_url": url_for("messaging.keep", conversation_id=found.public_id),
        **files_of(found),
        "zone": viewer().time_zone,
        **shown(),
    }


def files_of(found: Thread) -> dict[str, Any]:
    """The files of the draft of a reply."""
    url = url_for("messaging_files.add_to_reply", conversation_id=found.public_id)
    return files.about(found.attached, url, "messaging_files.open_file")


def files_of_new(ways: Ways) -> dict[str, Any]:
    """The files of the draft of a new conversation."""
    return files.about(ways.attached, url_for("messaging_files.add_to_new"), "messaging_files.open_file")
