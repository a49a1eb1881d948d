"""What stands around a page: brand, menu, whose it is, the way out."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from flask import current_app, g, request, url_for
from flask_babel import force_locale
from markupsafe import Markup

from portal.domain.kiosks.types import KioskViewer
from portal.domain.viewer import Role, StaffViewer, Viewer
from portal.web import form_tokens, language, security_headers, static_files, templates
from portal.web.texts import gettext as _

_NUMBER = re.compile(r"R-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}")
#: Written so that an English page is pure ASCII, which Python joins and encodes many times as fast.
_ESPANOL = Markup("Espa&ntilde;ol")
_PUBLIC = (
    *("sign_in", "sign_in_passkeys", "security_undo", "recovery", "demo", "help"),
    *("practices", "practices_join", "kiosks_pairing", "enrollment", "enrollment_steps", "enrollment_open"),
)
_SECURITY = ("security", "security_contacts", "security_second_step", "security_passkeys")
#: Blueprints whose pages stand under a line of the menu that is another one's.
_STANDS_UNDER = {
    **dict.fromkeys((*_SECURITY, "departure", "notifications_preferences"), "accounts"),
    **dict.fromkeys(
        ("appointments_asking", "appointments_times", "appointments_waiting", "appointments_questions", "check_in"),
        "appointments",
    ),
    "messaging_saved": "messaging_office",
    **dict.fromkeys(("practices_locations", "practices_providers"), "practices_office"),
    **dict.fromkeys(
        ("charts_import", "charts_merge", "charts_emergency", "connections_ending", "security_counter"), "charts"
    ),
}


class NavItem(NamedTuple):
    """One line of the menu."""

    label: str
    url: str
    icon_svg: Markup
    blueprint: str
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


def frame() -> dict[str, Any]:
    """What a whole page needs beside its own values."""
    here = g._get_current_object()
    viewer, settings = here.get("viewer"), current_app.config["PORTAL"]
    inside = isinstance(viewer, Viewer | StaffViewer) and "outside" not in here
    if "kiosk" in here and "outside" not in here:
        around = _at_kiosk(here.kiosk)
    else:
        around = _inside(viewer, settings.name) if inside else _outside(settings.name)
    return {**around, "portal_name": settings.name, "demo": settings.demo}


def _inside(viewer: Viewer | StaffViewer, portal_name: str) -> dict[str, Any]:
    word = request.blueprint or ""
    if isinstance(viewer, Viewer):
        brand, same, home = viewer.brand, _same_for_patients("me", viewer.language, word), "/me/"
    else:
        office = _own_place(viewer)
        brand, same, home = viewer.office_name, _same_for_staff(office, viewer.role, viewer.language, word), "/office/"
    said = _said_before()
    return {
        **same,
        "said_before": _said(said, viewer.language) if said else same["said_before"],
        "brand": brand or portal_name,
        "viewer_name": viewer.name,
        "palette": viewer.palette,
        "nonce": security_headers.nonce(),
        "home_url": home,
        "sign_out_url": "/sign_in/out",
    }


def _own_place(viewer: StaffViewer) -> str:
    """How the office is written in the URLs of a member of staff; the operator's are above them, wherever they are."""
    return "all" if viewer.role is Role.OPERATOR else str(viewer.office_public_id)


def _at_kiosk(kiosk: KioskViewer) -> dict[str, Any]:
    nonce = security_headers.nonce()
    return {"brand": kiosk.office_name, "palette": kiosk.palette, "nonce": nonce, "home_url": "/kiosk/"}


def _outside(portal_name: str) -> dict[str, Any]:
    styles, hashed = static_files.inline_styles()
    security_headers.allow_inline_styles(hashed)
    spoken = language.present()
    return {
        "brand": portal_name,
        "inline_styles": Markup(styles),
        "home_url": "/",
        "public_menu": _public_menu(request.blueprint or "", spoken),
        "said": None,
        "foot": _public_foot(request.path if request.blueprint in _PUBLIC else "/sign_in/", spoken),
    }


# What is the same for everybody, however often it is asked for, is rendered once: menu, foot and idle watch hold no
# person's data, and were half of the cost of a page.


@lru_cache(maxsize=4096)
def _same_for_patients(person: str, spoken: str, word: str) -> dict[str, Markup]:
    menu = _patient_menu(person, spoken)
    return {**_same(menu, spoken, word, icons=True), "foot": _foot(_person_languages(person, spoken), spoken)}


@lru_cache(maxsize=4096)
def _same_for_staff(office: str, role: Role, spoken: str, word: str) -> dict[str, Markup]:
    return {**_same(_office_menu(office, role, spoken), spoken, word, icons=False), "foot": _foot((), spoken)}


def _same(menu: tuple[NavItem, ...], spoken: str, word: str, *, icons: bool) -> dict[str, Markup]:
    place = _STANDS_UNDER.get(word, word)
    items = [item._replace(current=item.blueprint == place) for item in menu]
    return {
        "menu": _once_rendered("layouts/menu.html", spoken, items=items, icons=icons),
        "idle_watch": _once_rendered("partials/sign_in/idle_watch.html", spoken),
        "said_before": _once_rendered("partials/said.html", spoken, said=None),
    }


