"""A new email or phone for the account: what it shall be, then the code that came there (ACC-4)."""

from __future__ import annotations

from flask import Blueprint, Response, g, url_for

from portal.blueprints.security import views
from portal.blueprints.security.forms import EmailForm, PhoneForm, SentCodeForm
from portal.domain.connections import profile_changes
from portal.domain.sign_in import contacts
from portal.kernel import clock
from portal.kernel.refusal import Refused
from portal.web import origin, way_back
from portal.web.access import viewer
from portal.web.hypermedia import go, page
from portal.web.navigation import settings_tabs
from portal.web.step_up import stepped_up, why_not_now
from portal.web.transaction import first
from portal.web.wording import tell, words_for

bp = Blueprint("security_contacts", __name__)
_KIND = "/<any(email, phone):kind>"
_CARD, _PANEL = "partials/security/signing_in.html", "partials/security/code.html"
_FORMS: dict[str, type[EmailForm | PhoneForm]] = {"email": EmailForm, "phone": PhoneForm}


@bp.get(_KIND)
@stepped_up
def edit(kind: str) -> Response:
    """The row of the email or phone, as a form."""
    return _ask_what(kind, _FORMS[kind](), 200)


def _sent(kind: str) -> Response | None:
    form = _FORMS[kind]()
    late = why_not_now()
    if late is not None:
        return late
    if not form.validate():
        return _ask_what(kind, form, 422)
    return _send(kind, str(form[kind].data), form)


@bp.post(_KIND)
@first(_sent)
def ask(kind: str) -> Response:
    """A code is on its way to the new address."""
    return go(url_for(".ask_code", kind=kind, check_in=way_back.visit()))


@bp.get(f"{_KIND}/code")
def ask_code(kind: str) -> Response:
    """Where that code is typed."""
    return _ask_code(kind, SentCodeForm(), 200)


def _sent_again(kind: str) -> Response | None:
    return why_not_now() or _send(kind, contacts.asked_for(viewer(), kind), None)


@bp.post(f"{_KIND}/code/again")
@first(_sent_again)
def ask_again(kind: str) -> Response:
    """Another code to the same address; the first one dies."""
    return go(url_for(".ask_code", kind=kind, check_in=way_back.visit()))


def _proven(kind: str) -> Response | None:
    form = SentCodeForm()
    if not form.validate():
        return _ask_code(kind, form, 422)
    try:
        contacts.prove(viewer(), kind, str(form.code.data), clock.now())
    except Refused as refused:
        form.code.errors = [words_for(refused.refusal)]
        return _ask_code(kind, form, 422)
    return None


@bp.post(f"{_KIND}/code")
@first(_proven)
def verify(kind: str) -> Response:
    """It is theirs: it takes the place of the old one."""
    new = contacts.asked_for(viewer(), kind)
    old = contacts.settle(viewer(), kind, clock.now())
    profile_changes.tell_contact(viewer(), kind, old, new, clock.now())
    return go(way_back.to("phone") or url_for("security.overview", receipt=g.receipt_number))


def _send(kind: str, new: str, form: EmailForm | PhoneForm | None) -> Response | None:
    """Send it; or the form again with the reason."""
    try:
        contacts.ask(viewer(), kind, new, source=origin.address(), now=clock.now())
    except Refused as refused:
        if form is None:
            again = SentCodeForm(formdata=None)
            tell(again, refused.refusal)
            return _ask_code(kind, again, 429)
        form[kind].errors = [words_for(refused.refusal)]
        return _ask_what(kind, form, 422)
    return None


def _ask_what(kind: str, form: EmailForm | PhoneForm, status: int) -> Response:
    return page("security/overview.html", fragment=_CARD, status=status, form=form, **views.shown(kind))


def _ask_code(kind: str, form: SentCodeForm, status: int) -> Response:
    to = contacts.asked_for(viewer(), kind)
    around = {
        "kind": kind,
        "to": to,
        "base": url_for("security.overview"),
        "trip": way_back.visit(),
        "tabs": settings_tabs(),
    }
    return page("security/code.html", fragment=_PANEL, status=status, form=form, **around)
