"""Pictures of an insurance card: added, replaced and removed by a person, and seen by their office (ADR-2)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.domain.address_book.models import InsuranceCard
from portal.domain.charts.models import Chart
from portal.domain.files.models import StoredFile
from portal.kernel import database
from tests.address_book.cards import put
from tests.factories.address_book import an_insurance
from tests.factories.files import PDF, a_picture
from tests.journeys.conftest import new_context
from tests.journeys.stored import deeds_of, rows
from tests.journeys.test_the_office_tells_something import come_in
from tests.journeys.visitors import InChromium

BOOK = "/me/address_book/insurance/"


@pytest.fixture(params=[True, False], ids=["htmx", "no script"])
def shows(request, live, chromium):
    """Somebody at Chromium, and `choose(file, button)`: the front of the card; without a script the button sends it."""
    with new_context(chromium, java_script_enabled=request.param) as context:
        somebody = InChromium(live, context)
        yield somebody, _chooser(somebody, has_script=request.param)


def _chooser(somebody, *, has_script):
    def choose(file, button):
        somebody.tab.get_by_label("Picture").first.set_input_files(file)
        if not has_script:
            somebody.press(button)

    return choose


def test_front_is_added_replaced_and_removed(shows, patient, tmp_path):
    somebody, choose = shows
    insurance = an_insurance(patient.person_id)
    first, second, letter = tmp_path / "front.jpg", tmp_path / "better.png", tmp_path / "letter.pdf"
    first.write_bytes(a_picture())
    second.write_bytes(a_picture("PNG"))
    letter.write_bytes(PDF)
    somebody.sign_in(patient)
    somebody.open(BOOK)
    somebody.follow("Add card pictures")
    choose(letter, "Add a picture")
    somebody.sees("This is no picture")
    assert not rows(StoredFile)
    choose(first, "Add a picture")
    somebody.sees("Open the picture")
    choose(second, "Replace")
    somebody.sees("Replace")
    somebody.settle()
    somebody.open(f"{BOOK}{insurance}/")
    assert [one.title for one in rows(StoredFile)] == ["better.png"]
    with somebody.tab.expect_download() as saved:
        somebody.tab.locator("a.file").click()
    assert saved.value.suggested_filename == "better.png"
    somebody.press("Remove Card, front")
    somebody.misses("Open the picture")
    assert not rows(StoredFile) and not rows(InsuranceCard)
    wanted = ["insurance_card.added", "insurance_card.added", "insurance_card.removed"]
    assert [deed for deed in deeds_of(patient.person_id) if deed.startswith("insurance_card")] == wanted


def test_the_office_opens_what_was_added(shows, patient, front_desk, browser, tmp_path):
    somebody, _ = shows
    put(browser(patient), an_insurance(patient.person_id), "front")
    with database.writing() as session:
        chart = session.scalars(select(Chart.public_id).where(Chart.person_id == patient.person_id)).one()
    come_in(somebody, front_desk)
    somebody.open(f"/office/{front_desk.place}/charts/{chart}/")
    somebody.follow("Insurance")
    somebody.sees("TW 2210 0093")
    with somebody.tab.expect_download() as saved:
        somebody.tab.locator("a.file").click()
    assert saved.value.suggested_filename == "card.jpg"
