"""Write an announcement, see it as people will, publish it. A stranger, and who may only read, can not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.kernel import clock
from tests.announcements.traces import audited
from tests.factories import practices
from tests.factories.announcements import an_announcement, every
from tests.people import a_connected_patient, staff_of

BOTH = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


def typed(**more):
    """A good form: from yesterday 9:30 AM for ten days, by the office's clock."""
    day = clock.today("America/New_York")
    return {
        "audience": "patients",
        "title": "Closed on Friday",
        "body": "We open again on Monday.\nCall 911 if it is urgent.",
        "title_es": "Cerrado el viernes",
        "body_es": "Abrimos de nuevo el lunes.",
        "starts_on": f"{day - timedelta(days=1):%m/%d/%Y}",
        "starts_time": "9:30 am",
        "ends_on": f"{day + timedelta(days=9):%m/%d/%Y}",
        "ends_time": "5 PM",
        **more,
    }


def new(place):
    return f"/office/{place}/announcements/new"


@BOTH
def test_written_previewed_published_and_seen(browser, front_desk, patient, htmx):
    writer = browser(front_desk, htmx=htmx)
    preview = writer.submit(writer.get(new(front_desk.place)), "form.flow", **typed())
    assert not every(), "nothing is stored before it is published"
    assert "This is how people will see it" in preview.one("h1").text
    english, spanish = preview.css(".announce")
    assert "Closed on Friday" in english.text_content() and not english.cssselect("[lang]")
    assert {part.get("lang") for part in spanish.cssselect("h2, .typed")} == {"es"}
    listing = writer.submit(preview, "form[action$=publish]")
    assert "Closed on Friday" in listing.one("#announcements").text_content()
    assert listing.css("#said .note"), "with its receipt"

    banner = browser(patient).get("/me/").one(".announce")
    assert banner.cssselect("h2")[0].text == "Closed on Friday"
    assert "We open again on Monday.\nCall 911 if it is urgent." in banner.text_content()
    assert audited("staff", front_desk.staff_id, "announcement.published")


def test_the_banner_of_the_preview_is_the_banner_of_home(browser, front_desk, patient):
    writer = browser(front_desk)
    preview = writer.submit(writer.get(new(front_desk.place)), "form.flow", **typed())
    writer.submit(preview, "form[action$=publish]")
    home = browser(patient).get("/me/").one(".announce > div")
    assert preview.css(".announce > div")[0].text_content() == home.text_content()


@BOTH
def test_change_something_brings_everything_back(browser, front_desk, htmx):
    writer, given = browser(front_desk, htmx=htmx), typed(starts_time="0930", audience="staff")
    preview = writer.submit(writer.get(new(front_desk.place)), "form.flow", **given)
    again = writer.submit(preview, "form[action$=new]")
    fields = dict(again.form("form.flow").form_values())
    assert {name: fields[name].replace("\r\n", "\n").strip() for name in given} == given
    assert not again.css(".problem")


