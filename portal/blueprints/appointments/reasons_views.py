"""What visits may be for."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, g, url_for

from portal.blueprints.appointments.hours_forms import ReasonForm, typed_reason
from portal.blueprints.appointments.hours_wording import reason_facts
from portal.domain.appointments import hours, reasons
from portal.domain.appointments.hours_types import ProviderHours
from portal.kernel import clock
from portal.kernel.refusal import Refused, Stale
from portal.web import office_tabs
from portal.web.access import staff
from portal.web.hypermedia import go, page
from portal.web.texts import gettext as _
from portal.web.wording import words_for

bp = Blueprint("appointments_reasons", __name__)
_NEW = {"minutes": "20", "buffer_minutes": "0"}


@bp.get("/")
def listing() -> Response:
    """What people can come for, then what is not offered any more."""
    viewer = staff()
    names = {one.id: one.name for one in hours.providers_of(viewer, clock.today(viewer.time_zone))}
    return page(
        "appointments/reasons.html",
        reasons=sorted(reasons.reasons_of(viewer), key=lambda one: one.ended_at is not None),
        names=names,
        reason_facts=reason_facts,
        tabs=office_tabs.of("appointments_reasons"),
    )


@bp.get("/add")
def new() -> Response:
    """An empty form, with every provider who has hours chosen."""
    providers = _providers()
    chosen = [str(one.id) for one in providers if one.weekdays]
    return _ask(ReasonForm(providers, data={**_NEW, "providers": chosen}), url_for(".new"), is_new=True)


@bp.post("/add")
def add() -> Response:
    """Save a further reason."""
    form = ReasonForm(_providers())
    if not form.validate():
        return _ask(form, url_for(".new"), 422, is_new=True)
    try:
        reasons.add_reason(staff(), form.facts())
    except Refused as refused:
        form.form_errors.append(words_for(refused.refusal))
        return _ask(form, url_for(".new"), 422, is_new=True)
    return _back()


@bp.get("/<uuid:reason_id>/edit")
def edit(reason_id: UUID) -> Response:
    """One reason as a form."""
    kept = reasons.reason_of(staff(), reason_id)
    return _ask(ReasonForm(_providers(), data=typed_reason(kept)), _url(reason_id))


@bp.post("/<uuid:reason_id>/edit")
def change(reason_id: UUID) -> Response:
    """Save it, unless somebody else did meanwhile. What is booked keeps its length."""
    form = ReasonForm(_providers())
    reasons.reason_of(staff(), reason_id)
    if not form.validate():
        return _ask(form, _url(reason_id), 422)
    try:
        reasons.change_reason(staff(), reason_id, form.facts(), mark=form.opened)
    except Refused as refused:
        form.form_errors.append(words_for(refused.refusal))
        return _ask(form, _url(reason_id), 422)
    except Stale as stale:
        saved = [(_("Name"), stale.theirs.facts.name), (_("Details"), ", ".join(reason_facts(stale.theirs)))]
        form.meets(saved, stale.theirs.mark)
        return _ask(form, _url(reason_id), 409)
    return _back()


@bp.post("/<uuid:reason_id>/end")
def end(reason_id: UUID) -> Response:
    """Offer it no longer; it can be put back, so nobody is asked first."""
    reasons.end_reason(staff(), reason_id, now=clock.now())
    return _back()


@bp.post("/<uuid:reason_id>/put_back")
def put_back(reason_id: UUID) -> Response:
    """Offer it again."""
    reasons.put_back(staff(), reason_id)
    return _back()


def _providers() -> list[ProviderHours]:
    return hours.providers_of(staff(), clock.today(staff().time_zone))


def _url(reason_id: UUID) -> str:
    return url_for(".edit", reason_id=reason_id)


def _ask(form: ReasonForm, url: str, status: int = 200, *, is_new: bool = False) -> Response:
    return page(
        "appointments/reason.html",
        status=status,
        form=form,
        form_url=url,
        title=_("Add a visit reason") if is_new else _("Edit a visit reason"),
        leave_url=url_for(".listing"),
    )


def _back() -> Response:
    return go(url_for(".listing", receipt=g.receipt_number))
