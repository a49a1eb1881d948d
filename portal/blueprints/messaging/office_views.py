"""Messages at the office: what waits and for whom, each conversation, and who takes care of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, request, url_for

from portal.blueprints.messaging import attaching as files
from portal.blueprints.messaging.forms import AssignForm, MessageForm, NoteForm, SeenForm
from portal.blueprints.messaging.places import number_of
from portal.blueprints.messaging.saved_forms import AnswerForm
from portal.blueprints.messaging.wording import OFFICE_STATES, ROLES, filled, shown
from portal.domain.charts.actions import note_look
from portal.domain.messaging import answering, attaching, desk, drafts, office_thread, rules, saved
from portal.domain.messaging.types import OfficeThread, State
from portal.kernel import clock, paging
from portal.kernel.refusal import Missing, Refused
from portal.web import access, once, uploads
from portal.web.access import staff
from portal.web.hypermedia import done, go, page, wants_fragment
from portal.web.texts import gettext as _
from portal.web.transaction import first
from portal.web.wording import words_for

bp = Blueprint("messaging_office", __name__)
_THREAD = "/<uuid:conversation_id>"
_CONVERSATION = "partials/messaging/office_thread.html"
_WHOSE = {"all", "mine", "pool", "provider"}


@bp.get("/")
def inbox() -> Response:
    """What waits, longest first; what is answered or closed, latest first. Of all, of one provider, or one's own."""
    state, whose, key = _asked()
    begin = paging.OLDEST if state is State.WAITING else paging.NEWEST
    edge = paging.before(request.args.get("from"), begin)
    providers, found = desk.listing_of(staff(), state, whose, key, edge, clock.now())
    desk.note_list(staff(), found.rows)
    return page(
        "messaging/office_inbox.html",
        fragment="partials/messaging/office_list.html",
        providers=providers,
        found=found,
        state=state,
        whose=whose,
        key=key,
        office_states=OFFICE_STATES,
        zone=staff().time_zone,
        now=clock.now(),
        **shown(),
    )


def _asked() -> tuple[State, str, UUID | None]:
    whose, written = request.args.get("whose", "all"), request.args.get("provider")
    try:
        state = State(request.args.get("state", "waiting"))
        key = UUID(written) if written else None
    except ValueError as error:
        raise Missing from error
    if whose not in _WHOSE or (whose == "provider") != (key is not None):
        raise Missing
    return state, whose, key


@bp.get(f"{_THREAD}/")
def thread(conversation_id: UUID) -> Response:
    """A conversation, and what happened to it. Looking is written down, and that it was read."""
    found = office_thread.thread_of(staff(), conversation_id, number_of(request.args.get("before")))
    note_look(staff(), found.chart, found.person_id, found.head, "messaging")
    office_thread.note_read_by_staff(staff(), found, clock.now())
    return show(found, _drafted(found))


@bp.get(f"{_THREAD}/news")
@access.quiet
def news(conversation_id: UUID) -> Response:
    """What is said, for a page that asks by itself; nothing while nothing is new. It counts as nobody's reading."""
    found = office_thread.thread_of(staff(), conversation_id)
    if request.args.get("seen") == found.mark:
        return Response(status=204)
    note_look(staff(), found.chart, found.person_id, found.head, "messaging")
    return page("partials/messaging/office_talk.html", **_about(found, MessageForm(formdata=None)))


@bp.post(f"{_THREAD}/keep")
@access.quiet
@once.exempt
def keep(conversation_id: UUID) -> Response:
    """Keep what is typed, as the page does by itself: nobody is there for that."""
    return _keep(conversation_id)


def attach(conversation_id: UUID) -> Response | None:
    """The file that the form of an answer brings, whatever it asks for."""
    form, found = AnswerForm(), office_thread.thread_of(staff(), conversation_id)
    person_id = attaching.person_of(staff(), conversation_id)
    if files.attach_chosen(form, staff().actor, drafts.place_of(conversation_id), person_id):
        return None
    return show(found, form, 422)


@bp.post(f"{_THREAD}/save")
@uploads.takes_file
@once.exempt
@first(attach)
def save(conversation_id: UUID) -> Response:
    """Keep what is typed, as somebody asks for it."""
    answer = _keep(conversation_id)
    return answer if wants_fragment() else go(url_for(".thread", conversation_id=conversation_id))


def _keep(conversation_id: UUID) -> Response:
    said, typed = office_thread.thread_of(staff(), conversation_id).said[-1], MessageForm().values("file")
    place, now = drafts.place_of(conversation_id), clock.now()
    # A page that kept while it sent must not bring back what is sent.
    if (said.by_kind == "staff" and said.body == typed["body"]) or not drafts.keep(staff().actor, place, typed, now):
        return Response(status=204)
    url = url_for(".keep", conversation_id=conversation_id)
    kept_at = now if typed["body"] else None
    return page("partials/messaging/draft.html", draft_at=kept_at, keep_url=url, zone=staff().time_zone)


def _before_sending(conversation_id: UUID) -> Response | None:
    if request.form.get("pressed") == "fill":
        return fill(conversation_id)
    place, here = drafts.place_of(conversation_id), url_for(".thread", conversation_id=conversation_id)
    return attach(conversation_id) or files.pressed_instead(AnswerForm(), staff().actor, place, here)