def test_moments_are_of_the_offices_clock(browser):
    office = practices.an_office("Harbor Point Medical", "America/Los_Angeles")
    desk = staff_of(office)
    writer = browser(desk)
    given = typed(starts_on="03/13/2027", starts_time="1:00 AM", ends_on="3/15/2027", ends_time="1 a.m.")
    preview = writer.submit(writer.get(new(desk.place)), "form.flow", **given)
    writer.submit(preview, "form[action$=publish]")
    (row,) = every()
    assert row.starts_at == datetime(2027, 3, 13, 9, tzinfo=UTC)
    assert row.ends_at == datetime(2027, 3, 15, 8, tzinfo=UTC), "summer time began in between"
    assert row.ends_at.astimezone(ZoneInfo("America/Los_Angeles")).hour == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("audience", None, "Choose who should see it."),
        ("audience", "martians", "Choose who should see it."),
        ("title", "  ", "Type a title, like Closed on Friday."),
        ("title", "x" * 121, "Please use 120 letters or fewer."),
        ("body", "", "Type what people should know."),
        ("body", "x" * 1001, "Please use 1000 letters or fewer."),
        ("title_es", "", "Type the title in Spanish too"),
        ("body_es", "", "Type the words in Spanish too"),
        ("starts_on", "", "Type the date when it should start."),
        ("starts_on", "13/45/2027", "Type the date as month, day and year"),
        ("starts_time", "soon", "Type the time like 9:30 AM."),
        ("starts_time", "9:30", "Add AM or PM to the time, like 9:30 AM."),
        ("ends_time", "", "Type the time when it should end, like 5:00 PM."),
        ("ends_on", "01/01/2020", "The end must come after the start."),
    ],
)
@BOTH
def test_bad_input_is_told_at_the_field_and_stays(browser, front_desk, field, value, words, htmx):
    writer = browser(front_desk, htmx=htmx)
    again = writer.submit(writer.get(new(front_desk.place)), "form.flow", 422, **typed(**{field: value}))
    told = again.one(".problem .links a")
    assert words in told.text_content()
    assert again.one(told.get("href")) is not None
    assert words in again.one(".err").text_content()
    assert dict(again.form("form.flow").form_values())["body" if field == "title" else "title"].strip()
    assert not every()


def test_an_end_in_the_past_is_told(browser, front_desk):
    writer = browser(front_desk)
    given = typed(starts_on="01/01/2020", ends_on="01/02/2020")
    assert "nobody would see it" in writer.submit(writer.get(new(front_desk.place)), "form.flow", 422, **given)


def test_what_was_tampered_with_between_preview_and_publish_is_looked_at_again(browser, front_desk):
    writer = browser(front_desk)
    preview = writer.submit(writer.get(new(front_desk.place)), "form.flow", **typed())
    again = writer.submit(preview, "form[action$=publish]", 422, title="")
    assert "Type a title" in again.one(".problem").text_content()
    assert not every()


@pytest.mark.parametrize("role", ["front_desk", "administrator", "clinician", "billing"])
def test_roles(browser, office, role):
    member = staff_of(office, role)
    writer, may = browser(member), role in {"front_desk", "administrator"}
    listing = writer.get(f"/office/{member.place}/announcements/")
    assert bool(listing.css("a[href$=new]")) is may
    assert ("Only the front desk" in listing) is not may
    writer.get(new(member.place), 200 if may else 409)


def test_who_may_only_read_can_not_publish_by_hand(browser, office):
    desk, clinician = staff_of(office), staff_of(office, "clinician")
    form = browser(desk).get(new(desk.place)).form("form.flow")
    reader = browser(clinician)
    token = dict(reader.get(f"/office/{clinician.place}/").form(".menu form").form_values())
    for step in ("new", "publish"):
        form.set("action", f"/office/{clinician.place}/announcements/{step}")
        answer = reader.submit(form, status=409, once="k" * 22, **token, **typed())
        assert "Only the front desk" in answer
    assert not every()


def test_the_operator_tells_everybody_in_all_offices(browser, operator, patient, stranger, front_desk):
    writer = browser(operator)
    preview = writer.submit(writer.get(new("all")), "form.flow", **typed(audience="everyone"))
    assert "Eastern Time" in preview
    writer.submit(preview, "form[action$=publish]")
    assert browser(patient).get("/me/").css(".announce")
    assert browser(stranger).get("/me/").css(".announce")
    assert browser(front_desk).get(f"/office/{front_desk.place}/").css(".announce")
    assert not browser(front_desk).get(f"/office/{front_desk.place}/announcements/").css("#announcements h3")


