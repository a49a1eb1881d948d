"""Change an announcement: the same two steps, with both values shown when somebody else was faster."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.kernel import clock
from tests.announcements.traces import audited
from tests.factories import practices
from tests.factories.announcements import HOUR, an_announcement, stored
from tests.people import staff_of

BOTH = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


def edit(who, announcement):
    return f"/office/{who.place}/announcements/{announcement}/edit"


@BOTH
def test_changed_after_its_preview(browser, administrator, patient, htmx):
    announcement = an_announcement(administrator.office_id, title_es="Corte", body_es="El portal descansa.")
    writer = browser(administrator, htmx=htmx)
    preview = writer.submit(writer.get(edit(administrator, announcement)), "form.flow", title="Outage moved to Sunday")
    assert stored(announcement).title == "Short outage this Saturday", "not before it is published"
    listing = writer.submit(preview, "form[action$=publish]")
    assert "Outage moved to Sunday" in listing
    row = stored(announcement)
    assert (row.title, row.title_es, row.version) == ("Outage moved to Sunday", "Corte", 2)
    assert browser(patient).get("/me/").one(".announce h2").text == "Outage moved to Sunday"
    assert audited("staff", administrator.staff_id, "announcement.changed")


def test_the_form_shows_what_is_stored(browser, front_desk):
    announcement = an_announcement(front_desk.office_id, "staff", body="One line.\nAnother.")
    page = browser(front_desk).get(edit(front_desk, announcement))
    fields = dict(page.form("form.flow").form_values())
    assert fields["audience"] == "staff" and fields["body"].strip() == "One line.\nAnother."
    assert page.one("h1").text == "Edit an announcement"


@BOTH
@pytest.mark.parametrize("step", ["before the preview", "after the preview"])
def test_somebody_was_faster(browser, front_desk, administrator, step, htmx):
    announcement = an_announcement(front_desk.office_id)
    slow, fast = browser(front_desk, htmx=htmx), browser(administrator)
    opened = slow.get(edit(front_desk, announcement))
    mine = {"title": "My words"}
    if step == "after the preview":
        opened = slow.submit(opened, "form.flow", **mine)
        mine = {}
    preview = fast.submit(fast.get(edit(administrator, announcement)), "form.flow", title="Their words")
    fast.submit(preview, "form[action$=publish]")
    selector = "form.flow" if step == "before the preview" else "form[action$=publish]"
    again = slow.submit(opened, selector, 409, **mine)
    assert "Their words" in again.one(".problem dl").text_content()
    assert dict(again.form("form.flow").form_values())["title"] == "My words"
    assert stored(announcement).title == "Their words"

    preview = slow.submit(again, "form.flow")  # now knowingly
    slow.submit(preview, "form[action$=publish]")
    assert stored(announcement).title == "My words"


def test_a_tampered_version_is_stale(browser, front_desk):
    announcement = an_announcement(front_desk.office_id)
    writer = browser(front_desk)
    page = writer.get(edit(front_desk, announcement))
    for version in ("", "-1", "9" * 30, "x", None):
        writer.submit(page, "form.flow", 409, version=version)


def test_what_has_ended_stays_as_it_was(browser, front_desk):
    announcement = an_announcement(front_desk.office_id, lasts=HOUR + timedelta(minutes=5))
    writer = browser(front_desk)
    preview = writer.submit(writer.get(edit(front_desk, announcement)), "form.flow", ends_on="01/01/2099")
    clock.shift(timedelta(minutes=10))
    writer.submit(preview, "form[action$=publish]", 409)
    assert "has ended" in writer.get(edit(front_desk, announcement), 409)


def test_another_offices_announcement_does_not_exist(browser, front_desk, operator):
    elsewhere = an_announcement(practices.an_office("Harbor Point Medical").id)
    above = an_announcement(None)
    here = an_announcement(front_desk.office_id)
    writer = browser(front_desk)
    preview = writer.submit(writer.get(edit(front_desk, here)), "form.flow")
    for announcement in (elsewhere, above):
        url = f"/office/{front_desk.place}/announcements/{announcement}"
        for page in ("edit", "end", "publish"):
            writer.get(f"{url}/{page}", 404)
        form = preview.form("form[action$=publish]")
        form.set("action", f"{url}/publish")
        writer.submit(form, status=404, title="Taken over")
        assert stored(announcement).title == "Short outage this Saturday"
    browser(operator).get(f"/office/all/announcements/{here}/edit", 404)


def test_a_billing_clerk_can_not_change_it(browser, office):
    announcement, clerk = an_announcement(office.id), staff_of(office, "billing")
    browser(clerk).get(edit(clerk, announcement), 409)
    listing = browser(clerk).get(f"/office/{clerk.place}/announcements/")
    assert not listing.css("#announcements a")
