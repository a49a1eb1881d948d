"""Nobody touches the screen: it asks, then clears; nothing half-made is left (SECURITY A21)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain.accounts.models import Account
from portal.domain.audit.models import AuditEntry
from portal.domain.enrollment.models import EnrollmentRun
from portal.domain.kiosks import endings, retention, rules
from portal.domain.kiosks.types import Session, Stage, State
from portal.kernel import clock, database, secrets
from tests.browser import Browser
from tests.factories.kiosks import a_kiosk, stored
from tests.journeys.stored import rows
from tests.kiosks import counter
from tests.kiosks.counter import BORN, LOGIN

HTMX = {"HX-Request": "true"}


def wait(seconds: float) -> None:
    """Time goes by."""
    clock.shift(clock._shift + timedelta(seconds=seconds))


def watched(device, at="who"):
    """What the screen's own question is answered with."""
    return device._send("get", f"/kiosk/watch?at={at}", headers=HTMX)


def test_it_asks_after_ninety_seconds_and_clears_after_thirty_more(device, sent):
    counter.start(device)
    wait(80)
    assert watched(device).status_code == 204
    wait(11)
    page = device.get("/kiosk/watch?at=who", htmx=True)
    assert "Are you still there?" in page and page.css("[role=alert]")
    wait(20)
    assert watched(device, "who&warned=1").status_code == 204
    wait(10)
    assert watched(device, "who&warned=1").headers["HX-Redirect"] == "/kiosk/over"
    answer = device._send("get", "/kiosk/over")
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert [one.state for one in counter.sessions()] == ["left"] and not rows(EnrollmentRun)


def test_its_own_questions_do_not_keep_it_awake(device, sent):
    """SECURITY S3."""
    counter.start(device)
    for _ in range(39):
        wait(3)
        watched(device)
    wait(4)
    assert watched(device).headers["HX-Redirect"] == "/kiosk/over"


@pytest.mark.parametrize("how", ["types", "more time by htmx", "more time"])
def test_one_touch_gives_the_whole_time_again_as_often_as_needed(device, sent, how):
    page = counter.start(device)
    fields = {"csrf_token": page.css("input[name=csrf_token]")[0].get("value"), "at": "who"}
    for _ in range(5):
        wait(110)
        if how == "types":
            assert device._send("post", "/kiosk/here", data=fields, headers=HTMX).status_code == 204
        elif how == "more time":
            assert "Tell us who you are" in device.submit(device.get("/kiosk/still-there"), "form[action$=more]")
        else:
            assert "Are you still" not in device.post("/kiosk/more", fields, htmx=True)
    assert counter.sessions()[0].ended_at is None
    device.get("/kiosk/who")
    assert "Check your phone" in counter.answer(device, **BORN)


def test_without_script_the_page_goes_to_the_question_and_then_clears(device, sent):
    page = counter.start(device)
    assert page.one("noscript meta").get("content") == "90; url=/kiosk/still-there"
    wait(90)
    asked = device.get("/kiosk/still-there")
    assert "Are you still there?" in asked and asked.one("noscript meta").get("content") == "30; url=/kiosk/over"
    wait(30)
    assert "Clear-Site-Data" in device._send("get", "/kiosk/over").headers


def test_a_quarter_of_an_hour_is_the_longest(device, sent):
    counter.start(device)
    for _ in range(14):
        wait(60)
        device.get("/kiosk/who")
    wait(60)
    assert "Clear-Site-Data" in device._send("get", "/kiosk/who").headers
    assert counter.sessions()[0].state == "left"


def test_nobody_presses_start(device, sent, front_desk):
    wait(9 * 60 + 59)
    assert "Let us set up your portal" in device.get("/kiosk/")
    wait(1)
    assert "Please see the front desk" in device.get("/kiosk/")
    assert counter.sessions()[0].state == "lapsed" and not rows(EnrollmentRun)
    told = [one for one in rows(AuditEntry, actor_kind="kiosk") if one.event == "kiosk.lapsed"]
    assert len(told) == 1


