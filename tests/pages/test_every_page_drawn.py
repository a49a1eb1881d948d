"""Every page in real Chromium: axe, widths, targets, color schemes, print, and that it stays quiet and at home.

The layout is looked at once for each shape: two pages that differ in their words alone are drawn alike. And it is
looked at beside one database: the pages themselves are asked for beside both (test_every_answer).
"""

from __future__ import annotations

import pytest

from tests.pages.drawn import stage
from tests.pages.visits import told

pytestmark = pytest.mark.sqlite
_STAFF = "html.staff"
_PATIENT = "body.app"


@pytest.fixture(params=["outside", "patient", "office"])
def kind(request):
    """Pages before the sign-in (and all failures), of patients, of staff."""
    return request.param


def pages_of(visits, kind, language):
    found = {}
    for visit in visits:
        if visit.is_page and visit.language == language and visit.page.source and _kind(visit.page) == kind:
            found.setdefault(_shape(visit.page), visit)
    assert len(found) > 3
    return list(found.values())


def _kind(page):
    return "office" if page.css(_STAFF) else "patient" if page.css(_PATIENT) else "outside"


def _shape(page):
    elements = (one for one in page.root.iter() if isinstance(one.tag, str))
    return "|".join(f"{one.tag}.{one.get('class') or one.get('type')}" for one in elements)


def test_every_page_in_english(chromium, world, visits, kind):
    """WCAG 2.2 A and AA and best practices at two widths; no fault on the way to each other check."""
    with stage(chromium, world) as shown:
        for visit in pages_of(visits, kind, "en"):
            for width in (360, 1280):
                shown.show(visit, width)
                shown.check_shift()
                shown.check_axe()
                shown.check_targets()
                shown.check_width(width, width * 8 // 9 if width < 400 else 768)
            shown.check_looks()
    assert not shown.faults, told(shown.faults)


def test_every_page_in_spanish(chromium, world, visits, kind):
    """Longer words still fit."""
    with stage(chromium, world) as shown:
        for visit in pages_of(visits, kind, "es"):
            shown.show(visit, 1280)
            shown.check_width(1280, 768, 360, 320)
            shown.check_targets()
    assert not shown.faults, told(shown.faults)
