from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from flask import Blueprint, Response, make_response, request, url_for

from portal.blueprints.announcements.forms import AnnouncementForm, EndForm, filled
from portal.blueprints.announcements.wording import AUDIENCES, STATES, when
from portal.domain.announcements import actions, queries, rules
from portal.domain.announcements.types import Draft, Shown, State, Written
from portal.kernel import clock
from portal.kernel.refusal import Refused, Stale, refuse_if
from portal.web.access import staff
from portal.web.hypermedia import done, go, page, wants_fragment
from portal.web.once import exempt
from portal.web.wording import words_for

bp = Blueprint("announcements_office", __name__)


class Trip(NamedTuple):
    """Where the form of a new or a changed announcement is sent to, and from there after its preview."""

    form_url: str
    publish_url: str
    is_new: bool


@bp.get("/")
def listing() -> Response:
    """What the office says, said, and will say."""
    return page("announcements/listing.html", **_listed())


def _listed() -> dict[str, Any]:
    viewer = staff()
    refusal = rules.why_not_write(viewer.role, viewer.office_id)
    return {
        "groups": _by_state(),
        "zone": viewer.time_zone,
        "when": when,
        "audiences": AUDIENCES,
        "states": STATES,
        "why_not": words_for(refusal) if refusal else "",
    }


def _back_to_the_list() -> Response:
    return done("partials/announcements/listing.html", instead=url_for(".listing"), **_listed())


def _by_state() -> list[tuple[State, list[Written]]]:
    now, written = clock.now(), queries.written_in(staff())
    return [
        (state, [row for row in written if rules.state_of(row.starts_at, row.ends_at, now) is state])
        for state in (State.RUNNING, State.PLANNED, State.ENDED)
    ]


@bp.get("/new")
def write() -> Response:
    """An empty form."""
    refuse_if(rules.why_not_write(staff().role, staff().office_id))
    return _form(AnnouncementForm(), _new())


@bp.post("/new")
@exempt
def preview() -> Response:
    """What was typed, as people will see it; nothing is stored yet."""
    refuse_if(rules.why_not_write(staff().role, staff().office_id))
    return _preview(AnnouncementForm(), _new())


@bp.get("/publish")
def publish_again() -> Response:
    """Where somebody lands whose session ended under the preview: their text is here, in the form."""
    return _kept(_new())


@bp.post("/publish")
def publish() -> Response:
    """The second step: from here on people see it."""
    form = AnnouncementForm()
    if not form.is_good(staff().time_zone, clock.now()):
        return _form(form, _new(), 422)
    actions.publish(staff(), form.draft(staff().time_zone), now=clock.now())
    return _back_to_the_list()


@bp.get("/<uuid:announcement_id>/edit")
def edit(announcement_id: UUID) -> Response:
    """The form with what is stored now."""
    return _form(filled(_editable(announcement_id), staff().time_zone), _changed(announcement_id))


@bp.post("/<uuid:announcement_id>/edit")
@exempt
def preview_changed(announcement_id: UUID) -> Response:
    """What was typed, as people will see it; nothing is stored yet."""
    form, announcement = AnnouncementForm(), _editable(announcement_id)
    if announcement.version != form.known_version:
        return _stale(form, announcement)
    return _preview(form, _changed(announcement_id))


@bp.get("/<uuid:announcement_id>/publish")
def publish_changed_again(announcement_id: UUID) -> Response:
    """As `publish_again`."""
    queries.written_one(staff(), announcement_id)
    return _kept(_changed(announcement_id))


@bp.post("/<uuid:announcement_id>/publish")
def publish_changed(announcement_id: UUID) -> Response:
    """The second step: from here on people see the new words."""
    viewer, form = staff(), AnnouncementForm()
    if not form.is_good(viewer.time_zone, clock.now()):
        return _form(form, _changed(announcement_id), 422)
    try:
        actions.change(
            viewer, announcement_id, form.draft(viewer.time_zone), version=form.known_version, now=clock.now()
        )
    except Stale as stale:
        return _stale(form, stale.theirs)
    return _back_to_the_list()


