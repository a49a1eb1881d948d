"""Real Chromium for tests, with the checks that only a laid out page can answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests import parts

# No sandbox: it cannot be set up as root or in most containers, and the pages are
# ours. The rest keeps the browser from talking to anybody but the tests.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# WCAG 2.2 A and AA (each version's tag names only what that version added) and
# axe's best practices. target-size is WCAG 2.2's, and off by default in axe.
AXE_OPTIONS: dict[str, Any] = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser, about 0.5 s to start: one per worker, a new context per test.

    ``browser.new_context(java_script_enabled=False)`` is the same without scripts.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=parts.chromium(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def axe_violations(page: Page) -> list[str]:
    """What axe finds on the page as it is now: ``rule (impact): help: where``."""
    found = Axe().run(page, options=AXE_OPTIONS).response["violations"]
    return [_line(violation, node) for violation in found for node in violation["nodes"]]


def _line(violation: dict[str, Any], node: dict[str, Any]) -> str:
    where = " ".join(str(part) for part in node["target"])
    return f"{violation['id']} ({node.get('impact')}): {violation['help']}: {where}"


def overflows(page: Page) -> bool:
    """Whether the page scrolls sideways, or would if its overflow were not hidden.

    A table that scrolls inside its own box is fine and not counted.
    """
    return bool(
        page.evaluate(
            "() => [document.documentElement, document.body]"
            ".some(box => box.scrollWidth > document.documentElement.clientWidth)"
        )
    )
