from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, url_for

from portal.blueprints.accounts import wording
from portal.blueprints.accounts.forms import AboutForm, AddressForm
from portal.domain.accounts import actions, queries, rules
from portal.domain.accounts.types import About, KeptAddress, PostalAddress, Profile
from portal.domain.connections import profile_changes
from portal.kernel import clock
from portal.kernel.refusal import Refusal, Refused, Stale
from portal.web import way_back
from portal.web.access import viewer
from portal.web.hypermedia import done, go, page
from portal.web.navigation import settings_tabs
from portal.web.texts import gettext as _
from portal.web.wording import tell, words_for

bp = Blueprint("accounts", __name__)
_ABOUT, _ABOUT_FORM = "partials/accounts/about.html", "partials/accounts/edit_about.html"
_LIST, _ADD_FORM = "partials/accounts/addresses.html", "partials/accounts/add_address.html"
_ADDRESS_FORM, _QUESTION = "partials/accounts/edit_address.html", "partials/accounts/delete_address.html"


@bp.get("/")
def settings() -> Response:
    """All pages of Settings, in a list."""
    return page("accounts/settings.html", tabs=settings_tabs())


@bp.get("/profile")
def profile() -> Response:
    """Settings: who the person is, where they live."""
    return _whole(_ABOUT)


@bp.get("/profile/addresses")
def addresses() -> Response:
    """The same page; its list of addresses alone for htmx."""
    return _whole(_LIST)


@bp.get("/profile/about")
def edit_about() -> Response:
    """The card about the person, as a form."""
    found = queries.profile_of(viewer())
    return _ask_about(found, AboutForm(viewer().time_zone, data={**found.about._asdict(), "version": found.version}))


@bp.post("/profile/about")
def change_about() -> Response:
    """Save it. What stands around the page may change with it (language, name): then the whole page comes anew."""
    form = AboutForm(viewer().time_zone)
    if not form.validate():
        return _ask_about(queries.profile_of(viewer()), form, 422)
    about, before = form.about(), queries.profile_of(viewer())
    try:
        actions.change_about(viewer(), about, version=str(form.version.data))
    except Stale as stale:
        return _about_changed_meanwhile(form, about, stale.theirs)
    after = _tell(before)
    if _stands_around(about) != (viewer().name, viewer().language):
        return go(url_for(".profile", receipt=g.receipt_number))
    return done(_ABOUT, instead=url_for(".profile"), **_shown(after))


@bp.get("/profile/addresses/new")
def new_address() -> Response:
    """The form for one more address, on a page of its own."""
    return _ask_new(queries.profile_of(viewer()), AddressForm())


@bp.post("/profile/addresses/new")
def add_address() -> Response:
    """Add an address."""
    form = AddressForm()
    if not form.validate():
        return _ask_new(queries.profile_of(viewer()), form, 422)
    before = queries.profile_of(viewer())
    try:
        actions.add_address(viewer(), form.words())
    except Refused as refused:
        tell(form, refused.refusal)
        return _ask_new(queries.profile_of(viewer()), form, 409)
    shown, back = _shown(_tell(before)), way_back.to("address")
    if back:
        return go(back)
    return done("partials/accounts/added.html", instead=url_for(".profile"), form=AddressForm(formdata=None), **shown)


@bp.get("/profile/addresses/<uuid:address_id>")
def edit_address(address_id: UUID) -> Response:
    """One address, as a form in its row."""
    found = queries.profile_of(viewer())
    address = found.address(address_id)
    form = AddressForm(prefix="kept-", data={**address.words._asdict(), "version": address.version})
    return _ask_address(found, address, form)


@bp.post("/profile/addresses/<uuid:address_id>")
def change_address(address_id: UUID) -> Response:
    """Save the new words of an address."""
    form = AddressForm(prefix="kept-")
    found = queries.profile_of(viewer())
    address = found.address(address_id)
    if not form.validate():
        return _ask_address(found, address, form, 422)
    words, version = form.words(), str(form.version.data)
    try:
        actions.change_address(viewer(), address_id, words, version=version)
    except Stale as stale:
        return _address_changed_meanwhile(found, address, form, words, stale.theirs)
    return _list_changed(found)


@bp.post("/profile/addresses/<uuid:address_id>/default")
def make_default(address_id: UUID) -> Response:
    """This address fills in forms from now on."""
    before = queries.profile_of(viewer())
    actions.make_default(viewer(), address_id)
    return _list_changed(before)