@bp.post(f"{_THREAD}/reply")
@uploads.takes_file
@first(_before_sending)
def reply(conversation_id: UUID) -> Response:
    """Answer. Whatever stands in the way, the words stay."""
    form = AnswerForm()
    if not form.validate():
        return show(office_thread.thread_of(staff(), conversation_id), form, 422)
    try:
        answering.reply(staff(), conversation_id, body=form.body.data or "", now=clock.now())
    except Refused as refused:
        form.form_errors.append(words_for(refused.refusal))
        return show(office_thread.thread_of(staff(), conversation_id), form, 409)
    g.said = _("Your answer is sent.")
    return _done(conversation_id)


@bp.post(f"{_THREAD}/fill")
@uploads.takes_file
@once.exempt
@first(attach)
def fill(conversation_id: UUID) -> Response:
    """Put a saved reply, filled in, behind what is typed. Nothing is sent by that."""
    form, found = AnswerForm(), office_thread.thread_of(staff(), conversation_id)
    chosen = saved.to_fill(staff(), conversation_id, form.chosen)
    if chosen is None:
        form.form_errors.append(_("Choose a saved reply first."))
        return show(found, form, 422)
    form.go_on_with(filled(chosen, clock.today(staff().time_zone)))
    return show(found, form)


@bp.post(f"{_THREAD}/note")
def write_note(conversation_id: UUID) -> Response:
    """Tell colleagues something; never the person."""
    form = NoteForm()
    if not form.validate():
        found = office_thread.thread_of(staff(), conversation_id)
        return show(found, _drafted(found), 422, form)
    answering.write_note(staff(), conversation_id, body=form.note.data or "", now=clock.now())
    return _done(conversation_id)


@bp.post(f"{_THREAD}/close")
def close(conversation_id: UUID) -> Response:
    """It is over."""
    return _deed(conversation_id, partial(answering.close, staff(), conversation_id))


@bp.post(f"{_THREAD}/reopen")
def reopen(conversation_id: UUID) -> Response:
    """It is not over after all."""
    return _deed(conversation_id, partial(answering.reopen, staff(), conversation_id))


@bp.post(f"{_THREAD}/take")
def take(conversation_id: UUID) -> Response:
    """Take care of it oneself."""
    return _deed(conversation_id, partial(answering.take, staff(), conversation_id))


@bp.post(f"{_THREAD}/pool")
def to_pool(conversation_id: UUID) -> Response:
    """The front desk takes care of it."""
    return _deed(conversation_id, partial(answering.to_pool, staff(), conversation_id))


@bp.get(f"{_THREAD}/assign")
def ask_whom(conversation_id: UUID) -> Response:
    """Who takes care of it?"""
    version, colleagues = office_thread.colleagues_of(staff(), conversation_id)
    has_it = next((str(one.public_id) for one in colleagues if one.has_it), "")
    form = AssignForm(data={"version": str(version), "member": has_it})
    form.offer(colleagues, ROLES)
    return page("messaging/office_assign.html", form=form, conversation_id=conversation_id)


@bp.post(f"{_THREAD}/assign")
def assign(conversation_id: UUID) -> Response:
    """That colleague, or nobody in particular."""
    return _deed(conversation_id, partial(answering.assign, staff(), conversation_id, AssignForm().chosen))


def _deed(conversation_id: UUID, deed: Callable[..., None]) -> Response:
    try:
        deed(version=SeenForm().known_version, now=clock.now())
    except Refused as refused:
        found = office_thread.thread_of(staff(), conversation_id)
        form = _drafted(found)
        form.form_errors.append(words_for(refused.refusal))
        return show(found, form, 409)
    return _done(conversation_id)


def _drafted(found: OfficeThread) -> AnswerForm:
    """The form for the answer, with what they have typed before."""
    typed = drafts.opened(found.draft, staff().actor, drafts.place_of(found.public_id))
    return AnswerForm(formdata=None, data=typed)


def _done(conversation_id: UUID) -> Response:
    found = office_thread.thread_of(staff(), conversation_id)
    url = url_for(".thread", conversation_id=conversation_id)
    return done(_CONVERSATION, instead=url, **_with_saved(found, _drafted(found)))


def show(found: OfficeThread, form: AnswerForm, status: int = 200, note: NoteForm | None = None) -> Response:
    """The page of a conversation, with what is typed and attached."""
    values = _with_saved(found, form) | ({"note": note} if note else {})
    return page("messaging/office_thread.html", fragment=_CONVERSATION, status=status, **values)


def _with_saved(found: OfficeThread, form: AnswerForm) -> dict[str, Any]:
    form.offer(found.saved)
    return _about(found, form)


def _about(found: OfficeThread, form: MessageForm) -> dict[str, Any]:
    why_not = rules.why_not_answer(
        State(found.state),
        takes_messages=found.takes_messages,
        name=found.provider,
        is_connected=bool(found.is_connected),
    )
    return {
        "found": found,
        "form": form,
        "note": NoteForm(formdata=None),
        "why_not": words_for(why_not) if why_not else "",
        "last_own": max((one.number for one in found.said if one.by_kind == "staff"), default=0),
        "own_kind": "staff",
        "draft_at": found.draft_at,
        "keep_url": url_for("messaging_office.keep", conversation_id=found.public_id),
        **files_of(found),
        "office_states": OFFICE_STATES,
        "is_late": found.due_at is not None and found.due_at < clock.now(),
        "zone": staff().time_zone,
        **shown(),
    }


def files_of(found: OfficeThread) -> dict[str, Any]:
    """The files of the viewer's draft."""
    url = url_for("messaging_files_office.add", conversation_id=found.public_id)
    return files.about(found.attached, url, "messaging_files_office.open_file", conversation_id=found.public_id)
