"""What a kiosk's browser still knows when somebody has left (SECURITY S7, S8): a real profile of Chromium, its
back/forward cache on, read afterwards file by file. Each also against a twin that lacks one named defence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from portal.blueprints.kiosks import step_views
from portal.blueprints.kiosks.screen import screen
from portal.web import kiosk_device
from tests import parts
from tests.chromium import FLAGS
from tests.factories.enrollment import a_chart, sent_code
from tests.factories.kiosks import a_kiosk
from tests.journeys.live import serve
from tests.kiosks import counter

twin = pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])
WHO = {"given": "Quillabella", "family": "Vandermoss", "phone_on_file": "+13155550146", "postal_code": "00146"}
TYPED = {
    "wrong ZIP code": "77417741",
    "wrong username": "quilla vm!! 7742",
    "username": "quilla.vm.7743",
    "short password": "wisp7744",
    "password": "ostrich lantern gravel 7745",
    "wrong email": "quilla7746-at-example",
    "email": "quilla7747@example.com",
    "wrong code": "ZZ77ZZ48QQ",
}


@pytest.fixture
def waiting(app, browser, office, front_desk):
    """A kiosk to which Quillabella's enrollment was sent."""
    kiosk, chart = a_kiosk(office.id), a_chart(office.id, **WHO)
    counter.send(browser(front_desk), front_desk, chart, kiosk)
    return kiosk


@contextmanager
def profile(folder: Path, *, script: bool) -> Iterator[BrowserContext]:
    """Chromium as people have it: everything on disk, pages kept for Back."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(folder),
            executable_path=parts.chromium(),
            args=[*FLAGS, "--enable-features=BackForwardCache"],
            ignore_default_args=["--disable-back-forward-cache"],
            java_script_enabled=script,
        )
        try:
            yield context
        finally:
            context.close()


def open_kiosk(context: BrowserContext, address: str, token: str) -> Page:
    """The device's own browser."""
    context.add_cookies([{"name": "kiosk", "value": token, "url": address, "expires": 4102444800, "httpOnly": True}])
    tab = context.pages[0]
    tab.goto(f"{address}/kiosk/")
    return tab


def press(tab: Page, words: str = "Go on") -> None:
    """A button, and wait for what comes."""
    with tab.expect_navigation():
        tab.get_by_role("button", name=words, exact=True).click()


def fill(tab: Page, **fields: str) -> None:
    """By the names of the fields."""
    for name, value in fields.items():
        tab.locator(f"#step [name={name}]").fill(value)


def enroll(tab: Page) -> dict[str, str]:
    """All of it, with a mistake at each step. Returns what must not be found anywhere afterwards, by what it is."""
    press(tab, "Start")
    fill(tab, month="9", day="3", year="1968", postal_code=TYPED["wrong ZIP code"])
    press(tab)
    fill(tab, month="9", day="3", year="1968", postal_code="00146")
    press(tab)
    press(tab, "Send code")
    fill(tab, code=sent_code("sms"))
    press(tab)
    fill(tab, username=TYPED["wrong username"])
    press(tab)
    fill(tab, username=TYPED["username"])
    press(tab)
    fill(tab, password=TYPED["short password"], again=TYPED["short password"])
    press(tab)
    fill(tab, password=TYPED["password"], again=TYPED["password"])
    press(tab)
    fill(tab, email=TYPED["wrong email"])
    press(tab, "Send code")
    fill(tab, email=TYPED["email"])
    press(tab, "Send code")
    code = sent_code("email")
    fill(tab, code=TYPED["wrong code"])
    press(tab)
    fill(tab, code=code)
    press(tab)
    assert "All set, Quillabella" in tab.inner_text("body")
    return {**TYPED, "given name": WHO["given"], "family name": WHO["family"], "phone": "5550146", "email code": code}


def found_on_disk(folder: Path, canaries: dict[str, str]) -> dict[str, str]:
    """Which of them some file of the profile holds, in either of the browser's two ways to write text, and which."""
    found = {}
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        for what, words in canaries.items():
            if words.encode() in content or words.encode("utf-16-le") in content:
                found[what] = str(path.relative_to(folder))
    return found


def pages_of_back(tab: Page, times: int) -> str:
    """Everything that can be read while going back, and in a tab opened again at the last page."""
    seen = []
    for _ in range(times):
        tab.go_back(wait_until="commit")
        tab.wait_for_timeout(500)
        seen.append(tab.inner_text("body") + tab.title() + " ".join(field.input_value() for field in fields_of(tab)))
    return "\n".join(seen)


def fields_of(tab: Page):
    """What can be typed into."""
    return tab.locator("input:not([type=hidden]):not([type=radio])").all()


@twin
def test_going_back_after_somebody_has_left(app, waiting, tmp_path, weak, monkeypatch):
    """S7, S9: without script, where nothing reloads a kept page. The twin neither wipes nor forbids to keep pages."""
    if weak:
        monkeypatch.setattr(kiosk_device, "_WIPE", "")

        def keep(answer):
            answer.headers["Cache-Control"] = "max-age=600"
            return answer

        app.after_request_funcs[None].insert(0, keep)
    with serve(app) as address, profile(tmp_path / "profile", script=False) as context:
        tab = open_kiosk(context, address, waiting.token)
        canaries = enroll(tab)
        tab.get_by_role("link", name="Clear the screen now").click()
        tab.get_by_text("Bienvenidos").wait_for()
        seen = pages_of_back(tab, 5)
        again = context.new_page()
        again.goto(f"{address}/kiosk/done")
        seen += again.inner_text("body")
    assert any(words in seen for words in canaries.values()) == weak


@pytest.mark.parametrize("script", [True, False], ids=["htmx", "no script"])
@twin
def test_reading_the_disk_of_a_kiosk(app, waiting, tmp_path, script, weak, monkeypatch):
    """S8. The twin answers a wrong form with a page, whose request the browser keeps to load it again."""
    if weak:
        monkeypatch.setattr(step_views, "_again", with_a_page)
    with serve(app) as address, profile(tmp_path / "profile", script=script) as context:
        tab = open_kiosk(context, address, waiting.token)
        canaries = enroll(tab)
        tab.get_by_role("link", name="Clear the screen now").click()
        tab.get_by_text("Bienvenidos").wait_for()
        tab.wait_for_timeout(1500)
    assert (tmp_path / "profile" / "Default").is_dir()
    found = found_on_disk(tmp_path / "profile", canaries)
    assert bool(found) == weak, found


def with_a_page(session, question, form):
    """As forms elsewhere are answered."""
    run = step_views.enrollment.run_of(session.holder, step_views.clock.now())
    shown = {"again": None, "steps": [], "count": 0, "no_phone": None, "other_phone": False, "username": "-"}
    return screen(f"kiosks/steps/{question}.html", question, form=form, run=run, **shown)
