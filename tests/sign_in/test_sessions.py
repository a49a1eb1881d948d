"""Sessions end by themselves, are warned of in time, and lose nothing that was typed."""

from __future__ import annotations

from datetime import timedelta

from portal.kernel import clock


def later(**time):
    clock.shift(timedelta(**time))


def test_after_fifteen_quiet_minutes_the_session_is_over(browser, patient):
    made = browser(patient)
    later(minutes=14, seconds=50)
    made.get("/me/")
    later(minutes=29)
    made.get("/me/")
    later(minutes=44, seconds=1)
    page = made.get("/me/", status=303)
    assert "why=idle" in page.headers["Location"]
    assert "You were signed out" in made.get(page.headers["Location"])


def test_after_twelve_hours_the_session_is_over_however_busy(browser, patient):
    made = browser(patient)
    for minutes in range(10, 720, 10):
        later(minutes=minutes)
        made.get("/me/")
    later(hours=12, seconds=1)
    assert "why=long" in made.get("/me/", status=303).headers["Location"]


def test_the_pages_own_questions_do_not_keep_a_session_alive(browser, patient):
    """SECURITY S3."""
    made = browser(patient)
    for minutes in range(1, 15):
        later(minutes=minutes)
        made.get("/sign_in/idle", htmx=True)
    later(minutes=15, seconds=1)
    made.get("/me/", status=303)


def test_the_warning_comes_two_minutes_before_the_end_and_can_be_answered(browser, patient):
    made = browser(patient)
    later(minutes=12)
    assert not made.get("/sign_in/idle", htmx=True).css("button")
    later(minutes=13, seconds=5)
    warning = made.get("/sign_in/idle", htmx=True)
    assert "Are you still there?" in warning
    made.htmx = True
    assert not made.submit(warning, "form").css("button")
    later(minutes=27)
    made.get("/me/")


def test_a_clock_that_was_set_back_revives_nothing(browser, patient):
    """SECURITY C21."""
    made = browser(patient)
    later(hours=-2)
    made.get("/me/", status=303)


def test_what_was_typed_too_late_is_there_after_the_sign_in(browser, patient):
    """SECURITY C27, without script: the post comes back to the form, for the same person."""
    made = browser(patient)
    form = made.get("/me/address_book/insurance/add").form("main form")
    later(minutes=16)
    sent = made.submit(form, company="Meadowlark Health Plan", member_id="MLK-4471")
    assert "What you typed is kept" in sent
    page = made.submit(sent, username=patient.username, password=patient.password)
    assert page.one("[name=company]").get("value") == "Meadowlark Health Plan"


def test_it_is_not_there_for_somebody_else(browser, patient, stranger):
    made = browser(patient)
    form = made.get("/me/address_book/insurance/add").form("main form")
    later(minutes=16)
    sent = made.submit(form, company="Meadowlark Health Plan", member_id="MLK-4471")
    page = made.submit(sent, username=stranger.username, password=stranger.password)
    assert "Meadowlark" not in page.source
    assert "Meadowlark" not in made.get("/me/address_book/insurance/add?kept=1").source


def test_when_the_pages_clock_runs_out_its_text_is_parked(browser, patient):
    """SECURITY A22, with script: the warning's last act sends what stands in the form."""
    made = browser(patient)
    fields = dict(made.get("/me/address_book/insurance/add").form("main form").form_values())
    later(minutes=15, seconds=1)
    answer = made.post("/sign_in/end", fields | {"company": "Tidewell Vision"}, status=204, htmx=True)
    assert "kept=1" in answer.headers["HX-Redirect"]
    door = made.get(answer.headers["HX-Redirect"])
    page = made.submit(door, username=patient.username, password=patient.password)
    assert page.one("[name=company]").get("value") == "Tidewell Vision"


def test_a_parked_form_leads_nowhere_else(browser, patient):
    """A path with two slashes would be another host to a browser."""
    made = browser(patient)
    fields = dict(made.get("/me/address_book/insurance/add").form("main form").form_values())
    later(minutes=15, seconds=1)
    sent = fields | {"company": "Tidewell Vision", "form_path": "//me/address_book/insurance/add"}
    answer = made.post("/sign_in/end", sent, status=204, htmx=True)
    door = made.get(answer.headers["HX-Redirect"])
    assert made.submit(door, username=patient.username, password=patient.password).url == "/me/"
