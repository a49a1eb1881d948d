"""The password of somebody who works here."""

from __future__ import annotations

from flask import Blueprint, Response, g, url_for

from portal.blueprints.security import passwords
from portal.blueprints.security.forms import NewPasswordForm
from portal.domain.sign_in import password_rules
from portal.web.access import staff
from portal.web.hypermedia import go, page
from portal.web.transaction import first

bp = Blueprint("security_office", __name__)
_FORM = "partials/security/office_password.html"


@bp.get("/password")
def edit_password() -> Response:
    """The form."""
    return _ask(NewPasswordForm(), 200)


def _prepared() -> Response | None:
    form = NewPasswordForm()
    status = passwords.prepare(staff(), form)
    return _ask(form, status) if status else None


@bp.post("/password")
@first(_prepared)
def change_password() -> Response:
    """Save it; other browsers are signed out. The whole page comes anew: its forms carry tokens of the new session."""
    passwords.save(staff())
    return go(url_for(".edit_password", receipt=g.receipt_number))


def _ask(form: NewPasswordForm, status: int) -> Response:
    least = password_rules.least(has_second_step=True)
    return page("security/office_password.html", fragment=_FORM, status=status, form=form, least=least)
