from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, g, url_for

from portal.blueprints.practices import taken_off
from portal.blueprints.practices.forms import LocationForm
from portal.blueprints.practices.taken_off import Asking, TakenOff
from portal.domain.practices import actions, queries, rules
from portal.domain.practices.types import KeptLocation
from portal.kernel import clock
from portal.kernel.refusal import Refused, Stale
from portal.web import office_tabs as tabs
from portal.web.access import staff
from portal.web.filters import phone_words
from portal.web.hypermedia import go, page
from portal.web.texts import gettext as _

bp = Blueprint("practices_locations", __name__)


@bp.get("/")
def listing() -> Response:
    """Where the office sees people, and where it did."""
    viewer = staff()
    everywhere = queries.locations_of(viewer)
    return page(
        "practices/locations.html",
        locations=[one for one in everywhere if one.ended_at is None],
        taken_off=[_taken_off(one, one.ended_at) for one in everywhere if one.ended_at is not None],
        zone=viewer.time_zone,
        tabs=tabs.of("practices_locations"),
    )


@bp.get("/add")
def new() -> Response:
    """An empty form."""
    return _ask(LocationForm(), url_for(".new"), is_new=True)


@bp.post("/add")
def add() -> Response:
    """Save a further location."""
    form = LocationForm()
    if not form.validate():
        return _ask(form, url_for(".new"), 422, is_new=True)
    actions.add_location(staff(), form.facts())
    return _back()


@bp.get("/<uuid:location_id>/edit")
def edit(location_id: UUID) -> Response:
    """One location as a form."""
    kept = queries.location_of(staff(), location_id)
    return _ask(LocationForm(data={**kept.facts._asdict(), "mark": kept.mark}), _url(location_id))


@bp.post("/<uuid:location_id>/edit")
def change(location_id: UUID) -> Response:
    """Save it, unless somebody else did meanwhile."""
    form = LocationForm()
    queries.location_of(staff(), location_id)
    if not form.validate():
        return _ask(form, _url(location_id), 422)
    try:
        actions.change_location(staff(), location_id, form.facts(), mark=form.opened)
    except Stale as stale:
        saved = stale.theirs.facts._asdict() | {"phone": phone_words(stale.theirs.facts.phone)}
        form.meets([(form[name].label.text, value) for name, value in saved.items()], stale.theirs.mark)
        return _ask(form, _url(location_id), 409)
    return _back()


@bp.get("/<uuid:location_id>/off")
def ask_to_take_off(location_id: UUID) -> Response:
    """Really? Where somebody works there, this says who."""
    viewer = staff()
    kept = queries.location_of(viewer, location_id)
    refusal = rules.why_not_take_off(kept.ended_at, queries.who_works_at(viewer, location_id))
    return taken_off.ask(_asking(kept), refusal)


@bp.post("/<uuid:location_id>/off")
def take_off(location_id: UUID) -> Response:
    """Offer it nowhere any more."""
    kept = queries.location_of(staff(), location_id)
    try:
        actions.take_off_location(staff(), location_id, clock.now())
    except Refused as refused:
        return taken_off.ask(_asking(kept), refused.refusal, 409)
    return _back()


@bp.post("/<uuid:location_id>/back")
def put_back(location_id: UUID) -> Response:
    """Offer it again."""
    actions.put_back_location(staff(), location_id)
    return _back()


def _taken_off(kept: KeptLocation, at: datetime) -> TakenOff:
    where = f"{kept.facts.line1}, {kept.facts.city}, {kept.facts.state} {kept.facts.postal_code}"
    return TakenOff(kept.facts.name, where, at, _url(kept.id), url_for(".put_back", location_id=kept.id), "")


def _asking(kept: KeptLocation) -> Asking:
    words = _("Nobody finds it here any more. What was done there stays written down.")
    form_url = url_for(".take_off", location_id=kept.id)
    return Asking(_("Take a location off"), kept.facts.name, words, form_url, url_for(".listing"), _("Locations"))


def _url(location_id: UUID) -> str:
    return url_for(".edit", location_id=location_id)


def _ask(form: LocationForm, url: str, status: int = 200, *, is_new: bool = False) -> Response:
    title = _("Add a location") if is_new else _("Edit a location")
    return page(
        "practices/entry.html",
        status=status,
        form=form,
        kind="location",
        form_url=url,
        title=title,
        list_url=url_for(".listing"),
        list_words=_("Locations"),
    )


def _back() -> Response:
    return go(url_for(".listing", receipt=g.receipt_number))
