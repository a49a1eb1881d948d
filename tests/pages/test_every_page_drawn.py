"""Every page in real Chromium: axe, widths, targets, color schemes, print, and that it stays quiet and at home."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chromium import chromium as real_chromium
from tests.pages.drawn import stage
from tests.pages.visits import told


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """One browser for the worker."""
    with real_chromium() as browser:
        yield browser


@pytest.fixture(params=["en", "es"])
def pages(request, visits):
    """Whole pages of a language, each kind of failure page once."""
    found = {}
    for visit in visits:
        if visit.is_page and visit.language == request.param and visit.page.source:
            found.setdefault(_kind(visit), visit)
    return list(found.values())


def _kind(visit):
    """Failure pages are the same for everybody; what a person typed badly is not."""
    return visit.name if "sending" in visit.name or visit.page.status == 200 else visit.page.status


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("pages", ["en"], indirect=True)
def test_axe_finds_nothing(chromium, world, pages, width):
    """WCAG 2.2 A and AA and best practices; and nothing moves, nothing small, no console line on the way."""
    with stage(chromium, world, width) as shown:
        for visit in pages:
            shown.show(visit)
            shown.check_shift()
            shown.check_axe()
            shown.check_targets()
    assert not shown.faults, told(shown.faults)


@pytest.mark.parametrize("pages", ["en"], indirect=True)
def test_contrast_holds_in_the_dark(chromium, world, pages):
    with stage(chromium, world, 800, color_scheme="dark") as shown:
        for visit in pages:
            shown.show(visit)
            shown.check_axe("color-contrast", "link-in-text-block")
    assert not shown.faults, told(shown.faults)


def test_nothing_scrolls_sideways(chromium, world, pages):
    with stage(chromium, world) as shown:
        for visit in pages:
            shown.show(visit)
            shown.check_width(1280, 768, 360, 320)
            shown.check_targets()
    assert not shown.faults, told(shown.faults)


@pytest.mark.parametrize("look", [{"forced_colors": "active"}, {"media": "print"}], ids=["forced colors", "print"])
@pytest.mark.parametrize("pages", ["en"], indirect=True)
def test_other_looks_hold(chromium, world, pages, look):
    """Forced colors: all words and controls are still drawn. Print: the words are, menus and buttons are not."""
    with stage(chromium, world, 800) as shown:
        shown.tab.emulate_media(**look)
        for visit in pages:
            shown.show(visit)
            if not shown.tab.locator("h1").is_visible():
                shown.fault("no heading is drawn")
            if "media" in look and shown.tab.locator("nav, button, .btn").filter(visible=True).count():
                shown.fault("a menu or button is printed")
    assert not shown.faults, told(shown.faults)
