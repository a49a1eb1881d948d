"""Settings, Notifications: how a person wants to be told (NTF-1, APT-10)."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from portal.blueprints.notifications.preference_forms import PreferencesForm, filled, places
from portal.domain.notifications import preferences
from portal.kernel.refusal import Refused
from portal.web.access import viewer
from portal.web.hypermedia import done, page
from portal.web.navigation import settings_tabs
from portal.web.wording import tell

bp = Blueprint("notifications_preferences", __name__)
_CARD = "partials/notifications/preferences.html"


@bp.get("/")
def edit() -> Response:
    """The choices, as they hold."""
    return _ask(None)


@bp.post("/")
def choose() -> Response:
    """Save them."""
    form = PreferencesForm()
    if not form.validate():
        return _ask(form, 422)
    try:
        preferences.choose(viewer(), preferences.APPOINTMENTS, form.preference())
    except Refused as refused:
        tell(form, refused.refusal)
        return _ask(form, 409)
    kept = preferences.kept_of(viewer(), preferences.APPOINTMENTS)
    return done(_CARD, instead=url_for(".edit"), form=PreferencesForm(None, data=filled(kept)), places=places(kept))


def _ask(form: PreferencesForm | None, status: int = 200) -> Response:
    kept = preferences.kept_of(viewer(), preferences.APPOINTMENTS)
    return page(
        "notifications/preferences.html",
        fragment=_CARD,
        status=status,
        form=form or PreferencesForm(data=filled(kept)),
        places=places(kept),
        tabs=settings_tabs(),
    )
