from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, g, url_for

from portal.blueprints.practices import taken_off
from portal.blueprints.practices.forms import ProviderForm
from portal.blueprints.practices.taken_off import Asking, TakenOff
from portal.blueprints.practices.wording import PARTS, parts_words
from portal.domain.appointments import hours
from portal.domain.practices import actions, queries, rules
from portal.domain.practices.types import KeptProvider
from portal.kernel import clock
from portal.kernel.refusal import Refused, Stale
from portal.web import office_tabs as tabs
from portal.web.access import staff
from portal.web.hypermedia import go, page
from portal.web.texts import gettext as _

bp = Blueprint("practices_providers", __name__)
_ALL_ON = dict.fromkeys(PARTS, True)


@bp.get("/")
def listing() -> Response:
    """The clinicians, what each takes part in, and who was taken off."""
    viewer = staff()
    everybody = queries.providers_of(viewer)
    return page(
        "practices/providers.html",
        providers=[one for one in everybody if one.ended_at is None],
        taken_off=[_taken_off(one, one.ended_at) for one in everybody if one.ended_at is not None],
        zone=viewer.time_zone,
        has_location=bool(queries.open_locations_of(viewer)),
        parts_words=parts_words,
        tabs=tabs.of("practices_providers"),
    )


@bp.get("/add")
def new() -> Response:
    """An empty form; everything is switched on until somebody switches it off."""
    return _ask(ProviderForm(queries.open_locations_of(staff()), data=_ALL_ON), url_for(".new"), is_new=True)


@bp.post("/add")
def add() -> Response:
    """Save a further provider."""
    form = ProviderForm(queries.open_locations_of(staff()))
    if not form.validate():
        return _ask(form, url_for(".new"), 422, is_new=True)
    actions.add_provider(staff(), form.facts())
    return _back()


@bp.get("/<uuid:provider_id>/edit")
def edit(provider_id: UUID) -> Response:
    """One provider as a form."""
    kept = queries.provider_of(staff(), provider_id)
    typed = {**kept.facts._asdict(), "location": str(kept.facts.location), "mark": kept.mark}
    return _ask(ProviderForm(queries.open_locations_of(staff()), data=typed), _url(provider_id))


@bp.post("/<uuid:provider_id>/edit")
def change(provider_id: UUID) -> Response:
    """Save it, unless somebody else did meanwhile. The switches work at once."""
    viewer = staff()
    queries.provider_of(viewer, provider_id)
    form = ProviderForm(queries.open_locations_of(viewer))
    if not form.validate():
        return _ask(form, _url(provider_id), 422)
    try:
        actions.change_provider(viewer, provider_id, form.facts(), mark=form.opened)
    except Stale as stale:
        form.meets(_saved(stale.theirs), stale.theirs.mark)
        return _ask(form, _url(provider_id), 409)
    return _back()


@bp.get("/<uuid:provider_id>/off")
def ask_to_take_off(provider_id: UUID) -> Response:
    """Really?"""
    kept = queries.provider_of(staff(), provider_id)
    return taken_off.ask(_asking(kept), rules.why_not_take_off(kept.ended_at))


@bp.post("/<uuid:provider_id>/off")
def take_off(provider_id: UUID) -> Response:
    """Offer them nowhere any more. What is still to come with them is listed until somebody moves it."""
    kept = queries.provider_of(staff(), provider_id)
    try:
        actions.take_off_provider(staff(), provider_id, clock.now())
    except Refused as refused:
        return taken_off.ask(_asking(kept), refused.refusal, 409)
    if hours.ahead_of(staff(), provider_id, clock.now()):
        return go(url_for(".ask_to_take_off", provider_id=provider_id, receipt=g.receipt_number))
    return _back()


@bp.post("/<uuid:provider_id>/back")
def put_back(provider_id: UUID) -> Response:
    """Offer them again."""
    actions.put_back_provider(staff(), provider_id)
    return _back()


def _taken_off(kept: KeptProvider, at: datetime) -> TakenOff:
    why_not = taken_off.why_not(rules.why_not_put_back(kept.ended_at, kept.location_ended_at))
    words = f"{kept.facts.specialty}, {kept.location_name}"
    return TakenOff(kept.name, words, at, _url(kept.id), url_for(".put_back", provider_id=kept.id), why_not)


def _asking(kept: KeptProvider) -> Asking:
    words = _("Nobody can choose them here any more. What was done with them stays in the charts.")
    form_url = url_for(".take_off", provider_id=kept.id)
    visits = hours.ahead_of(staff(), kept.id, clock.now())
    back = (url_for(".listing"), _("Providers"))
    return Asking(_("Take a provider off"), kept.name, words, form_url, *back, visits, staff().time_zone)


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
        "practices/entry.html",
        status=status,
        form=form,
        kind="provider",
        form_url=url,
        title=title,
        list_url=url_for(".listing"),
        list_words=_("Providers"),
    )


def _back() -> Response:
    return go(url_for(".listing", receipt=g.receipt_number))
