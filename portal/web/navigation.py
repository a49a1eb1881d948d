"""What stands around a page: brand, menu, whose it is, the way out; and the tokens that its forms carry."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from flask import current_app, g, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from portal.domain.viewer import Role, StaffViewer, Viewer
from portal.kernel import secrets
from portal.web import security_headers, static_files, templates

_NUMBER = re.compile(r"R-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}")
_PUBLIC = ("sign_in", "demo")


class NavItem(NamedTuple):
    """One line of the menu."""

    label: str
    url: str
    icon_svg: Markup
    blueprint: str
    count: int | None = None
    count_words: str = ""
    current: bool = False


class Said(NamedTuple):
    """What is told after a deed: words and the receipt."""

    words: str
    receipt_number: str | None
    receipt_url: str | None
    undo_url: str | None = None
    undo_words: str = ""


class LanguageLink(NamedTuple):
    """A page in another language."""

    label: str
    lang: str
    url: str


def tools() -> dict[str, Any]:
    """What every template may call: the tokens for forms, and the language that it is written in."""
    return {"csrf": generate_csrf, "once": form_key, "lang": f"{g.language}-US"}


def form_key() -> str:
    """A fresh 128-bit key for one form (SECURITY A38)."""
    return secrets.random_token()[:22]


def frame() -> dict[str, Any]:
    """What a whole page needs beside its own values."""
    viewer = g.get("viewer")
    inside = isinstance(viewer, Viewer | StaffViewer) and not g.get("outside")
    around: dict[str, Any] = _inside(viewer) if inside else _outside()
    return {
        **around,
        "portal_name": current_app.config["PORTAL"].name,
        "said": _said_before() if inside else None,
        "demo": current_app.config["PORTAL"].demo,
    }


def _inside(viewer: Viewer | StaffViewer) -> dict[str, Any]:
    settings = current_app.config["PORTAL"]
    if isinstance(viewer, Viewer):
        brand, menu, home = viewer.brand, _patient_menu("me", viewer.language), "/me/"
        links = _person_languages("me", viewer.language)
    else:
        office = viewer.office_public_id or "all"
        brand, menu, home = viewer.office_name, _office_menu(str(office), viewer.role, viewer.language), "/office/"
        links = ()
    return {
        "brand": brand or settings.name,
        "nav": [item._replace(current=item.blueprint == request.blueprint) for item in menu],
        "viewer_name": viewer.name,
        "nonce": security_headers.nonce(),
        "home_url": home,
        "sign_out_url": "/sign_in/out",
        "language_links": links,
    }


def _outside() -> dict[str, Any]:
    styles, hashed = static_files.inline_styles()
    security_headers.allow_inline_styles(hashed)
    return {
        "brand": current_app.config["PORTAL"].name,
        "inline_styles": Markup(styles),
        "home_url": "/",
        "language_links": _public_languages(request.path if request.blueprint in _PUBLIC else "/sign_in/", g.language),
    }


@lru_cache(maxsize=4096)
def _patient_menu(person: str, language: str) -> tuple[NavItem, ...]:
    with force_locale(language):
        lines = (
            (_("Home"), "home.today", "home"),
            (_("Address Book"), "address_book.providers", "book"),
            (_("Settings"), "accounts.profile", "gear"),
        )
        return tuple(
            NavItem(label, url_for(endpoint, person=person), templates.icon(icon), endpoint.split(".")[0])
            for label, endpoint, icon in lines
            if endpoint in current_app.view_functions
        )


@lru_cache(maxsize=4096)
def _office_menu(office: str, role: Role, language: str) -> tuple[NavItem, ...]:
    with force_locale(language):
        lines = (
            (_("Today"), "office.today", "home"),
            (_("Announcements"), "announcements_office.listing", "horn"),
        )
        return tuple(
            NavItem(label, url_for(endpoint, office=office), templates.icon(icon), endpoint.split(".")[0])
            for label, endpoint, icon in lines
            if endpoint in current_app.view_functions
        )


@lru_cache(maxsize=4096)
def _person_languages(person: str, language: str) -> tuple[LanguageLink, ...]:
    if "accounts.edit_about" not in current_app.view_functions:
        return ()
    url = url_for("accounts.edit_about", person=person)
    return tuple(LanguageLink(words, code, url) for words, code in _others(language))


@lru_cache(maxsize=256)
def _public_languages(path: str, language: str) -> tuple[LanguageLink, ...]:
    return tuple(LanguageLink(words, code, f"{path}?lang={code}") for words, code in _others(language))


def _others(language: str) -> list[tuple[str, str]]:
    return [(words, code) for words, code in (("English", "en"), ("Español", "es")) if code != language]


def said_now() -> Said | None:
    """What is told of the deed just done."""
    number = g.get("receipt_number")
    return Said(g.get("said") or _("Saved."), number, _receipt_url(number)) if number else None


def _said_before() -> Said | None:
    """The same after a redirect: only a number in the right form is shown, and its page tells whose it is."""
    number = request.args.get("receipt", "")
    return Said(_("Saved."), number, _receipt_url(number)) if _NUMBER.fullmatch(number) else None


def _receipt_url(number: str) -> str:
    viewer = g.viewer
    if isinstance(viewer, Viewer):
        return url_for("notifications.receipt", person="me", number=number)
    return url_for("notifications_office.receipt", office=viewer.office_public_id or "all", number=number)
