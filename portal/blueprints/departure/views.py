"""My Account: what there is, a copy of it, and the way out for good (ACC-6)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, session, url_for

from portal.blueprints.departure import wording
from portal.blueprints.departure.forms import DeactivateForm
from portal.domain.departure import actions, queries, rules
from portal.domain.export import queries as exports
from portal.domain.sign_in import actions as sign_in
from portal.domain.sign_in import queries as names
from portal.gateways import export_files
from portal.kernel import clock, database
from portal.kernel.passwords import Busy
from portal.kernel.refusal import Refusal, Refused
from portal.web import origin
from portal.web.access import viewer
from portal.web.hypermedia import go, page
from portal.web.navigation import settings_tabs
from portal.web.transaction import first
from portal.web.wording import tell, words_for

bp = Blueprint("departure", __name__)
assert wording.REASONS
_CARD = "partials/departure/deactivate.html"
_SLOW_DOWN = {"wait", "too_many"}


@bp.get("/")
def my_account() -> Response:
    """The account, and what can be done with the whole of it."""
    return _ask(DeactivateForm(), 200)


def _is_it_you() -> Response | None:
    """The password and the word, before the transaction: a hash takes longer than a pen is held."""
    form = DeactivateForm()
    if not form.validate():
        return _ask(form, 422)
    refusal = rules.why_not_confirmed(str(form.word.data))
    if refusal is not None:
        form.word.errors = [words_for(refusal)]
        return _ask(form, 422)
    return _stopped(form, _why_not_theirs(str(form.password.data)))


def _why_not_theirs(typed: str) -> Refusal | None:
    actor = viewer().actor
    try:
        sign_in.check_password(origin.attempt(actor.kind, names.username_of(actor), typed))
    except Refused as refused:
        return Refusal("not_your_password") if refused.refusal.code == "wrong" else refused.refusal
    except Busy:
        return Refusal("wait", until=clock.now())
    return None


def _stopped(form: DeactivateForm, refusal: Refusal | None) -> Response | None:
    if refusal is None:
        return None
    if refusal.code in _SLOW_DOWN:
        tell(form, refusal)
        return _ask(form, 429)
    form.password.errors = [words_for(refusal)]
    return _ask(form, 422)


@bp.post("/deactivate")
@first(_is_it_you)
def deactivate() -> Response:
    """For good. The browser keeps nothing, and is told so on a page that anybody may see."""
    copy = exports.copy_of(viewer(), clock.now())
    try:
        actions.deactivate(viewer(), clock.now())
    except Refused as refused:
        form = DeactivateForm()
        tell(form, refused.refusal)
        return _ask(form, 409)
    if copy and copy.file_name:
        name = copy.file_name
        database.afterwards(lambda kept: export_files.forget(name) if kept else None)
    session.forget()  # type: ignore[attr-defined]
    origin.forget()
    answer = go(url_for("farewell.gone", receipt=g.receipt_number, lang=viewer().language))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def _ask(form: DeactivateForm, status: int) -> Response:
    return page("departure/my_account.html", fragment=_CARD, status=status, form=form, **_shown())


def _shown() -> dict[str, Any]:
    own = queries.own_of(viewer())
    refusal = rules.why_not_deactivate(own.state, own.frozen_until, clock.now())
    return {
        "own": own,
        "why_not": words_for(refusal) if refusal else None,
        "zone": viewer().time_zone,
        "tabs": settings_tabs(),
    }