@bp.get("/<uuid:announcement_id>/end")
def ask_to_end(announcement_id: UUID) -> Response:
    """Ask first."""
    return _ask_to_end(announcement_id)


@bp.post("/<uuid:announcement_id>/end")
def end_now(announcement_id: UUID) -> Response:
    """Nobody sees it any more."""
    try:
        actions.end_now(staff(), announcement_id, now=clock.now())
    except Refused:
        return _ask_to_end(announcement_id, 409)
    return _back_to_the_list()


@bp.post("/<uuid:announcement_id>/close")
@exempt
def close(announcement_id: UUID) -> Response:
    """The X on the banner that a member of staff gets. Twice is the same as once."""
    actions.close(staff(), announcement_id, now=clock.now())
    return make_response("") if wants_fragment() else go(url_for("office.today"))


def _new() -> Trip:
    return Trip(url_for(".preview"), url_for(".publish"), is_new=True)


def _changed(announcement_id: UUID) -> Trip:
    return Trip(
        url_for(".preview_changed", announcement_id=announcement_id),
        url_for(".publish_changed", announcement_id=announcement_id),
        is_new=False,
    )


def _editable(announcement_id: UUID) -> Written:
    viewer = staff()
    refuse_if(rules.why_not_write(viewer.role, viewer.office_id))
    announcement = queries.written_one(viewer, announcement_id)
    refuse_if(rules.why_not_edit(announcement.ends_at, clock.now()))
    return announcement


def _form(form: AnnouncementForm, trip: Trip, status: int = 200) -> Response:
    return page(
        "announcements/write.html",
        fragment="partials/announcements/write.html",
        status=status,
        form=form,
        trip=trip,
        zone=staff().time_zone,
        leave_url=url_for(".listing"),
    )


def _preview(form: AnnouncementForm, trip: Trip) -> Response:
    viewer = staff()
    if form.goes_back:
        return _form(form, trip)
    if not form.is_good(viewer.time_zone, clock.now()):
        return _form(form, trip, 422)
    draft = form.draft(viewer.time_zone)
    return page(
        "announcements/preview.html",
        fragment="partials/announcements/preview.html",
        trip=trip,
        draft=draft,
        carried=form.carried(),
        audience=AUDIENCES[draft.audience],
        zone=viewer.time_zone,
        when=when(draft.starts_at, draft.ends_at, viewer.time_zone),
        banners=_banners(draft, viewer.language),
        leave_url=url_for(".listing"),
    )


def _banners(draft: Draft, language: str) -> list[Shown]:
    """The banner in each language that people will read it in; `lang` where that is not the writer's."""
    shown = [Shown("en", draft.title, draft.body, None if language == "en" else "en", None)]
    if draft.title_es and draft.body_es:
        shown.append(Shown("es", draft.title_es, draft.body_es, None if language == "es" else "es", None))
    return shown


def _stale(form: AnnouncementForm, theirs: Written) -> Response:
    form.validate()
    form.meets(theirs, staff().time_zone)
    return _form(form, _changed(theirs.public_id), 409)


def _kept(trip: Trip) -> Response:
    if request.args.get("kept") != "1":
        return go(trip.form_url)
    return _form(AnnouncementForm(), trip)


def _ask_to_end(announcement_id: UUID, status: int = 200) -> Response:
    viewer = staff()
    announcement = queries.written_one(viewer, announcement_id)
    now = clock.now()
    refusal = rules.why_not_write(viewer.role, viewer.office_id) or rules.why_not_end(announcement.ends_at, now)
    return page(
        "announcements/end.html",
        status=status,
        announcement=announcement,
        form=EndForm(),
        why_not=words_for(refusal) if refusal else "",
        zone=viewer.time_zone,
        when=when,
        is_planned=rules.state_of(announcement.starts_at, announcement.ends_at, now) is State.PLANNED,
        leave_url=url_for(".listing"),
    )
