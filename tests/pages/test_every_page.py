"""What stands in every page and fragment, for each role and in both languages (ARCHITECTURE §8)."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from sqlalchemy import select

from portal.domain.accounts.models import Person
from portal.domain.address_book.models import EmergencyContact, Insurance, OwnProvider
from portal.domain.announcements.models import Announcement
from portal.domain.practices.models import Provider
from portal.kernel import database
from tests.html_checker import check_pages
from tests.page_checks import complaints
from tests.pages.places import LINES, gets_of
from tests.pages.visits import FOR_HTMX, told
from tests.pages.words import english_left

#: What is new each time.
_TOKENS = re.compile(r'(?<=value=)"[\w-]{22,}"|nonce="[^"]*"|<style>.*?</style>', re.S)
#: What moves on between two looks: a minute may pass.
_CLOCK = re.compile(r"\b\d{1,2}:\d\d\b")
_OF_A_PAGE = {200, 409, 422}


def test_every_get_has_a_place(world):
    assert gets_of(world.app) == {line.endpoint for line in LINES}


def test_every_place_answers_as_it_should(visits):
    wrong = [
        (visit, f"{visit.page.status}, not {visit.wanted}") for visit in visits if visit.page.status != visit.wanted
    ]
    assert not wrong, told(wrong)


def test_every_page_and_fragment_is_well_made(visits):
    wrong = [(visit, words) for visit in visits if visit.is_html for words in complaints(visit.page)]
    assert not wrong, told(wrong)


def test_every_page_is_in_the_language_of_its_reader(visits):
    wrong = [
        (visit, str(visit.page.root.get("lang")))
        for visit in visits
        if visit.is_page and visit.page.root.get("lang") != f"{visit.language}-US"
    ]
    assert not wrong, told(wrong)


def test_every_fragment_is_a_part_of_its_page(visits):
    """A page includes the partial that its URL gives to htmx: the root's id is there, and nothing of it is missing."""
    pages = {(visit.name, visit.language): visit.page for visit in visits if visit.is_page}
    wrong = []
    for visit in visits:
        if visit.is_fragment and visit.by_htmx and visit.page.status in _OF_A_PAGE and visit.endpoint not in FOR_HTMX:
            whole = pages[visit.name, visit.language]
            wrong += [(visit, words) for words in _differences(visit.page, whole)]
    assert not wrong, told(wrong)


def _differences(fragment, whole):
    root = next(element for element in fragment.root if isinstance(element.tag, str))
    place = whole.css(f"#{root.get('id')}")
    if root.get("id") == "problem-region":
        return []
    if not place:
        return [f"#{root.get('id')} is not in its page"]
    missing = _told_and_asked(place[0]) - _told_and_asked(root)
    return [f"in the page only: {sorted(missing)}"] if missing else []


def _told_and_asked(element):
    """Every text, and every form with its fields. Heading levels and ways out differ where a part stands alone."""
    texts = [_CLOCK.sub("(time)", " ".join(text.split())) for text in element.xpath(".//text()")]
    forms = [(form.get("action"), *sorted(field.name or "" for field in form.inputs)) for form in element.iter("form")]
    return Counter(text for text in texts if text) + Counter(forms)


def test_every_page_is_valid_html(visits, tmp_path):
    """The Nu HTML checker, one call for everything that a browser can be given; a fragment stands in a page for it."""
    different = {_TOKENS.sub("", _as_page(visit)): visit for visit in visits if visit.is_html and visit.page.source}
    files = {str(tmp_path / f"{number}.html"): visit for number, visit in enumerate(different.values())}
    for name, visit in files.items():
        Path(name).write_text(_as_page(visit), encoding="utf-8")
    wrong = []
    for line in check_pages(map(Path, files)):
        file, _, message = line.partition(":")
        wrong.append((files[file], message.partition(": ")[2]))
    assert not wrong, told(wrong)


def _as_page(visit):
    if not visit.is_fragment:
        return visit.page.source
    # It takes its place under headings of the page around it, in lists where it is a row of one.
    inside = f"<ul>{visit.page.source}</ul>" if visit.page.source.lstrip().startswith("<li") else visit.page.source
    head = f'<!DOCTYPE html><html lang="{visit.language}-US"><head><title>A part</title></head>'
    around = "" if "<h1" in inside else "<h1>Around it</h1><h2>Around it</h2>"
    return f"{head}<body><main>{around}{inside}</main></body></html>"


def test_no_title_names_its_subject(world, visits):
    """SECURITY P2: titles stay in the browser's history; they name the kind of page and the portal, nobody in it."""
    subjects = _subjects()
    wrong = []
    for visit in visits:
        if visit.is_page:
            title = visit.page.one("title").text_content().rsplit(" - ", 1)[0].casefold()
            wrong += [(visit, title) for words in subjects if re.search(rf"\b{re.escape(words)}\b", title)]
    assert not wrong, told(wrong)


def _subjects():
    columns = (
        Person.given,
        Person.family,
        Person.preferred,
        Provider.given,
        Provider.family,
        Insurance.company,
        Insurance.member_id,
        EmergencyContact.name,
        OwnProvider.name,
        Announcement.title,
        Announcement.title_es,
    )
    with database.writing() as session:
        found = {words.casefold() for column in columns for words in session.scalars(select(column)) if words}
    return found | {part for words in found for part in words.split() if len(words.split()) == 2}


def test_spanish_pages_have_no_english_left(world, visits):
    pages = {(visit.name, visit.language): visit.page for visit in visits if visit.is_page}
    left = {}
    for (name, language), page in pages.items():
        if language == "es" and "/demo/outbox" not in name:  # letters stay in the language of their reader
            for word in english_left(page, pages[name, "en"]):
                left.setdefault(word, name)
    assert not left, "\n".join(f"{word}: {where}" for word, where in sorted(left.items()))
