from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, g, url_for
from flask_babel import gettext as _

from portal.blueprints.practices import tabs
from portal.blueprints.practices.forms import LocationForm
from portal.domain.practices import actions, queries
from portal.kernel.refusal import Stale
from portal.web.access import staff
from portal.web.filters import phone_words
from portal.web.hypermedia import go, page

bp = Blueprint("practices_locations", __name__)


@bp.get("/")
def listing() -> Response:
    """Where the office sees people."""
    return page(
        "practices/locations.html", locations=queries.locations_of(staff()), tabs=tabs.of("practices_locations")
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


def _url(location_id: UUID) -> str:
    return url_for(".edit", location_id=location_id)


def _ask(form: LocationForm, url: str, status: int = 200, *, is_new: bool = False) -> Response:
    title = _("Add a location") if is_new else _("Edit a location")
    return page(
        "practices/location.html", status=status, form=form, form_url=url, title=title, list_url=url_for(".listing")
    )


def _back() -> Response:
    return go(url_for(".listing", receipt=g.receipt_number))