def test_another_offices_place_does_not_exist(browser, front_desk):
    other = practices.an_office("Harbor Point Medical")
    an_announcement(other.id, title="Not for Larkfield")
    for page in ("", "new"):
        browser(front_desk).get(f"/office/{other.public_id}/announcements/{page}", 404)
        browser(front_desk).get(f"/office/all/announcements/{page}", 404)
    assert "Not for Larkfield" not in browser(front_desk).get(f"/office/{front_desk.place}/announcements/")


def test_a_patient_is_sent_to_sign_in(browser, patient, office):
    answer = browser(patient).get(new(office.public_id), 303)
    assert "/sign_in/office" in answer.headers["Location"]


def test_twenty_clicks_publish_once(browser, front_desk):
    writer = browser(front_desk)
    preview = writer.submit(writer.get(new(front_desk.place)), "form.flow", **typed())
    for _ in range(20):
        writer.submit(preview, "form[action$=publish]")
    assert len(every()) == 1


def test_markup_stays_text(browser, front_desk, patient):
    nasty = '<img src=x onerror=alert(1)> {{ 7*7 }} <b data-hx-get="/x">'
    writer = browser(front_desk)
    preview = writer.submit(
        writer.get(new(front_desk.place)), "form.flow", **typed(title=nasty, body=nasty, title_es=nasty, body_es=nasty)
    )
    listing = writer.submit(preview, "form[action$=publish]")
    home, today = browser(patient).get("/me/"), browser(front_desk).get(f"/office/{front_desk.place}/")
    for page in (preview, listing, home, today):
        assert nasty in page.text
        assert not page.css("img, [data-hx-get='/x']")


def test_a_reader_of_spanish_writes_in_a_spanish_console(browser, office):
    member = practices.a_staff_member(language="es")
    practices.a_position(office.id, member.staff_id)
    desk = staff_of(office)
    writer = browser(desk.__class__(*member, office.public_id, office.id))
    preview = writer.submit(writer.get(new(office.public_id)), "form.flow", **typed())
    english, spanish = preview.css(".announce")
    assert english.cssselect("[lang=en]") and not spanish.cssselect("[lang]")


def test_no_spanish_twin_is_told_before_it_is_published(browser, front_desk):
    writer = browser(front_desk)
    preview = writer.submit(writer.get(new(front_desk.place)), "form.flow", **typed(title_es="", body_es=""))
    assert len(preview.css(".announce")) == 1 and "no Spanish words" in preview


def test_somebody_of_the_office_sees_it_and_nobody_else(browser, front_desk, patient, stranger):
    elsewhere = a_connected_patient(practices.an_office("Harbor Point Medical").id, given="Lena", family="Voss")
    writer = browser(front_desk)
    preview = writer.submit(writer.get(new(front_desk.place)), "form.flow", **typed())
    writer.submit(preview, "form[action$=publish]")
    assert browser(patient).get("/me/").css(".announce")
    assert not browser(stranger).get("/me/").css(".announce")
    assert not browser(elsewhere).get("/me/").css(".announce")


def test_a_session_that_ended_under_the_preview_loses_nothing(browser, front_desk):
    writer = browser(front_desk)
    preview = writer.submit(writer.get(new(front_desk.place)), "form.flow", **typed())
    clock.shift(timedelta(hours=2))
    writer.submit(preview, "form[action$=publish]")
    assert not every()
    writer.sign_in(front_desk.actor)
    again = writer.get(f"/office/{front_desk.place}/announcements/publish?kept=1")
    assert dict(again.form("form.flow").form_values())["title"] == "Closed on Friday"
    writer.get(f"/office/{front_desk.place}/announcements/publish", 303)


def test_htmx_gets_the_list_and_what_was_done(browser, front_desk):
    writer = browser(front_desk)
    preview = writer.submit(writer.get(new(front_desk.place)), "form.flow", **typed())
    form = preview.form("form[action$=publish]")
    answer = writer.post(form.get("action"), dict(form.form_values()), htmx=True)
    assert answer.root[0].get("id") == "announcements" and "Receipt" in answer.one("#said").text_content()
