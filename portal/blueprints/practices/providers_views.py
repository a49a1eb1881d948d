from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, g, url_for
from flask_babel import gettext as _

from portal.blueprints.practices import tabs
from portal.blueprints.practices.forms import ProviderForm
from portal.blueprints.practices.wording import PARTS, parts_words
from portal.domain.practices import actions, queries
from portal.domain.practices.types import KeptProvider
from portal.kernel.refusal import Stale
from portal.web.access import staff
from portal.web.hypermedia import go, page

bp = Blueprint("practices_providers", __name__)
_ALL_ON = dict.fromkeys(PARTS, True)


@bp.get("/")
def listing() -> Response:
    """The clinicians, and what each takes part in."""
    return page(
        "practices/providers.html",
        providers=queries.providers_of(staff()),
        has_location=bool(queries.locations_of(staff())),
        parts_words=parts_words,
        tabs=tabs.of("practices_providers"),
    )


@bp.get("/add")
def new() -> Response:
    """An empty form; everything is switched on until somebody switches it off."""
    return _ask(ProviderForm(queries.locations_of(staff()), data=_ALL_ON), url_for(".new"), is_new=True)


@bp.post("/add")
def add() -> Response:
    """Save a further provider."""
    form = ProviderForm(queries.locations_of(staff()))
    if not form.validate():
        return _ask(form, url_for(".new"), 422, is_new=True)
    actions.add_provider(staff(), form.facts())
    return _back()


@bp.get("/<uuid:provider_id>/edit")
def edit(provider_id: UUID) -> Response:
    """One provider as a form."""
    kept = queries.provider_of(staff(), provider_id)
    typed = {**kept.facts._asdict(), "location": str(kept.facts.location), "mark": kept.mark}
    return _ask(ProviderForm(queries.locations_of(staff()), data=typed), _url(provider_id))


@bp.post("/<uuid:provider_id>/edit")
def change(provider_id: UUID) -> Response:
    """Save it, unless somebody else did meanwhile. The switches work at once."""
    viewer = staff()
    queries.provider_of(viewer, provider_id)
    form = ProviderForm(queries.locations_of(viewer))
    if not form.validate():
        return _ask(form, _url(provider_id), 422)
    try:
        actions.change_provider(viewer, provider_id, form.facts(), mark=form.opened)
    except Stale as stale:
        form.meets(_saved(stale.theirs), stale.theirs.mark)
        return _ask(form, _url(provider_id), 409)
    return _back()


def _saved(theirs: KeptProvider) -> list[tuple[str, str]]:
    return [
        (_("Name"), theirs.name),
        (_("Specialty"), theirs.facts.specialty),
        (_("Location"), theirs.location_name),
        (_("Takes part in"), parts_words(theirs.facts.participation, wanted=True) or _("nothing")),
    ]


def _url(provider_id: UUID) -> str:
    return url_for(".edit", provider_id=provider_id)


def _ask(form: ProviderForm, url: str, status: int = 200, *, is_new: bool = False) -> Response:
    title = _("Add a provider") if is_new else _("Edit a provider")
    return page(
        "practices/provider.html", status=status, form=form, form_url=url, title=title, list_url=url_for(".listing")
    )


def _back() -> Response:
    return go(url_for(".listing", receipt=g.receipt_number))
