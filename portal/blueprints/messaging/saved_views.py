"""Saved replies of an office: the list, and each one as a form."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, g, url_for

from portal.blueprints.messaging.saved_forms import SavedForm
from portal.blueprints.messaging.wording import FIELDS
from portal.domain.messaging import saved
from portal.kernel.refusal import Stale
from portal.web.access import staff
from portal.web.hypermedia import go, page
from portal.web.texts import gettext as _

bp = Blueprint("messaging_saved", __name__)
_ONE = "/<uuid:saved_id>"


@bp.get("/")
def listing() -> Response:
    """By name, with their words."""
    return page("messaging/saved.html", replies=saved.replies_of(staff()))


@bp.get("/add")
def new() -> Response:
    """An empty form."""
    return _ask(SavedForm(), url_for(".new"))


@bp.post("/add")
def add() -> Response:
    """Save a further one."""
    form = SavedForm()
    if not form.validate():
        return _ask(form, url_for(".new"), 422)
    saved.add(staff(), form.words())
    return _back()


@bp.get(f"{_ONE}/edit")
def edit(saved_id: UUID) -> Response:
    """One as a form."""
    kept = saved.reply_of(staff(), saved_id)
    return _ask(SavedForm(data={**kept.words._asdict(), "mark": kept.mark}), _url(saved_id))


@bp.post(f"{_ONE}/edit")
def change(saved_id: UUID) -> Response:
    """Save it, unless somebody else did meanwhile. What was sent stays as it was sent."""
    form = SavedForm()
    saved.reply_of(staff(), saved_id)
    if not form.validate():
        return _ask(form, _url(saved_id), 422)
    try:
        saved.change(staff(), saved_id, form.words(), mark=form.opened)
    except Stale as stale:
        theirs = stale.theirs
        form.meets(
            [(_("Name"), theirs.name), (_("What does it say?"), theirs.body), ("Español", theirs.body_es or "-")],
            theirs.mark,
        )
        return _ask(form, _url(saved_id), 409)
    return _back()


@bp.get(f"{_ONE}/delete")
def ask_to_delete(saved_id: UUID) -> Response:
    """Ask first."""
    return page("messaging/saved_delete.html", one=saved.reply_of(staff(), saved_id))


@bp.post(f"{_ONE}/delete")
def delete(saved_id: UUID) -> Response:
    """Nobody is offered it any more."""
    saved.delete(staff(), saved_id)
    return _back()


def _url(saved_id: UUID) -> str:
    return url_for(".edit", saved_id=saved_id)


def _ask(form: SavedForm, url: str, status: int = 200) -> Response:
    return page("messaging/saved_form.html", status=status, form=form, form_url=url, fields=FIELDS)


def _back() -> Response:
    return go(url_for(".listing", receipt=g.receipt_number))
