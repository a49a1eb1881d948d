"""Which words of a Spanish page are still English: those that stand in the English page too."""

from __future__ import annotations

import re
from functools import cache

from babel.dates import get_day_names, get_month_names
from lxml.html import HtmlElement
from sqlalchemy import String, select

from config import Settings
from portal.domain.demo import PASSPHRASE
from portal.domain.tables import ALL
from portal.kernel import database
from portal.kernel.database import Base
from tests.browser import Page

#: Spelled alike in both languages. At most thirty (ARCHITECTURE §8); names of people, places and plans are data.
ALIKE = frozenset(
    [
        "a",
        "am",
        "consular",
        "cookies",
        "crisis",
        "csv",
        "error",
        "español",
        "ics",
        "invite",
        "javascript",
        "mb",
        "kb",
        "legal",
        "me",
        "no",
        "openstreetmap",
        "pdf",
        "pm",
        "portal",
        "qr",
        "tls",
        "total",
        "tribal",
        "use",
        "wcag",
    ]
)
_SPOKEN = ("aria-label", "alt", "title", "placeholder")
_WORD = re.compile(r"[^\W\d_]+")
#: What people typed is shown as they typed it; what is marked with a language of its own is meant to be in that.
_DATA = "ancestor-or-self::*[@data-hx-disable or (@lang and not(self::html))]"
_UNSEEN = "ancestor-or-self::*[self::style or self::script or self::svg or self::option or self::textarea]"
_LONG_TEXTS = {"announcement.body", "announcement.body_es"}


def english_left(spanish: Page, english: Page) -> set[str]:
    """Words of both pages that neither the allow-list nor the data explain."""
    assert len(ALIKE) <= 30 and ALL
    return (_words_of(spanish) & _words_of(english)) - ALIKE - _data_words() - _calendar_words()


def _words_of(page: Page) -> set[str]:
    texts = page.root.xpath(f"//text()[not(parent::*[{_DATA}]) and not(parent::*[{_UNSEEN}])]")
    spoken = [element.get(name) for element in _outside_data(page) for name in _SPOKEN if element.get(name)]
    buttons = [element.get("value", "") for element in page.css("input[type=submit]")]
    return {word.casefold() for text in [*texts, *spoken, *buttons] for word in _WORD.findall(text)}


def _outside_data(page: Page) -> list[HtmlElement]:
    return list(page.root.xpath(f"//*[not({_DATA})]"))


@cache
def _calendar_words() -> frozenset[str]:
    """Short names of months and days that a calendar writes alike: oct, nov."""
    short = [set(), set()]
    for found, language in zip(short, ("en", "es"), strict=True):
        for names in (get_month_names("abbreviated", locale=language), get_day_names("abbreviated", locale=language)):
            found.update(name.rstrip(".").casefold() for name in names.values())
    return frozenset(short[0] & short[1])


@cache
def _data_words() -> frozenset[str]:
    """Every word that is stored in a short text: names, places, plans."""
    found = set(f"{PASSPHRASE} {Settings().name}".casefold().split())
    with database.writing() as session:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, String) and str(column) not in _LONG_TEXTS and column.type.length:
                    for text in session.scalars(select(column).distinct()):
                        found.update(word.casefold() for word in _WORD.findall(text or ""))
    return frozenset(found)