@lru_cache(maxsize=64)
def _public_menu(word: str, spoken: str) -> Markup:
    """The menu of who is not signed in."""
    with force_locale(spoken):
        lines = ((_("Sign in"), "sign_in.ask", "key"), (_("Help and contact"), "help.answers", "help"))
        items = [
            NavItem(label, url_for(endpoint), templates.icon(icon), endpoint, endpoint.split(".")[0] == word)
            for label, endpoint, icon in lines
        ]
    return _once_rendered("layouts/menu.html", spoken, items=items, icons=True)


@lru_cache(maxsize=256)
def _public_foot(path: str, spoken: str) -> Markup:
    return _foot(tuple(LanguageLink(words, code, f"{path}?lang={code}") for words, code in _others(spoken)), spoken)


def _foot(links: tuple[LanguageLink, ...], spoken: str) -> Markup:
    return _once_rendered("layouts/foot.html", spoken, language_links=links)


def _said(said: Said, spoken: str) -> Markup:
    return Markup(templates.render("partials/said.html", spoken, said=said, **form_tokens.tools()))


def _once_rendered(template: str, spoken: str, **values: Any) -> Markup:
    return Markup(templates.render(template, spoken, **values))


def _patient_menu(person: str, language: str) -> tuple[NavItem, ...]:
    with force_locale(language):
        lines = (
            (_("Home"), "home.today", "home"),
            (_("Messaging"), "messaging.inbox", "chat"),
            (_("Appointments"), "appointments.calendar", "cal"),
            (_("Address Book"), "address_book.providers", "book"),
            (_("Settings"), "accounts.profile", "gear"),
        )
        return tuple(
            NavItem(label, url_for(endpoint, person=person), templates.icon(icon), endpoint.split(".")[0])
            for label, endpoint, icon in lines
            if endpoint in current_app.view_functions
        )


def _office_menu(office: str, role: Role, language: str) -> tuple[NavItem, ...]:
    with force_locale(language):
        lines = (
            (_("Today"), "office.today", "home"),
            (_("Messages"), "messaging_office.inbox", "chat"),
            (_("Visit requests"), "appointments_office.queue", "clock"),
            (_("Schedule"), "appointments_schedule.day", "cal"),
            (_("Charts"), "charts.find", "users"),
            (_("Invitations"), "enrollment_office.listing", "send"),
            (_("Requests to connect"), "connections_office.listing", "swap"),
            (_("Kiosks"), "kiosks_office.listing", "phone"),
            (_("Announcements"), "announcements_office.listing", "horn"),
            (_("Offices"), "practices_offices.listing", "swap"),
            (_("Staff"), "practices_staff.listing", "users"),
            (_("Settings"), "practices_office.overview", "gear"),
            (_("My Password"), "security_office.edit_password", "lock"),
        )
        return tuple(
            NavItem(label, url_for(endpoint, office=office), templates.icon(icon), endpoint.split(".")[0])
            for label, endpoint, icon in lines
            if endpoint in current_app.view_functions and _is_open_to(role, endpoint)
        )


def _is_open_to(role: Role, endpoint: str) -> bool:
    """Whether DOORS lets this role in there."""
    roles: dict[str, tuple[Role, ...]] = current_app.extensions["roles_of_doors"]
    return role in roles.get(endpoint.split(".")[0], ())


def settings_tabs() -> list[NavItem]:
    """The pages of "Settings", the present one marked."""
    lines = (
        (_("Profile"), "accounts.profile", ("accounts",)),
        (_("Offices"), "connections.mine", ("connections",)),
        (_("Security"), "security.overview", _SECURITY),
        (_("Notifications"), "notifications_preferences.edit", ("notifications_preferences",)),
        (_("My Account"), "departure.my_account", ("departure", "export")),
    )
    items = [
        NavItem(label, url_for(endpoint), Markup(""), endpoint.split(".")[0], request.blueprint in words)
        for label, endpoint, words in lines
        if endpoint in current_app.view_functions
    ]
    # One page, two ways to it: people look for either.
    return [*items, NavItem(_("Deactivate Account"), f"{items[-1].url}#deactivate", Markup(""), "departure")]


def _person_languages(person: str, language: str) -> tuple[LanguageLink, ...]:
    if "accounts.edit_about" not in current_app.view_functions:
        return ()
    url = url_for("accounts.edit_about", person=person)
    return tuple(LanguageLink(words, code, url) for words, code in _others(language))


def _others(language: str) -> list[tuple[str, str]]:
    return [(words, code) for words, code in (("English", "en"), (_ESPANOL, "es")) if code != language]


def said_now() -> Said | None:
    """What is told of the deed just done."""
    number = g.get("receipt_number")
    return Said(g.get("said") or _("Done."), number, _receipt_url(number)) if number else None


def _said_before() -> Said | None:
    """The same after a redirect: only a number in the right form is shown, and its page tells whose it is."""
    number = request.args.get("receipt", "") if request.query_string else ""
    return Said(_("Done."), number, _receipt_url(number)) if _NUMBER.fullmatch(number) else None


def _receipt_url(number: str) -> str:
    viewer = g.viewer
    if isinstance(viewer, Viewer):
        return url_for("notifications.receipt", person="me", number=number)
    return url_for("notifications_office.receipt", office=_own_place(viewer), number=number)
