"""`python -m bench.budget`: what every page and fragment weighs, how often it asks the database, and what it leans on.

No browser: each place of the seeded portal once, in both languages, plain and by htmx (tests/pages). One line for each
budget, with the place that comes nearest to it.
"""

from __future__ import annotations

import gzip
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import brotli
from flask_migrate import upgrade

from bench import figures, seeded
from bench.figures import Figure
from config import Settings
from portal import create_app
from portal.kernel import database
from portal.kernel.secrets import Keyring
from portal.web import static_files
from tests.pages.places import LISTS_OF_PEOPLE, places
from tests.pages.visits import Visit, all_visits, open_as
from tests.pages.world import World, furnish
from tests.statements import statements

_KB = 1024
_SEEN = 30  # seconds without a click, after which a page also notes that somebody is there


@contextmanager
def world() -> Iterator[World]:
    """The furnished portal on a fresh database."""
    folder = seeded.HERE / "budget"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "data").mkdir(parents=True)
    Keyring.create(folder / "keys")
    app = create_app(
        Settings(
            data=folder / "data",
            keys=folder / "keys",
            password_cost=(8, 1, 1),
            in_process_jobs=False,
            demo=True,
            log_level="ERROR",
        )
    )
    with app.app_context():
        upgrade(directory=str(seeded.ROOT / "migrations"))
        database.let_go()
    found = furnish(app)
    with found.opened():
        yield found


def weighed(visits: list[Visit]) -> Iterator[Figure]:
    """The heaviest of each sort, in bytes on the wire at brotli 5; demonstration pages are nobody's."""
    ours = [visit for visit in visits if visit.is_html and not visit.page.url.startswith("/demo/")]
    sorts: dict[str, tuple[float, Callable[[Visit], bool]]] = {
        "public page with its styles": (10, lambda one: one.is_page and bool(one.page.css("style"))),
        "page of somebody signed in": (5, lambda one: one.is_page and not one.page.css("style")),
        "fragment": (3, lambda one: one.is_fragment),
    }
    for name, (most, belongs) in sorts.items():
        sizes = {visit: _brotli(visit.page.source.encode()) for visit in ours if belongs(visit)}
        worst = max(sizes, key=sizes.__getitem__)
        zipped = len(gzip.compress(worst.page.source.encode(), 6))
        told = {"bytes br": sizes[worst], "gzip": zipped, "where": str(worst)}
        yield Figure(f"{name} ({len(sizes)})", told, sizes[worst] / (most * _KB), 1.0)


def files() -> Iterator[Figure]:
    """Style and script, as they lie there compressed."""
    for name, most in (("portal.css", 7 * _KB), ("office.css", 7 * _KB), ("portal.js", 16 * _KB)):
        found = static_files.file(name)
        yield Figure(name, {"bytes br": len(found.brotli), "gzip": len(found.gzip)}, len(found.brotli) / most, 1.0)


def asked(found: World) -> Figure:
    """Statements a page, audit row and "somebody is there" included; without the table of whom a list showed."""
    counts: dict[str, int] = {}
    for place in places(found):
        found.rest(_SEEN)
        with statements() as ran:
            open_as(found.browser(place.role), "get", place.url, "en", False)
        of_its_list = place.endpoint in LISTS_OF_PEOPLE
        counts[str(place)] = len([words for words in ran if not words.startswith("BEGIN")]) - of_its_list
    worst = max(counts, key=counts.__getitem__)
    return Figure("statements a page", {"count": counts[worst], "where": worst}, counts[worst] / 4, 1.0)


def leaning(visits: list[Visit]) -> Iterator[Figure]:
    """What must not be there at all: other hosts, code in the markup, htmx where nothing plain stands behind it."""
    pages = [visit for visit in visits if visit.is_html]
    checks: dict[str, Callable[[Visit], int]] = {
        "loads from other hosts": _foreign,
        "handlers in the markup": lambda one: len(one.page.root.xpath(".//@*[starts-with(name(), 'on')]")),
        "images without a size": lambda one: len(one.page.css("img:not([width]), img:not([height])")),
        "htmx without a plain way": _htmx_alone,
    }
    for name, count in checks.items():
        found = {visit: count(visit) for visit in pages}
        worst = max(found, key=found.__getitem__)
        yield Figure(name, {"count": sum(found.values()), "where": str(worst) if found[worst] else ""}, found[worst], 0)


def _foreign(visit: Visit) -> int:
    loads = visit.page.root.xpath(".//link[not(@rel='canonical')]/@href | .//*/@src | .//form/@action")
    return sum(1 for url in loads if url.startswith(("http:", "https:", "//")))


def _htmx_alone(visit: Visit) -> int:
    """A GET stands on a link, a POST on a form with an action; what a page asks by the clock is nothing to click.

    (The idle watch, a kiosk, a copy on its way: each page has a plain refresh, a link, or an end at the next request.)
    """
    css = visit.page.css
    bare = [one for one in css("[data-hx-get]") if one.tag != "a" or not one.get("href")]
    bare += [one for one in css("[data-hx-post]") if one.tag != "form" or not one.get("action")]
    by_clock = ("every ", "load ")
    return len([one for one in bare if not one.get("data-hx-trigger", "").startswith(by_clock)])


def _brotli(page: bytes) -> int:
    return len(brotli.compress(page, quality=5))


def main() -> int:
    """Render all, print, and say whether the budgets hold."""
    with world() as found:
        visits = all_visits(found)
        lines = [*weighed(visits), *files(), asked(found), *leaning(visits)]
    return figures.report("budget", lines, beside="budget", visits=len(visits))


if __name__ == "__main__":
    sys.exit(main())
