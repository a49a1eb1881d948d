"""A device becomes a kiosk by a code that staff read to it, once (SECURITY A17)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain.audit.models import AuditEntry
from portal.domain.kiosks.models import Kiosk
from portal.domain.kiosks.rules import CODE_LASTS
from portal.kernel import clock, secrets
from tests.browser import Browser
from tests.factories.kiosks import a_kiosk, stored
from tests.factories.practices import an_office
from tests.journeys.stored import rows
from tests.people import staff_of

both_ways = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


def told_code(page):
    """The code that a page tells."""
    return page.one(".code").text_content().strip()


@both_ways
def test_staff_add_a_kiosk_and_read_its_code_to_the_device(browser, front_desk, htmx):
    desk, device = browser(front_desk, htmx=htmx), browser(htmx=htmx)
    page = desk.submit(desk.get(f"/office/{front_desk.office}/kiosks/add"), name="Waiting room")
    code = told_code(page)
    assert "Pair Waiting room" in page and len(code.replace(" ", "")) == 8

    device.submit(device.get("/kiosk/pair"), code=code.lower().replace("0", "o"))
    assert "Welcome Bienvenidos" in device.get("/kiosk/")
    row = rows(Kiosk)[0]
    assert row.name == "Waiting room" and row.office_id == front_desk.office_id
    assert row.paired_at and row.code_hash is None and row.code_until is None
    assert "Ready" in desk.get(f"/office/{front_desk.office}/kiosks/")
    audit = [one.event for one in rows(AuditEntry, chain="staff", subject_id=front_desk.staff_id)]
    assert audit[-2:] == ["kiosk.added", "kiosk.paired"]


def test_only_a_hash_of_code_and_token_is_kept(browser, front_desk):
    desk, device = browser(front_desk), browser()
    code = told_code(desk.submit(desk.get(f"/office/{front_desk.office}/kiosks/add"), name="K")).replace(" ", "")
    assert code.encode() not in rows(Kiosk)[0].code_hash
    device.submit(device.get("/kiosk/pair"), code=code)
    token = device.client.get_cookie("kiosk").value
    assert rows(Kiosk)[0].token_hash == secrets.token_hash(token)


@pytest.mark.parametrize("why", ["mistyped", "used", "replaced", "late", "unpaired"])
def test_a_code_that_does_not_work_is_told_alike(browser, front_desk, office, why):
    kiosk, desk = a_kiosk(office.id, paired=False), browser(front_desk)
    listing, code = f"/office/{front_desk.office}/kiosks/", kiosk.code
    if why == "mistyped":
        code = "00000000"
    if why in {"used", "unpaired"}:
        first = browser()
        first.submit(first.get("/kiosk/pair"), code=code)
    if why == "unpaired":
        desk.submit(desk.get(f"{listing}{kiosk.public_id}/unpair"))
    if why == "replaced":
        desk.submit(desk.get(listing), f"form[action$='{kiosk.public_id}/code']")
    if why == "late":
        clock.shift(CODE_LASTS)
    made = browser()
    page = made.submit(made.get("/kiosk/pair"), code=code, status=422)
    assert "This code does not work. It may be mistyped, used, or too old." in page
    assert made._send("get", "/kiosk/").headers["Location"] == "/kiosk/pair"


def test_ten_codes_an_hour_are_tried_from_one_address(browser, office):
    kiosk, made = a_kiosk(office.id, paired=False, until=clock.now() + timedelta(days=1)), browser()
    page = made.get("/kiosk/pair")
    for _ in range(10):
        page = made.submit(page, code="WRNGCD11", status=422)
    assert "Wait" in made.submit(page, code=kiosk.code, status=429)
    clock.shift(timedelta(hours=1))
    made.submit(page, code=kiosk.code)
    assert stored(kiosk.public_id).paired_at


def test_a_browser_in_which_somebody_is_signed_in_does_not_become_a_kiosk(browser, front_desk, office):
    kiosk, made = a_kiosk(office.id, paired=False), browser(front_desk)
    page = made.get("/kiosk/pair")
    assert "Someone is signed in in this browser" in page and not page.css("input[name=code]")
    token = page.css("input[name=csrf_token]")[0].get("value")
    made.post("/kiosk/pair", {"csrf_token": token, "code": kiosk.code}, 409)
    assert not stored(kiosk.public_id).paired_at


@both_ways
def test_unpairing_ends_at_once(browser, front_desk, device, kiosk, htmx):
    assert device.get("/kiosk/")
    desk = browser(front_desk, htmx=htmx)
    page = desk.submit(desk.get(f"/office/{front_desk.office}/kiosks/{kiosk.public_id}/unpair"))
    assert "Not paired" in page
    assert device._send("get", "/kiosk/").headers["Location"] == "/kiosk/pair"
    assert device._send("get", "/kiosk/watch", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/kiosk/pair"


@both_ways
@pytest.mark.parametrize("paired", [True, False], ids=["paired", "waiting"])
def test_taken_off_the_list_it_is_a_stranger_and_its_code_opens_nothing(browser, front_desk, office, paired, htmx):
    kiosk, other = a_kiosk(office.id, paired=paired), a_kiosk(office.id, "Kiosk 2")
    desk, base = browser(front_desk, htmx=htmx), f"/office/{front_desk.office}/kiosks/"
    page = desk.get(f"{base}{kiosk.public_id}/take_off")
    assert ("is a stranger at once" in page) == paired
    page = desk.submit(page)
    assert "Kiosk 2" in page and "Kiosk 1" not in page.one("#kiosks").text_content()
    assert stored(kiosk.public_id).ended_at and stored(other.public_id).paired_at
    device = browser()
    device.client.set_cookie("kiosk", kiosk.token)
    assert device._send("get", "/kiosk/").headers["Location"] == "/kiosk/pair"
    device.submit(device.get("/kiosk/pair"), code=kiosk.code, status=422)
    for path in ("rename", "unpair", "take_off"):
        desk.get(f"{base}{kiosk.public_id}/{path}", 404)
    events = [one.event for one in rows(AuditEntry, about=kiosk.public_id)]
    assert events == ["kiosk.taken_off"]


def test_taken_off_while_somebody_enrolls_leaves_nothing(browser, front_desk, device, kiosk, sent):
    from tests.kiosks import counter

    counter.start(device)
    counter.answer(device, **counter.BORN)
    desk = browser(front_desk)
    desk.submit(desk.get(f"/office/{front_desk.office}/kiosks/{kiosk.public_id}/take_off"))
    assert [one.state for one in counter.sessions()] == ["stopped"]
    assert "Stopped by the office" in desk.get(counter.session_url(sent))


@both_ways
def test_a_kiosk_gets_another_name(browser, front_desk, kiosk, htmx):
    desk = browser(front_desk, htmx=htmx)
    page = desk.get(f"/office/{front_desk.office}/kiosks/{kiosk.public_id}/rename")
    assert "Type a name" in desk.submit(page, name=" ", status=422)
    assert "By the window" in desk.submit(page, name="By the window")
    assert stored(kiosk.public_id).name == "By the window"


@both_ways
def test_help_that_is_asked_for_shows_at_the_counter(browser, front_desk, device, kiosk, htmx):
    page = device.submit(device.get("/kiosk/"), "#bar")
    assert "Help is on the way" in page
    desk = browser(front_desk, htmx=htmx)
    assert "Someone needs help at a kiosk" in desk.get(f"/office/{front_desk.office}/")
    page = desk.get(f"/office/{front_desk.office}/kiosks/")
    assert "Asked for help" in page
    assert "Asked for help" not in desk.submit(page, "form[action$='/help']")
    assert stored(kiosk.public_id).help_at is None


def test_who_goes_on_alone_needs_no_help(device, kiosk):
    page = device.submit(device.get("/kiosk/"), "#bar")
    device.submit(page, "form[action$=alone]")
    assert stored(kiosk.public_id).help_at is None


@pytest.mark.parametrize("path", ["rename", "unpair", "take_off"])
def test_another_offices_kiosk_does_not_exist(browser, elsewhere, kiosk, path):
    desk = browser(elsewhere)
    desk.get(f"/office/{elsewhere.office}/kiosks/{kiosk.public_id}/{path}", 404)
    page = desk.get(f"/office/{elsewhere.office}/kiosks/add")
    fields = dict(page.form().form_values()) | {"name": "Mine"}
    for deed in ("rename", "unpair", "code", "help", "take_off"):
        desk.post(f"/office/{elsewhere.office}/kiosks/{kiosk.public_id}/{deed}", fields, 404)
    assert stored(kiosk.public_id).name == "Kiosk 1" and stored(kiosk.public_id).paired_at


@pytest.mark.parametrize("role", ["clinician", "billing"])
def test_who_does_not_work_at_the_counter_has_no_kiosks(browser, office, role):
    browser(staff_of(office, role)).get(f"/office/{office.public_id}/kiosks/", 404)


def test_its_pages_stand_in_the_offices_colors(app):
    made = Browser(app)
    made.client.set_cookie("kiosk", a_kiosk(an_office(palette="lagoon").id).token)
    assert made.get("/kiosk/").root.get("data-palette") == "lagoon"


def test_a_patient_and_a_visitor_are_no_kiosk(browser, patient, app):
    for made in (browser(patient), Browser(app)):
        assert made._send("get", "/kiosk/").headers["Location"] == "/kiosk/pair"
