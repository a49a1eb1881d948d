"""The operator's offices: which there are, and one more with its first administrator."""

from __future__ import annotations

from flask import Blueprint, Response, g, url_for

from portal.blueprints.practices.staff_forms import NewOfficeForm
from portal.domain.practices import queries, staffing
from portal.kernel import clock
from portal.web.access import staff
from portal.web.hypermedia import go, page
from portal.web.step_up import stepped_up

bp = Blueprint("practices_offices", __name__)


@bp.get("/")
def listing() -> Response:
    """Every office, and who runs it."""
    return page("practices/office_list.html", offices=queries.offices_of(staff()))


@bp.get("/add")
@stepped_up
def new() -> Response:
    """An empty form."""
    return _ask(NewOfficeForm(data={"time_zone": staff().time_zone}))


@bp.post("/add")
@stepped_up
def create() -> Response:
    """Make the office, and ask its first administrator by email."""
    form = NewOfficeForm()
    if not form.validate():
        return _ask(form, 422)
    staffing.create_office(staff(), form.office(), form.administrator(), clock.now())
    return go(url_for(".listing", receipt=g.receipt_number))


def _ask(form: NewOfficeForm, status: int = 200) -> Response:
    return page("practices/office_new.html", status=status, form=form, list_url=url_for(".listing"))
