"""Follows every link from every page, and compares what is stored before and after."""

from __future__ import annotations

import re

from sqlalchemy import select

from portal.kernel import database
from portal.kernel.database import Base
from tests.browser import Page
from tests.pages.places import places
from tests.pages.visits import open_as
from tests.pages.world import World

_MOST = 2000
#: What looking leaves behind: the audit of it, that somebody was there, and what of a conversation they have read.
_LEFT_BEHIND = {"audit_entry", "audit_subject", "read_mark"}
#: A schedule has a next day for ever, and a calendar a page for each free time: those of places.py stand for all.
_GOES_ON = re.compile(r"/schedule/.*\bday=|/appointments/request/.*\b(?:at|day|week|month)=")
_MOVED = {("sign_in_session", "seen_at"), ("kiosk", "seen_at"), ("kiosk_session", "touched_at")}


def crawl(world: World, role: str) -> set[str]:
    """Everything that can be reached by links from anywhere, got as a page and as htmx would."""
    browser = world.browser(role)
    waiting = list(dict.fromkeys(place.url for place in places(world)))
    seen: set[str] = set()
    while waiting:
        url = waiting.pop()
        if url in seen:
            continue
        seen.add(url)
        assert len(seen) < _MOST, "links without an end"
        for by_htmx in (False, True):
            page = open_as(browser, "get", url, "en", by_htmx)
            assert page.status < 500, f"{page.status} for {role} at {url}"
            waiting += [link for link in _links_of(page) if link not in seen]
    return seen


def _links_of(page: Page) -> list[str]:
    found = [element.get(name) for element in page.css("*") for name in ("href", "src", "data-hx-get")]
    found += [element.get("action") for element in page.css("form:not([method=post])")]
    found.append(page.headers.get("Location"))
    return [link.partition("#")[0] for link in found if link and link.startswith("/") and not _GOES_ON.search(link)]


def everything_stored() -> dict[str, list[str]]:
    """All rows of all tables."""
    found = {}
    with database.writing() as session:
        for table in Base.metadata.sorted_tables:
            columns = [column for column in table.columns if (table.name, column.name) not in _MOVED]
            if table.name not in _LEFT_BEHIND:
                found[table.name] = sorted(repr(tuple(row)) for row in session.execute(select(*columns)))
    return found
