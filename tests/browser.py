"""A browser for tests: it gets parsed pages, checks each, and submits forms as people do, with htmx or without."""

from __future__ import annotations

from contextvars import Context
from typing import Any

from flask import Flask
from lxml import html
from lxml.html import HtmlElement

from portal.domain.sign_in import actions
from portal.domain.sign_in.actions import Try
from portal.domain.viewer import Actor
from portal.kernel import database
from portal.web.browser_session import cookie_name
from tests.page_checks import complaints

_MOST_HOPS = 5


class Page:
    """An answer as a person sees it."""

    def __init__(self, response: Any, url: str, fragment: bool) -> None:
        self.response, self.url, self.is_fragment = response, url, fragment
        self.status, self.headers = response.status_code, response.headers
        is_text = response.mimetype not in {"application/zip", "image/jpeg", "image/png"}
        self.source = response.get_data(as_text=True) if is_text else ""
        body = self.source if self.source.strip() else "<div></div>"
        self.root: HtmlElement = html.fragment_fromstring(body, "div") if fragment else html.fromstring(body)

    def css(self, selector: str) -> list[HtmlElement]:
        """All elements of a CSS selector."""
        return list(self.root.cssselect(selector))

    def one(self, selector: str) -> HtmlElement:
        """The only element of a CSS selector."""
        found = self.css(selector)
        assert len(found) == 1, f"{len(found)} of {selector} in\n{self.source}"
        return found[0]

    def form(self, selector: str = "main form") -> HtmlElement:
        """A form: the first one that the selector meets (the form itself, or something within it)."""
        for found in self.css(selector):
            form = found if found.tag == "form" else next(found.iterancestors("form"), None)
            if form is not None:
                return form
        raise AssertionError(f"no form at {selector} in\n{self.source}")

    @property
    def text(self) -> str:
        """All words, with single spaces."""
        words = self.root.xpath("//text()[not(ancestor::style or ancestor::script)]")
        return " ".join(" ".join(words).split())

    def __contains__(self, words: str) -> bool:
        return words in self.text


class Browser:
    """One person's browser. `htmx` says whether forms that may go by htmx do."""

    def __init__(self, app: Flask, *, htmx: bool = False) -> None:
        self.app, self.htmx = app, htmx
        self.client = app.test_client()
        self.page: Page | None = None

    def sign_in(self, actor: Actor) -> None:
        """Open a session without the doorway; the doorway has its own tests."""
        attempt = Try(actor.kind, "", "", "127.0.0.1", "127.0.0.0/24", None, "tests")
        with database.writing():
            token, device = actions.open_session(actor, attempt, awaiting_code=False)
        self.client.set_cookie(cookie_name(self.app), token)
        self.client.set_cookie("device", device or "")

    def get(self, url: str, status: int = 200, *, htmx: bool = False, **headers: str) -> Page:
        """Open a page (or, with htmx, ask for its fragment)."""
        asked = {**({"HX-Request": "true"} if htmx else {}), **headers}
        return self._take(self._send("get", url, headers=asked), url, status, htmx)

    def post(self, url: str, data: dict[str, Any], status: int = 200, *, htmx: bool = False, **headers: str) -> Page:
        """Post raw fields, as no form would."""
        asked = {**({"HX-Request": "true"} if htmx else {}), **headers}
        return self._take(self._send("post", url, data=data, headers=asked), url, status, htmx)

    def submit(self, where: Page | HtmlElement, selector: str = "main form", status: int = 200, **fields: Any) -> Page:
        """Fill a form in and send it. Fields not named keep what the page put in; a redirect is followed."""
        form = where.form(selector) if isinstance(where, Page) else where
        data = {**dict(form.form_values()), **{name: value for name, value in fields.items() if value is not None}}
        for name, value in fields.items():
            if value is None:
                data.pop(name, None)
        by_htmx = self.htmx and form.get("data-hx-post") is not None
        url = form.get("data-hx-post") if by_htmx else form.get("action")
        headers = {"HX-Request": "true"} if by_htmx else {}
        response = self._send("post", url, data=data, headers=headers)
        hops = 0
        while response.status_code in {302, 303} and hops < _MOST_HOPS:
            url, hops = response.headers["Location"], hops + 1
            response = self._send("get", url)
        return self._take(response, url, status, by_htmx)

    def _send(self, method: str, url: str, **how: Any) -> Any:
        """A request of its own: the test's open application context must not reach into it."""
        return Context().run(getattr(self.client, method), url, **how)

    def _take(self, response: Any, url: str, status: int, fragment: bool) -> Page:
        page = Page(response, url, fragment)
        assert page.status == status, f"{page.status}, not {status}, at {url}\n{page.text[-1500:]}"
        found = complaints(page) if "text/html" in response.headers.get("Content-Type", "") else []
        assert not found, f"{url}: {found}"
        self.page = page
        return page