def test_left_midway_it_can_be_sent_again(browser, front_desk, chart, kiosk, device, sent):
    counter.start(device)
    counter.answer(device, **BORN)
    counter.prove_phone(device)
    counter.choose_login(device)
    wait(121)
    desk = browser(front_desk)
    page = desk.get(counter.session_url(sent))
    assert "The person left" in page and "Send it again" in page
    counter.send(desk, front_desk, chart, kiosk)
    assert [one.state for one in counter.sessions()] == ["left", "sent"]
    assert "Clear-Site-Data" in device._send("get", "/kiosk/login").headers
    wait(16 * 60)
    counter.send(browser(front_desk), front_desk, chart, kiosk)
    assert "All set" in counter.whole(device)
    assert len(rows(Account, username="clementine68")) == 1


def test_start_over_leaves_nothing_and_needs_no_staff(device, sent):
    counter.start(device)
    counter.answer(device, **BORN)
    counter.prove_phone(device)
    counter.choose_login(device)
    page = counter.press(device, "start-over")
    assert "Let us set up your portal" in page and not page.css("#step")
    run = rows(EnrollmentRun)[0]
    assert (run.known_at, run.phone_proven_at, run.username_key, run.password_hash) == (None,) * 4
    assert counter.sessions()[0].draft is None
    wait(16 * 60)
    assert "Please see the front desk" in device.get("/kiosk/")


def test_help_keeps_what_was_typed(browser, front_desk, device, sent, kiosk):
    page = counter.start(device)
    form = page.form("#step")
    form.set("action", "/kiosk/help")
    page = device.submit(form, month="9", year="1968")
    assert "Help is on the way" in page and stored(kiosk.public_id).help_at
    assert "Asked for help" in browser(front_desk).get(f"/office/{front_desk.office}/kiosks/")
    page = device.submit(page, "form[action$=alone]")
    assert page.one("input[name=month]").get("value") == "9" and not page.css(".problem")


def test_a_password_is_never_kept(app, device, sent):
    counter.start(device)
    counter.answer(device, **BORN)
    counter.prove_phone(device)
    counter.answer(device, username=LOGIN["username"])
    page = counter.answer(device, password=LOGIN["password"], again="another one altogether")
    assert "This is not the same password" in page and "clementine68" in page
    assert not page.one("input[name=password]").get("value")
    kept = counter.sessions()[0]
    opened = secrets.unseal("kiosks", kept.draft, kept.public_id.hex).decode()
    assert "clementine68" in opened and "walnut" not in opened and "another one" not in opened


def test_a_name_that_is_taken_while_the_password_is_typed(device, sent):
    from tests.factories import accounts

    counter.start(device)
    counter.answer(device, **BORN)
    counter.prove_phone(device)
    counter.answer(device, username="clementine68")
    accounts.an_account(accounts.a_person(), "Clementine68")
    page = counter.answer(device, password=LOGIN["password"], again=LOGIN["again"])
    assert page.url == "/kiosk/login" and "These are free" in page
    assert page.one("input[name=username]").get("value") == "clementine68"
    assert "Choose your password" in counter.answer(device, username="clementine.a")
    page = device.get("/kiosk/login?again=1")
    assert "Choose your username" in page
    counter.answer(device, username="clementine.b")
    counter.answer(device, password=LOGIN["password"], again=LOGIN["again"])
    assert "clementine.b" in counter.prove_email(device)


def test_help_on_the_password_page_keeps_the_name_and_no_password(device, sent):
    counter.start(device)
    counter.answer(device, **BORN)
    counter.prove_phone(device)
    form = counter.answer(device, username="clementine68").form("#step")
    form.set("action", "/kiosk/help")
    page = device.submit(form, password=LOGIN["password"], again=LOGIN["again"])
    kept = counter.sessions()[0]
    assert "walnut" not in secrets.unseal("kiosks", kept.draft, kept.public_id.hex).decode()
    page = device.submit(page, "form[action$=alone]")
    assert "Choose your password" in page and "clementine68" in page


def test_back_leads_to_the_question_that_is_due(device, sent):
    counter.start(device)
    counter.answer(device, **BORN)
    for path in ("who", "login", "email", "finish"):
        assert device._send("get", f"/kiosk/{path}").headers["Location"] == "/kiosk/phone"
    page = device.get("/kiosk/phone")
    fields = dict(page.form("#step").form_values()) | BORN
    assert device._send("post", "/kiosk/who", data=fields).headers["Location"] == "/kiosk/phone"


