"""What every answer carries and costs: headers, bytes, statements, and that looking changes nothing."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from hashlib import sha256

import brotli
import pytest

from portal.web import static_files
from tests.pages.crawl import crawl, everything_stored
from tests.pages.messaging_places import FILES as OF_MESSAGES
from tests.pages.messaging_places import READ_NOW
from tests.pages.places import LISTS_OF_PEOPLE, places
from tests.pages.visits import FOR_HTMX, open_as, told
from tests.pages.world import ROLES
from tests.statements import statements

_KB = 1024
_MOST_STATEMENTS = 4
#: Seconds after which a request notes that somebody was there.
_NOTED_AFTER = 25
#: SECURITY A25 to the letter; the nonce where the page has a script, the hash where it carries its styles.
_POLICY = re.compile(
    r"default-src 'none'; script-src ('none'|'nonce-[\w-]{22}'); style-src 'self'(?: '(sha256-[\w+/]{43}=)')?; "
    r"img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    r"base-uri 'none'; frame-ancestors 'none'; object-src 'none'; report-uri /csp"
)
#: Of a file that somebody sent: it is saved, and can do nothing where it is opened all the same (A34).
FILES = OF_MESSAGES | {"address_book_cards.open_file", "address_book_office.open_file"}
_OF_FILES = "sandbox; default-src 'none'"
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Frame-Options": "DENY",
}


def test_every_answer_has_the_security_headers(visits):
    """SECURITY A25-A27, S6, S12: pages, fragments, errors, redirects, files."""
    wrong = [(visit, words) for visit in visits for words in _header_faults(visit)]
    assert not wrong, told(wrong)


def _header_faults(visit):
    headers = visit.page.headers
    bad = [f"{name}: {headers.get(name)}" for name, value in _FIXED.items() if headers.get(name) != value]
    policies = headers.getlist("Content-Security-Policy")
    fits = policies == [_OF_FILES] if visit.endpoint in FILES else len(policies) == 1 and _POLICY.fullmatch(policies[0])
    if not fits and not (visit.endpoint in FILES and visit.is_html):
        bad.append(f"policy: {policies}")
    kept = "public, max-age=31536000, immutable" if "/static/" in visit.page.url else "no-store"
    if headers.get("Cache-Control") != kept:
        bad.append(f"Cache-Control: {headers.get('Cache-Control')}")
    return bad + [f"{name} is told" for name in ("Server", "X-Powered-By") if name in headers]


@pytest.mark.parametrize(
    "method,url",
    [
        ("head", "/me/"),
        ("options", "/me/"),
        ("get", "/me"),
        ("put", "/sign_in/"),
        ("get", "/static/0/portal.css"),
        ("post", "/csp"),
        ("get", "/%00"),
    ],
)
def test_odd_requests_get_them_too(world, method, url):
    page = open_as(world.browser("patient"), method, url, "en", False)
    policy = page.headers.getlist("Content-Security-Policy")
    assert len(policy) == 1 and _POLICY.fullmatch(policy[0])
    assert page.headers["Cache-Control"] == "no-store"
    assert {name: page.headers.get(name) for name in _FIXED} == _FIXED


def test_what_differs_for_htmx_says_so(visits):
    """A cache, or Back, must not show a fragment as a page."""
    wrong = []
    for visit in visits:
        if visit.is_fragment and visit.endpoint not in FOR_HTMX:
            varies = "HX-Request" in visit.page.headers.get("Vary", "")
            wrong += [] if varies else [(visit, "no Vary")]
    assert not wrong, told(wrong)


def test_scripts_and_styles_are_the_ones_that_the_policy_lets_in(visits):
    wrong = [(visit, words) for visit in visits if visit.is_page for words in _policy_faults(visit.page)]
    assert not wrong, told(wrong)


def _policy_faults(page):
    script, style = _POLICY.fullmatch(page.headers["Content-Security-Policy"]).groups()
    inline = page.css("style")
    hashes = [f"sha256-{b64encode(sha256(one.text.encode()).digest()).decode()}" for one in inline]
    bad = [] if hashes == ([style] if style else []) else ["styles other than the policy's"]
    nonces = {f"'nonce-{one.get('nonce')}'" for one in page.css("script")}
    return bad + ([] if nonces == ({script} - {"'none'"}) else ["scripts other than the policy's"])


def test_each_nonce_is_used_once(visits):
    pages = ({one.get("nonce") for one in visit.page.css("script")} for visit in visits if visit.is_page)
    nonces = Counter(nonce for page in pages for nonce in page)
    assert nonces and max(nonces.values()) == 1


def test_pages_load_one_style_and_one_script(visits):
    """PERFORMANCE §6: one of each; office console and kiosk have a second stylesheet; public pages load nothing.
    Two pages that ask for a passkey have a script of their own.
    """
    wrong = []
    for visit in visits:
        if visit.is_page:
            names = [one.get("href").rsplit("/", 1)[1] for one in visit.page.css("link[rel=stylesheet]")]
            names += [one.get("src").rsplit("/", 1)[1] for one in visit.page.css("script")]
            palette = visit.page.root.get("data-palette")
            style = f"portal.{palette}.css" if palette else "portal.css"
            fitting = [] if visit.page.css("style") else [style, "portal.js"]
            if visit.page.css("html.staff"):
                fitting = [style, "office.css", "portal.js"]
            if visit.page.css("html.kiosk"):
                fitting = [style, "kiosk.css", "portal.js"]
            if visit.page.css("[data-passkey]"):  # only a script can ask a device
                fitting = [*fitting, "passkeys.js"]
            wrong += [(visit, str(names))] if names != fitting else []
    assert not wrong, told(wrong)


def test_pages_and_fragments_keep_their_budgets(visits):
    """PERFORMANCE §6.8, as brotli at quality 5 sends them."""
    wrong = []
    for visit in visits:
        if visit.is_html and not visit.page.url.startswith("/demo/"):
            most = 3 if visit.is_fragment else 10 if visit.page.css("style") else 5
            size = len(brotli.compress(visit.page.source.encode(), quality=5))
            wrong += [(visit, f"{size} bytes, {most} KB at most")] if size > most * _KB else []
    assert not wrong, told(wrong)


@pytest.mark.parametrize(
    "name,most", [("portal.css", 7000), ("office.css", 7000), ("portal.js", 16 * _KB), ("passkeys.js", _KB)]
)
def test_files_keep_their_budgets(world, name, most):
    assert 0 < len(static_files.file(name).brotli) <= most


def test_no_get_takes_more_than_four_statements(world):
    """PERFORMANCE goal 2, with the audit row and with the session's own note that somebody was there.

    A list of people by name takes one more: the table of whom it showed; a conversation, that it was read;
    a message, its files.
    """
    wrong = []
    for place in places(world):
        world.rest(_NOTED_AFTER)
        with statements() as ran:
            page = open_as(world.browser(place.role), "get", place.url, "en", False)
        assert page.status == place.status
        asked = [words for words in ran if not words.startswith("BEGIN")]
        more = place.endpoint in LISTS_OF_PEOPLE | READ_NOW
        if len(asked) > _MOST_STATEMENTS + more:
            wrong.append(f"{place}: {len(asked)}\n" + "\n".join(f"    {words[:90]!r}" for words in asked))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ROLES)
def test_looking_changes_nothing(world, role):
    """SECURITY S2: every link of every page, as each role, and nothing is different but who looked at what when."""
    before = everything_stored()
    seen = crawl(world, role)
    assert len(seen) >= (1 if role.endswith("without code") else 5)
    after = everything_stored()
    assert not [name for name in before if before[name] != after[name]]
