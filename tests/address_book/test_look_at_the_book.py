"""The three lists of the Address Book: what stands in them, for whom, and at what price (ADR-1 to ADR-3)."""

from __future__ import annotations

from datetime import date

import pytest

from portal.domain.address_book.types import Kind
from portal.kernel.prepared_statement import PreparedStatement
from tests.address_book.book import BOOK, LISTS
from tests.factories.address_book import a_contact, an_entry, an_insurance, an_own_provider


@pytest.mark.parametrize(
    ("kind", "tab"),
    [
        (Kind.PROVIDERS, "Providers"),
        (Kind.INSURANCE, "Insurance"),
        (Kind.CONTACTS, "Emergency Contact"),
    ],
)
def test_each_list_has_its_tab_and_its_next_step_when_empty(browser, patient, kind, tab):
    page = browser(patient).get(LISTS[kind])
    tabs = [link.text_content().strip() for link in page.css(".tabs a")]
    assert tabs == ["Providers", "Insurance", "Emergency Contact"]
    assert page.one(".tabs [aria-current=page]").text_content().strip() == tab
    assert len(page.css("p.quiet")) == 1
    assert page.one("a.tool.add").get("href") == f"{BOOK}{kind}/add"


def test_a_provider_of_ones_office_is_read_only(browser, patient):
    page = browser(patient).get(BOOK)
    card = page.one("#care-team .card")
    assert card.cssselect("a[href^='tel:+1']")
    directions = card.cssselect("a.tool")[0]
    assert directions.get("href").startswith("https://www.openstreetmap.org/directions?to=")
    assert "noreferrer" in directions.get("rel")
    assert not card.cssselect("form, a.edit, a.trash")


def test_somebody_without_an_office_is_told_what_will_be_here(browser, stranger):
    assert "once the clinic has connected you" in browser(stranger).get(BOOK)


def test_the_card_of_an_insurance_shows_the_end_of_the_member_id_only(browser, patient):
    insurance = an_insurance(patient.person_id)
    me = browser(patient)
    page = me.get(LISTS[Kind.INSURANCE])
    assert "Tidewell Vision" in page.one("h3").text_content()
    assert "ends in 0093" in page
    assert "TW 2210 0093" not in page.source
    assert page.one("a[href^='tel:']").text_content() == "800-555-0181"
    assert "June 30, 2097" in page
    assert me.get(f"{LISTS[Kind.INSURANCE]}{insurance}/edit").one("[name=member_id]").get("value") == "TW 2210 0093"


def test_an_ended_insurance_is_marked(browser, patient):
    an_insurance(patient.person_id, good_until=date(2020, 1, 31))
    assert "Out of date" in browser(patient).get(LISTS[Kind.INSURANCE])


def test_what_people_type_is_never_markup(browser, patient):
    a_contact(patient.person_id, name="<b data-hx-get=/x>Ines</b>", relationship="\"'><script>x</script>")
    page = browser(patient).get(LISTS[Kind.CONTACTS])
    assert "<b data-hx-get=/x>Ines</b>" in page.one("h3").text_content()


def test_what_was_added_stands_below_the_care_team(browser, patient):
    an_own_provider(patient.person_id)
    page = browser(patient).get(BOOK)
    assert page.one("#providers .card h3").text_content() == "Dr. Petra Lindqvist"
    assert "9%20Quarry%20Road" in page.one("#providers a[target]").get("href")


def test_a_full_list_says_so_in_place_of_add(browser, patient):
    for number in range(20):
        a_contact(patient.person_id, name=f"Friend {number}")
    page = browser(patient).get(LISTS[Kind.CONTACTS])
    assert "There is room for 20 here" in page
    assert not page.css("a.tool.add")


@pytest.mark.parametrize("kind", Kind)
def test_no_page_takes_more_than_four_statements(browser, patient, monkeypatch, kind):
    entry = f"{BOOK}{kind}/{an_entry(patient.person_id, kind)}"
    an_entry(patient.person_id, kind)
    seen = []
    run = PreparedStatement.run
    monkeypatch.setattr(PreparedStatement, "run", lambda self, *rest: (seen.append(self.sql), run(self, *rest))[1])
    me = browser(patient)
    for url in (LISTS[kind], f"{BOOK}{kind}/add", f"{entry}/", f"{entry}/edit", f"{entry}/delete"):
        seen.clear()
        me.get(url)
        assert 3 <= len(seen) <= 4, seen


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("deed", ["", "edit", "delete"])
def test_somebody_elses_entry_does_not_exist(browser, patient, stranger, kind, deed):
    entry = an_entry(patient.person_id, kind)
    them = browser(stranger)
    theirs = them.get(f"{BOOK}{kind}/{entry}/{deed}", 404)
    nobodys = them.get(f"{BOOK}{kind}/00000000-0000-4000-8000-000000000000/{deed}", 404)
    assert theirs.source == nobodys.source


def test_an_entry_of_one_kind_is_none_of_another(browser, patient):
    browser(patient).get(f"{BOOK}contacts/{an_insurance(patient.person_id)}/", 404)


def test_nobody_looks_without_signing_in(browser):
    assert browser().client.get(BOOK).status_code == 303
