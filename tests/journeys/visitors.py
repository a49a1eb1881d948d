"""People at three browsers, who do and see the same things: Chromium with htmx, Chromium without script, w3m."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, expect

from portal.web.templates import translations
from tests.people import Patient
from tests.text_browser import TextBrowser


class Visitor(ABC):
    """Somebody at a browser. Words are what stands on the page; each deed waits until its answer is there."""

    def __init__(self, address: str) -> None:
        self.address = address

    @abstractmethod
    def open(self, path: str) -> None:
        """Go to a path of the portal."""

    @abstractmethod
    def follow(self, words: str) -> None:
        """Follow the link with these words."""

    @abstractmethod
    def fill(self, label: str, text: str) -> None:
        """Type into the field with this label."""

    @abstractmethod
    def choose(self, label: str, option: str) -> None:
        """Pick from the list with this label."""

    @abstractmethod
    def choose_file(self, label: str, file: Path) -> None:
        """Choose a file of this machine in the field with this label."""

    @abstractmethod
    def tick(self, label: str) -> None:
        """Choose the radio button with this label."""

    @abstractmethod
    def press(self, words: str) -> None:
        """Press the button with these words."""

    @abstractmethod
    def sees(self, words: str) -> None:
        """Fail unless the words come to stand on the page."""

    @abstractmethod
    def misses(self, words: str) -> None:
        """Fail unless the words are gone from the page."""

    @abstractmethod
    def path(self) -> str:
        """Where on the portal this is."""

    def sign_in(self, who: Patient) -> None:
        """Through the front door."""
        self.open("/sign_in/")
        self.fill("Username", who.username)
        self.fill("Password", who.password)
        self.press("Sign in")
        self.sees("For you today")


class InChromium(Visitor):
    """A tab of Chromium, with or without script."""

    def __init__(self, address: str, context: BrowserContext) -> None:
        super().__init__(address)
        context.set_default_timeout(10_000)
        self.tab = context.new_page()

    def open(self, path: str) -> None:
        self.tab.goto(self.address + path)

    def follow(self, words: str) -> None:
        self._control("link", words).click()

    def fill(self, label: str, text: str) -> None:
        self._field(label).fill(text)

    def choose(self, label: str, option: str) -> None:
        self._field(label).select_option(label=option)

    def choose_file(self, label: str, file: Path) -> None:
        self._field(label).set_input_files(file)

    def tick(self, label: str) -> None:
        self._field(label).check()

    def press(self, words: str) -> None:
        self._control("button", words).click()

    def sees(self, words: str) -> None:
        expect(self.tab.locator("body")).to_contain_text(words, use_inner_text=True)

    def misses(self, words: str) -> None:
        expect(self.tab.locator("body")).not_to_contain_text(words, use_inner_text=True)

    def path(self) -> str:
        return self.tab.url.removeprefix(self.address).partition("?")[0]

    def _field(self, label: str) -> Locator:
        """By the whole label or its beginning: some go on ("if you have one")."""
        found = self.tab.get_by_label(re.compile(rf"^\s*{re.escape(label)}")).first
        found.wait_for()
        self.settle()
        return found

    def settle(self) -> None:
        """Wait for htmx: what it put in gets its focus and its own triggers some milliseconds after it is seen."""
        expect(self.tab.locator(".htmx-added, .htmx-request")).to_have_count(0)

    def _control(self, role: str, words: str) -> Locator:
        """The first one in `main` with these words, hidden ones included; else anywhere (the menu)."""
        within = self.tab.get_by_role("main").get_by_role(role, name=words)  # type: ignore[arg-type]
        return (within if within.count() else self.tab.get_by_role(role, name=words)).first  # type: ignore[arg-type]


class InText(Visitor):
    """w3m: one page at a time, no script, no styles; hidden words are printed."""

    def __init__(self, address: str, home: Path) -> None:
        super().__init__(address)
        self.browser = TextBrowser(home, rows=150, columns=140)

    def open(self, path: str) -> None:
        self.browser.open(self.address + path)

    def follow(self, words: str) -> None:
        self.browser.follow_link(words)

    def fill(self, label: str, text: str) -> None:
        self.browser.fill(label, text)

    def choose(self, label: str, option: str) -> None:
        self.browser.choose(label, option)

    def choose_file(self, label: str, file: Path) -> None:
        self.browser.choose_file(label, file)

    def tick(self, label: str) -> None:
        self.browser.tick(label)

    def press(self, words: str) -> None:
        self.browser.submit(words)

    def sees(self, words: str) -> None:
        assert words in self._text(), f"no {words!r} in\n{self.browser.text()}"

    def misses(self, words: str) -> None:
        assert words not in self._text(), f"{words!r} in\n{self.browser.text()}"

    def path(self) -> str:
        return self.browser.url().removeprefix(self.address).partition("?")[0].strip()

    def _text(self) -> str:
        self.browser.press("g")
        return " ".join(self.browser.text().split())


def spanish(words: str) -> str:
    """The same words as people read them in Spanish."""
    return translations("es").gettext(words)
