"""Pages as real Chromium draws them, from the answers that were got before: nothing gets out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page as Tab
from playwright.sync_api import Route

from tests.chromium import AXE_OPTIONS
from tests.pages.visits import Visit
from tests.pages.world import World

ORIGIN = "http://127.0.0.1:8000"
_DROPPED = {"content-length", "content-encoding", "set-cookie", "refresh", "retry-after"}

#: Elements that can be pressed and are smaller than 44 px, as words; those inside a sentence may be (WCAG 2.5.8).
_SMALL = """() => {
  const told = [];
  for (const one of document.querySelectorAll("a[href], button, input, select, textarea, summary")) {
    if (one.type == "hidden" || one.matches(".skip, .vh") || !one.checkVisibility({visibilityProperty: true})) continue;
    const box = (one.matches("[type=radio], [type=checkbox]") && one.closest("label") || one).getBoundingClientRect();
    if (!box.width || !box.height || box.right <= 0 || box.bottom + scrollY <= 0) continue;
    const words = node => (node ? node.textContent : "").trim();
    const around = one.parentElement;
    const inSentence = one.tagName == "A" && getComputedStyle(one).display == "inline"
      && /^(P|SPAN|LI|DD|TD|B|STRONG)$/.test(around.tagName) && words(around) != words(one)
      && [...around.childNodes].some(node => node.nodeType == 3 && words(node));
    if (!inSentence && (box.height < 43.9 || box.width < 43.9))
      told.push(`${one.tagName.toLowerCase()} "${words(one).slice(0, 30) || one.name || one.id}": `
        + `${Math.round(box.width)} x ${Math.round(box.height)}`);
  }
  return told;
}"""
#: How far things moved that were drawn already (CLS), since the page began.
#: What parts of pages ask for every few seconds.
_BY_THE_CLOCK = ("/export/progress", "/left", "/place")
_SHIFTED = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) sum += one.value; })
    .observe({type: "layout-shift", buffered: true});
  requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
})"""
_SIDEWAYS = """() => {
  const wide = document.documentElement.clientWidth;
  if (![document.documentElement, document.body].some(box => box.scrollWidth > wide)) return "";
  const over = [...document.body.querySelectorAll("*")].filter(one => one.getBoundingClientRect().right > wide + 0.5);
  const last = over[over.length - 1];
  return last ? `${last.tagName.toLowerCase()}.${last.className} ${last.textContent.trim().slice(0, 30)}` : "something";
}"""


@dataclass
class Stage:
    """A tab, what is to be shown in it, and what it complained about."""

    tab: Tab
    world: World
    shown: Visit | None = None
    faults: list[tuple[Visit, str]] = field(default_factory=list)
    _files: dict[str, Any] = field(default_factory=dict)

    def show(self, visit: Visit, width: int) -> None:
        """Open what the visit got."""
        self.shown = visit
        self.tab.set_viewport_size({"width": width, "height": 800})
        self.tab.goto(f"{ORIGIN}{visit.page.url}", wait_until="load")

    def fault(self, words: str) -> None:
        """Something is wrong with what is shown."""
        assert self.shown is not None
        self.faults.append((self.shown, words))

    def answer(self, route: Route) -> None:
        """The page that is on, the portal's own files, or nothing at all (SECURITY P3)."""
        request, shown = route.request, self.shown
        if not request.url.startswith(ORIGIN):
            self.fault(f"a request leaves: {request.url}")
            return route.abort()
        if request.is_navigation_request() and shown is not None:
            return route.fulfill(status=shown.page.status, headers=_plain(shown.page.headers), body=shown.page.source)
        path = request.url.removeprefix(ORIGIN)
        if path.partition("?")[0].endswith(_BY_THE_CLOCK):
            return route.abort()  # a slow machine draws for longer than such a part waits
        if not path.startswith("/static/"):
            self.fault(f"asked by itself: {request.method} {path}")
            return route.abort()
        if path not in self._files:
            self._files[path] = self.world.browser("anonymous").client.get(path)
        found = self._files[path]
        return route.fulfill(status=found.status_code, headers=_plain(found.headers), body=found.get_data())

    def check_shift(self) -> None:
        """Nothing moved while it was loading."""
        if shift := self.tab.evaluate(_SHIFTED):
            self.fault(f"layout shift {shift:.4f}")

    def check_axe(self, *rules: str) -> None:
        """axe finds nothing, by all rules or by those named."""
        if not self.tab.evaluate("() => !!window.axe"):
            self.tab.evaluate(Axe().axe_script)
        options = {"runOnly": rules, "resultTypes": ["violations"]} if rules else AXE_OPTIONS
        for found in self.tab.evaluate("options => axe.run(options)", options)["violations"]:
            for node in found["nodes"]:
                self.fault(f"{found['id']}: {found['help']}: {node['target'][0]}")

    def check_targets(self) -> None:
        """Everything to press is large enough."""
        for words in self.tab.evaluate(_SMALL):
            self.fault(f"small: {words}")

    def check_looks(self) -> None:
        """Dark by its contrasts; forced colors draw the heading; print draws it without menus and buttons."""
        self.tab.emulate_media(color_scheme="dark")
        self.check_axe("color-contrast", "link-in-text-block")
        self.tab.emulate_media(color_scheme="light", forced_colors="active")
        if not self.tab.locator("h1").is_visible():
            self.fault("no heading in forced colors")
        self.tab.emulate_media(forced_colors="none", media="print")
        if not self.tab.locator("h1").is_visible():
            self.fault("no heading in print")
        for one in self.tab.locator("nav, button, .btn").filter(visible=True).all():
            self.fault(f"printed: {one.evaluate('one => one.className || one.tagName')}")
        self.tab.emulate_media(media="screen")

    def check_width(self, *widths: int) -> None:
        """No sideways scroll."""
        for width in widths:
            self.tab.set_viewport_size({"width": width, "height": 800})
            if over := self.tab.evaluate(_SIDEWAYS):
                self.fault(f"scrolls sideways at {width}: {over}")


def _plain(headers: Any) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in _DROPPED}


@contextmanager
def stage(chromium: Chromium, world: World) -> Iterator[Stage]:
    """A tab on the portal; console errors and what the content policy stops are faults."""
    opened = chromium.new_context(reduced_motion="reduce")
    made = Stage(opened.new_page(), world)
    opened.route("**/*", made.answer)
    made.tab.on("console", lambda line: made.fault(f"console: {line.text}") if _is_fault(line) else None)
    made.tab.on("pageerror", lambda error: made.fault(f"script: {error}"))
    try:
        yield made
    finally:
        opened.close()


def _is_fault(line: Any) -> bool:
    """Chromium logs a page's own 4xx and 5xx as an error; that is what those pages are."""
    return line.type in {"error", "warning"} and not line.text.startswith("Failed to load resource")
