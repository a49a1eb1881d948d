"""A live portal for each journey, and somebody at each of three browsers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from flask import Flask
from playwright.sync_api import Browser, BrowserContext

from tests.chromium import chromium as real_chromium
from tests.journeys.live import serve
from tests.journeys.visitors import InChromium, InText, Visitor

#: What text_browser.py says then.
_W3M_DIED = "w3m has ended, by signal"
_SCRIPT = {"htmx": True, "no script": False}


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """A journey in which w3m itself aborted (its own fault, in one of some hundreds) is walked once more."""
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, log=False, nextitem=nextitem)
    if any(_W3M_DIED in str(report.longrepr) for report in reports if report.failed):
        item._initrequest()  # type: ignore[attr-defined]
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One Chromium for all journeys of a worker."""
    with real_chromium() as browser:
        yield browser


@contextmanager
def new_context(browser: Browser, **how: Any) -> Iterator[BrowserContext]:
    """Somebody's Chromium, with nothing of anybody else's in it."""
    context = browser.new_context(**how)
    try:
        yield context
    finally:
        context.close()


@pytest.fixture
def live(app: Flask) -> Iterator[str]:
    """Where the portal of this test answers."""
    with serve(app) as address:
        yield address


@pytest.fixture(params=["htmx", "no script", "w3m"])
def visitor(request: pytest.FixtureRequest, live: str, tmp_path: Path) -> Iterator[Visitor]:
    """Somebody new at a browser."""
    if request.param == "w3m":
        somebody = InText(live, tmp_path / "w3m")
        with closing(somebody.browser):
            yield somebody
        return
    chromium: Browser = request.getfixturevalue("chromium")
    with new_context(chromium, java_script_enabled=_SCRIPT[request.param]) as context:
        yield InChromium(live, context)


@pytest.fixture
def with_htmx(live: str, chromium: Browser) -> Iterator[InChromium]:
    """Somebody at Chromium, for what only scripts do."""
    with new_context(chromium) as context:
        yield InChromium(live, context)
