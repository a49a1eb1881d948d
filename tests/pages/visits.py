"""Each place opened once, as a page and by htmx, in each language; and each way in which a request can fail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass
from typing import Any

from werkzeug.exceptions import TooManyRequests

from portal.kernel.database import Unavailable
from portal.kernel.refusal import Refusal, Refused
from tests.browser import Browser, Page
from tests.pages.messaging_places import unread_again
from tests.pages.places import FOR_MACHINES, places
from tests.pages.world import World, uuid_of_nothing


@dataclass(frozen=True)
class Visit:
    """What somebody got somewhere. `name` says where and who; `wanted` is the status that it should have."""

    name: str
    role: str
    language: str
    by_htmx: bool
    wanted: int
    page: Page
    endpoint: str = ""

    @property
    def is_html(self) -> bool:
        """Whether there is a page (or fragment) to look at."""
        return self.page.headers.get("Content-Type", "").startswith("text/html") and self.page.status not in _NO_PAGE

    @property
    def is_fragment(self) -> bool:
        """Whether this is less than a page: what htmx asked for, or what is only ever asked for by htmx."""
        return self.is_html and not self.page.source.startswith("<!DOCTYPE")

    @property
    def is_page(self) -> bool:
        """Whether it is a whole page as a browser shows it."""
        return self.is_html and not self.by_htmx and not self.is_fragment

    def __str__(self) -> str:
        return f"{self.name} ({self.language}{', htmx' if self.by_htmx else ''})"


#: Only pages ask for these; a person never opens them.
FOR_HTMX = {"sign_in.idle", "kiosks.watch", "export.progress", "appointments_asking.left", "check_in.place"}
FOR_HTMX |= {"messaging.news", "messaging_office.news"}
_NO_PAGE = {204, 301, 302, 303, 304, 308}


def all_visits(world: World) -> list[Visit]:
    """Every place and every failure, in both languages, plain and by htmx."""
    found: list[Visit] = []
    for language in ("en", "es"):
        world.speak(language)
        for by_htmx in (False, True):
            world.step_up()
            unread_again(world.named)
            found += _visits_of_places(world, language, by_htmx)
            found += _visits_of_failures(world, language, by_htmx)
    world.speak("en")
    return found


def open_as(browser: Browser, method: str, url: str, language: str, by_htmx: bool, **how: Any) -> Page:
    """One request, in a context of its own, and without the checks: they are what is tested here."""
    headers = {"Accept-Language": language, **how.pop("headers", {})}
    if by_htmx:
        headers["HX-Request"] = "true"
    response = Context().run(getattr(browser.client, method), url, headers=headers, **how)
    return Page(response, url, not response.get_data().startswith(b"<!DOCTYPE"))


def told(wrong: list[tuple[Visit, str]]) -> str:
    """What is wrong, each thing once, with some of the visits that met it."""
    met: dict[str, list[str]] = {}
    for visit, words in wrong:
        met.setdefault(words, []).append(str(visit))
    lines = [f"{words}\n    {len(names)}: {'; '.join(names[:4])}" for words, names in sorted(met.items())]
    return "\n".join(lines)


def _visits_of_places(world: World, language: str, by_htmx: bool) -> Iterator[Visit]:
    for place in places(world):
        if place.endpoint in FOR_HTMX and not by_htmx:
            continue
        page = open_as(world.browser(place.role), "get", place.url, language, by_htmx)
        machine = place.endpoint in FOR_MACHINES
        wanted = place.status if not by_htmx or machine else _by_htmx(place.endpoint, place.status, place.role)
        yield Visit(str(place), place.role, language, by_htmx, wanted, page, place.endpoint)


def _by_htmx(endpoint: str, status: int, role: str) -> int:
    """A door that leads to the sign-in tells htmx 401 in place; a redirect becomes 204 with HX-Redirect."""
    if status != 303 or endpoint == "health.front":
        return status
    led = {
        "sign_in.idle",
        "office_choice.choose",
        "recovery.ask_code",
        "recovery.ask_password",
        "recovery_second.ask",
        "recovery_second.ask_code",
        "appointments_asking.move",
    }
    return 204 if endpoint in led or endpoint.startswith(("enrollment", "kiosks")) else 401


def _visits_of_failures(world: World, language: str, by_htmx: bool) -> Iterator[Visit]:
    heres = {"anonymous": "/sign_in/", "patient": "/me/", "front_desk": f"/office/{world.named['office']}/"}
    for role, here in heres.items():
        browser = world.browser(role)
        for status, method, url, how in _failures(here):
            page = open_as(browser, method, url, language, by_htmx, **how)
            yield Visit(f"{status} for {role} at {url}", role, language, by_htmx, status, page)
        for status in (409, 429, 500, 503):
            with _failing(world, here, status):
                page = open_as(browser, "get", here, language, by_htmx)
            yield Visit(f"{status} for {role} at {here}", role, language, by_htmx, status, page)
    for status, form in _bad_forms(world):
        page = _send_badly(world, form, language, by_htmx)
        yield Visit(f"{status} for {form.role} sending {form.url}", form.role, language, by_htmx, status, page)


def _failures(here: str) -> list[tuple[int, str, str, dict[str, Any]]]:
    """Failures that a request alone can bring about."""
    return [
        (403, "post", here if here == "/sign_in/" else "/sign_in/extend", {"data": {"csrf_token": "no"}}),
        (403, "post", "/sign_in/", {"headers": {"Origin": "https://elsewhere.example"}}),
        (404, "get", "/nothing/here", {}),
        (404, "get", f"{here}no/{uuid_of_nothing()}", {}),
        (405, "get", "/sign_in/out", {}),
        (413, "post", "/sign_in/", {"data": {"username": "x" * 300_000}}),
        (400, "get", here, {"base_url": "http://elsewhere.example"}),
    ]


@contextmanager
def _failing(world: World, here: str, status: int) -> Iterator[None]:
    """For a moment, the page breaks from inside."""
    errors = {
        409: Refused(Refusal("sent_before", number="R-0000-0000")),
        429: TooManyRequests(),
        500: ZeroDivisionError(),
        503: Unavailable("stopped"),
    }
    endpoint = {"/sign_in/": "sign_in.ask", "/me/": "home.today"}.get(here, "office.today")
    views = world.app.view_functions
    kept = views[endpoint]

    def broken(**_arguments: Any) -> None:
        raise errors[status]

    views[endpoint] = broken
    try:
        yield
    finally:
        views[endpoint] = kept


@dataclass(frozen=True)
class BadForm:
    """A form that is sent with something wrong in it: every field gets `typed` (or what `fields` says)."""

    role: str
    url: str
    fields: dict[str, str]


#: Somebody who has a chart in the demonstration.
_TWICE = {"given": "Clementine", "family": "Ashgrove", "birth_date": "01/01/1970", "phone_on_file": "315-555-0170"}


def _bad_forms(world: World) -> list[tuple[int, BadForm]]:
    office, named = world.named["office"], world.named
    profile, book = "/me/accounts/profile", "/me/address_book"
    return [
        (422, BadForm("anonymous", "/sign_in/", {"username": "", "password": ""})),
        (422, BadForm("anonymous", "/sign_in/", {"username": "nobody", "password": "wrong words here"})),
        (422, BadForm("anonymous", "/sign_in/office", {"username": "nobody", "password": "wrong words here"})),
        (422, BadForm("staff without code", "/sign_in/code", {"code": "x"})),
        (422, BadForm("anonymous", "/enroll/", {"code": ""})),
        (422, BadForm("anonymous", "/enroll/", {"code": "AAAA-AAAA-AAAA-AAAAA"})),
        (422, BadForm("anonymous", "/enroll/register", {"given": "", "birth_date": "x", "email": "x", "phone": "1"})),
        (422, BadForm("at who", "/enroll/who", {"birth_date": "x", "postal_code": ""})),
        (422, BadForm("at phone code", "/enroll/phone", {"code": ""})),
        (422, BadForm("at login", "/enroll/login", {"username": "", "password": "x", "again": "y"})),
        (422, BadForm("at email code", "/enroll/email", {"code": ""})),
        (422, BadForm("patient", f"{profile}/about", {"given": "", "preferred": "x" * 200})),
        (409, BadForm("patient", f"{profile}/about", {"version": "0", "given": "Mari"})),
        (422, BadForm("patient", f"{profile}/addresses/new", {"line1": "", "postal_code": "x"})),
        (422, BadForm("patient", f"{profile}/addresses/{named['address']}", {"kept-line1": ""})),
        (422, BadForm("patient", f"{book}/insurance/add", {"company": "", "phone": "12"})),
        (422, BadForm("patient", f"{book}/contacts/{named['contact 1']}/edit", {"phone": "12", "email": "x"})),
        (409, BadForm("patient", f"{book}/insurance/{named['insurance 1']}/edit", {"version": "9", "company": "X"})),
        (422, BadForm("anonymous", "/kiosk/pair", {"code": ""})),
        (422, BadForm("administrator", f"/office/{office}/kiosks/add", {"name": ""})),
        *_bad_forms_of_practices(world),
        *_bad_forms_of_recovery(),
        *_bad_forms_of_connections(world),
        (422, BadForm("administrator", f"/office/{office}/announcements/new", {"title": "", "ends_on": "x"})),
        *_bad_forms_of_charts(world),
    ]


def _bad_forms_of_charts(world: World) -> list[tuple[int, BadForm]]:
    """And searches: they are posts, so their answers are looked at here."""
    named, charts = world.named, f"/office/{world.named['office']}/charts"
    return [
        (422, BadForm("front_desk", f"{charts}/", {"q": "x"})),
        (200, BadForm("front_desk", f"{charts}/", {"q": "quillmark"})),
        (422, BadForm("front_desk", f"{charts}/new", {"given": "", "birth_date": "x"})),
        (409, BadForm("front_desk", f"{charts}/new", _TWICE)),
        (200, BadForm("front_desk", f"{charts}/{named['chart that stayed']}/merge", {"number": "L-2000"})),
        (200, BadForm("front_desk", f"{charts}/{named['chart of nobody']}/merge", {})),
        (422, BadForm("front_desk", f"{charts}/{named['chart']}/merge", {"number": "nothing"})),
        (409, BadForm("front_desk", f"{charts}/{named['chart']}/edit", {"version": "0", "given": "Mari"})),
    ]


def _bad_forms_of_practices(world: World) -> list[tuple[int, BadForm]]:
    office, named = world.named["office"], world.named
    return [
        (422, BadForm("administrator", f"/office/{office}/staff/invite", {"email": "x", "given": ""})),
        (422, BadForm("administrator", f"/office/{office}/settings/about/edit", {"phone": "12", "name": ""})),
        (422, BadForm("administrator", f"/office/{office}/settings/locations/add", {"phone": "12"})),
        (422, BadForm("operator", "/office/all/offices/add", {"phone": "12"})),
        (422, BadForm("anonymous", f"/practices/join/{named['fresh staff link']}", {"username": "b"})),
        (422, BadForm("anonymous", f"/practices/join/{named['chosen staff link']}/authenticator", {"code": "x"})),
    ]


def _bad_forms_of_recovery() -> list[tuple[int, BadForm]]:
    return [
        (422, BadForm("anonymous", "/recovery/username", {"given": "", "birth_date": "x", "email": "x"})),
        (422, BadForm("anonymous", "/recovery/password", {"username": "", "via": "pigeon"})),
        (422, BadForm("on the way", "/recovery/password/code", {"code": ""})),
        (422, BadForm("proven", "/recovery/password/new", {"password": "x", "again": "y"})),
        (422, BadForm("lost both", "/recovery/password/second/", {"via": "pigeon"})),
        (422, BadForm("lost both", "/recovery/password/second/code", {"code": ""})),
    ]


def _bad_forms_of_connections(world: World) -> list[tuple[int, BadForm]]:
    office, named = world.named["office"], world.named
    return [
        (409, BadForm("front_desk", f"/office/{office}/connections/changes/{named['chart']}", {"note": "x"})),
        (422, BadForm("patient who was declined", "/me/connections/new", {"office": "x"})),
        (422, BadForm("front_desk", f"/office/{office}/connections/{named['request']}", {"q": "x"})),
        (422, BadForm("front_desk", f"/office/{office}/connections/{named['request']}/decline", {"why": "x"})),
    ]


def _send_badly(world: World, form: BadForm, language: str, by_htmx: bool) -> Page:
    browser = world.browser(form.role)
    shown = open_as(browser, "get", form.url, language, False)
    fields = dict(shown.form(f"form[action='{form.url}']").form_values()) | form.fields
    return open_as(browser, "post", form.url, language, by_htmx, data=fields)
