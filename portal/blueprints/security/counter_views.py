"""Somebody lost their phone and their codes, and stands at the counter: staff turn their second step off (A12)."""

from __future__ import annotations

from flask import Blueprint, Response, g, url_for

from portal.blueprints.security.forms import PaperForm
from portal.domain.sign_in import authenticators
from portal.domain.viewer import Role
from portal.kernel import clock
from portal.kernel.refusal import Missing, Refused
from portal.web.access import chart, staff
from portal.web.chart_parts import Deed, add_deed
from portal.web.hypermedia import done, page
from portal.web.step_up import stepped_up
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l
from portal.web.wording import tell

bp = Blueprint("security_counter", __name__)
_FORM = "partials/security/counter.html"


@bp.get("/<uuid:chart>")
def ask() -> Response:
    """Which paper was looked at; or that there is nothing to turn off."""
    return _ask(PaperForm(), 200)


@bp.post("/<uuid:chart>")
@stepped_up
def take_away() -> Response:
    """Turn it off."""
    form, opened = PaperForm(), chart()
    if not form.validate():
        return _ask(form, 422)
    if opened.person_id is None:
        raise Missing
    try:
        authenticators.take_away(staff(), opened.person_id, evidence=str(form.paper.data), now=clock.now())
    except Refused as refused:
        tell(form, refused.refusal)
        return _ask(form, 409)
    g.said = _("The second step is off. The person was told.")
    here = url_for(".ask", chart=opened.public_id)
    return done(_FORM, instead=here, form=PaperForm(formdata=None), chart=opened, is_on=False)


def _ask(form: PaperForm, status: int) -> Response:
    opened = chart()
    is_on = authenticators.is_on(opened.person_id) if opened.person_id else None
    return page("security/counter.html", fragment=_FORM, status=status, form=form, chart=opened, is_on=is_on)


add_deed(
    Deed(
        "security_counter.ask",
        _l("Lost second step"),
        (Role.FRONT_DESK, Role.ADMINISTRATOR),
        order=80,
        icon="lock",
        fits=lambda opened: opened.person_id is not None,
    )
)