def test_the_last_page_clears_itself_after_a_minute(device, sent):
    page = counter.whole(device)
    assert page.one("noscript meta").get("content") == "60; url=/kiosk/over"
    assert "All set" in device.get("/kiosk/done")
    answer = device._send("get", "/kiosk/over")
    assert "Clear-Site-Data" in answer.headers
    device._send("get", answer.headers["Location"])
    assert "Please see the front desk" in device.get("/kiosk/")
    assert device._send("get", "/kiosk/done").headers["Location"] == "/kiosk/"


def test_the_last_page_does_not_stay_for_the_next_person(device, sent):
    counter.whole(device)
    wait(91)
    assert "Clear-Site-Data" in device._send("get", "/kiosk/done").headers


def test_a_wipe_brings_the_device_back_once(app, device, sent, kiosk):
    counter.start(device)
    token = device.page.css("input[name=csrf_token]")[0].get("value")
    back = device._send("post", "/kiosk/start-over", data={"csrf_token": token}).headers["Location"]
    wiped = Browser(app)
    assert wiped._send("get", back).headers["Location"] == "/kiosk/"
    assert wiped.client.get_cookie("kiosk").value == kiosk.token
    wait(30)
    assert "Let us set up" in wiped.get("/kiosk/")
    assert Browser(app)._send("get", back).headers["Location"] == "/kiosk/pair"
    assert kiosk.token not in back


def test_a_ticket_works_for_a_minute(app, device, sent):
    counter.start(device)
    token = device.page.css("input[name=csrf_token]")[0].get("value")
    back = device._send("post", "/kiosk/start-over", data={"csrf_token": token}).headers["Location"]
    wait(61)
    assert Browser(app)._send("get", back).headers["Location"] == "/kiosk/pair"


def test_unpairing_ends_what_is_under_way(browser, front_desk, device, sent, kiosk):
    counter.start(device)
    desk = browser(front_desk)
    desk.submit(desk.get(f"/office/{front_desk.office}/kiosks/{kiosk.public_id}/unpair"))
    assert counter.sessions()[0].state == "stopped" and not rows(EnrollmentRun)


def test_with_an_older_database_no_device_comes_back(device, sent, kiosk):
    """SECURITY C36: it may have been sent away since."""
    counter.start(device)
    with database.writing():
        endings.unpair_all(clock.now())
    assert device._send("get", "/kiosk/who").headers["Location"] == "/kiosk/pair"
    assert counter.sessions()[0].state == "stopped" and not rows(EnrollmentRun)


def test_at_night_what_is_left_goes(app, office, sent, device):
    counter.start(device)
    kiosk = a_kiosk(office.id, paired=False)
    later = clock.now() + timedelta(hours=3)
    with database.writing():
        assert retention.close_left(later) == 1
        assert retention.forget_codes(later) == 1
        assert retention.forget_sessions(later) == 0
    assert counter.sessions()[0].state == "left" and stored(kiosk.public_id).code_hash is None
    assert not rows(EnrollmentRun)
    with database.writing():
        assert retention.forget_sessions(later + timedelta(days=31)) == 1
    assert not counter.sessions()


def test_a_clock_that_was_set_back_makes_nothing_longer():
    now = clock.now()
    early = now - timedelta(hours=2)
    assert rules.why_over(None, now, now, early) is State.LAPSED
    assert rules.why_over(now, now, now, early) is State.LEFT
    assert rules.why_over(now, now, now, now) is None


@pytest.mark.parametrize(
    ("state", "stage"), [(None, "rest"), ("sent", "sent"), ("begun", "begun"), ("done", "done"), ("stopped", "rest")]
)
def test_what_a_device_is_at(state, stage):
    session = Session._make([None] * len(Session._fields))._replace(state=state) if state else None
    assert rules.stage_of(session) == stage


@pytest.mark.parametrize(
    ("at", "stages"),
    [("rest", {"sent", "begun", "done"}), ("sent", {"rest", "begun", "done"}), ("help", {"sent"}), ("who", set())],
)
def test_a_screen_moves_when_what_it_shows_is_over(at, stages):
    assert {stage.value for stage in Stage if rules.must_move(at, stage)} == stages