@bp.get("/profile/addresses/<uuid:address_id>/delete")
def ask_to_delete(address_id: UUID) -> Response:
    """Really?"""
    return _ask_to_delete(address_id)


@bp.post("/profile/addresses/<uuid:address_id>/delete")
def delete_address(address_id: UUID) -> Response:
    """Delete an address."""
    before = queries.profile_of(viewer())
    try:
        actions.delete_address(viewer(), address_id)
    except Refused as refused:
        return _ask_to_delete(address_id, refused.refusal, 409)
    return _list_changed(before, room_again=True)


def _whole(fragment: str) -> Response:
    shown = _shown(queries.profile_of(viewer()))
    return page("accounts/profile.html", fragment=fragment, form=AddressForm(), **shown)


def _shown(found: Profile) -> dict[str, Any]:
    return {
        "profile": found,
        "about": wording.about_words(found.about),
        "base": url_for(".profile"),
        "tail": way_back.tail(),
        "full": _words(rules.why_not_add(found.addresses)),
        "lasting": _words(rules.why_not_delete(found.addresses)),
        "tabs": settings_tabs(),
    }


def _words(refusal: Refusal | None) -> str | None:
    return words_for(refusal) if refusal else None


def _tell(before: Profile) -> Profile:
    """Tell the offices what changed; the profile as it is now."""
    after = queries.profile_of(viewer())
    profile_changes.tell(viewer(), before, after, clock.now())
    return after


def _list_changed(before: Profile, *, room_again: bool = False) -> Response:
    shown, back = _shown(_tell(before)), way_back.to("address")
    if back:
        return go(back)
    if room_again and rules.has_room_again(shown["profile"].addresses):
        shown["form"] = AddressForm(formdata=None)
        return done("partials/accounts/deleted.html", instead=url_for(".profile"), **shown)
    return done(_LIST, instead=url_for(".profile"), **shown)


def _ask_about(found: Profile, form: AboutForm, status: int = 200) -> Response:
    return page("accounts/edit.html", fragment=_ABOUT_FORM, status=status, part=_ABOUT_FORM, form=form, **_shown(found))


def _ask_new(found: Profile, form: AddressForm, status: int = 200) -> Response:
    return page("accounts/edit.html", fragment=_ADD_FORM, status=status, part=_ADD_FORM, form=form, **_shown(found))


def _ask_address(found: Profile, address: KeptAddress, form: AddressForm, status: int = 200) -> Response:
    return page(
        "accounts/edit_row.html",
        fragment=_LIST,
        status=status,
        part=_ADDRESS_FORM,
        opened=address.id,
        address=address,
        form=form,
        **_shown(found),
    )


def _ask_to_delete(address_id: UUID, refusal: Refusal | None = None, status: int = 200) -> Response:
    found = queries.profile_of(viewer())
    return page(
        "accounts/edit_row.html",
        fragment=_LIST,
        status=status,
        part=_QUESTION,
        opened=address_id,
        address=found.address(address_id),
        heir=rules.default_after(found.addresses, address_id),
        refusal=_words(refusal or rules.why_not_delete(found.addresses)),
        **_shown(found),
    )


def _about_changed_meanwhile(form: AboutForm, typed: About, theirs: About) -> Response:
    found = queries.profile_of(viewer())
    form.stale = _differing(form, typed, theirs, wording.about_words(theirs))
    form.version.data = found.version
    return _ask_about(found, form, 409)


def _address_changed_meanwhile(
    found: Profile, address: KeptAddress, form: AddressForm, typed: PostalAddress, theirs: PostalAddress
) -> Response:
    form.stale = _differing(form, typed, theirs, wording.address_words(theirs))
    form.version.data = rules.version_of(theirs)
    return _ask_address(found, address, form, 409)


def _differing(form: Any, typed: Any, theirs: Any, words: dict[str, str]) -> list[tuple[str, str]]:
    """What others saved, field by field, where it is not what was typed here."""
    fields = [name for name in typed._fields if getattr(typed, name) != getattr(theirs, name)]
    return [(form[name].label.text, words[name] or _("(empty)")) for name in fields]


def _stands_around(about: About) -> tuple[str, str]:
    return f"{about.preferred or about.given} {about.family}", about.language
