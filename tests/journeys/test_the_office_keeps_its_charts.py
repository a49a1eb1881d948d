"""The office finds, creates, changes, merges and imports charts. The same in three browsers."""

from __future__ import annotations

import re

import pyotp
import pytest
from playwright.sync_api import expect

from portal.domain.charts.models import Chart, ChartMerge, EmergencyAccess
from portal.kernel import clock
from tests.factories.charts import a_chart
from tests.journeys.conftest import new_context
from tests.journeys.stored import rows
from tests.journeys.visitors import InChromium
from tests.people import staff_of

LIST = """First name,Last name,Date of birth
Odell,Thackeray,02/03/1949
Orrin,Fellwater,soon
"""


def come_in(visitor, staff):
    visitor.open("/sign_in/office")
    visitor.fill("Username", staff.username)
    visitor.fill("Password", staff.password)
    visitor.press("Sign in")
    visitor.fill("Code from your authenticator app", pyotp.TOTP(staff.totp_secret).at(clock.now()))
    visitor.press("Verify")
    visitor.sees("Signed in as")


def test_a_chart_is_created_found_and_changed(visitor, front_desk):
    a_chart(front_desk.office_id, "Odel", "Thackeray", number="L-1")
    come_in(visitor, front_desk)
    visitor.follow("Charts")
    visitor.follow("Create a chart")
    visitor.fill("Legal first name", "Odell")
    visitor.fill("Legal last name", "Thackeray")
    visitor.fill("Date of birth", "02/03/1949")
    visitor.press("Create the chart")
    visitor.sees("Is it one of these?")
    assert len(rows(Chart)) == 1
    visitor.press("Create anyway")
    visitor.sees("Born 02/03/1949")

    visitor.follow("Edit")
    visitor.fill("Phone on file", "800 555 0122")
    visitor.press("Save")
    visitor.sees("800-555-0122")
    visitor.follow("Changes")
    visitor.sees("Phone on file: 800-555-0122")
    visitor.follow("Charts")
    visitor.fill("Find a person", "odell thack")
    visitor.press("Find")
    visitor.sees("1 chart")
    visitor.sees("Thackeray, Odell")
    assert "Thackeray" not in visitor.path()
    changed = rows(Chart, given="Odell")
    assert [(row.phone_on_file, row.version) for row in changed] == [("+18005550122", 2)]


def test_two_charts_become_one_and_two_again(visitor, front_desk):
    a_chart(front_desk.office_id, number="L-1")
    a_chart(front_desk.office_id, "Odel", "Thackeray", number="L-2")
    come_in(visitor, front_desk)
    visitor.follow("Charts")
    visitor.fill("Find a person", "L-1")
    visitor.press("Find")
    visitor.follow("Thackeray, Odell")
    visitor.follow("Merge")
    visitor.fill("Number of the other chart", "L-2")
    visitor.press("Compare")
    visitor.sees("Are these the same person?")
    visitor.press("Merge the charts")
    visitor.sees("Phone on file")
    assert [row.undone_at for row in rows(ChartMerge)] == [None]
    visitor.follow("Changes")
    visitor.sees("Chart L-2 was merged into this one")
    visitor.follow("See merged charts")
    visitor.press("Undo the merge")
    visitor.sees("Phone on file")
    assert [row.merged_into_id for row in rows(Chart)] == [None, None]


def test_billing_opens_the_care_team_in_an_emergency(visitor, office, patient):
    clerk = staff_of(office, "billing")
    come_in(visitor, clerk)
    visitor.follow("Charts")
    visitor.fill("Find a person", "oakhurst")
    visitor.press("Find")
    visitor.follow("Oakhurst, Maribel")
    visitor.follow("Care team")
    visitor.sees("not part of your role")
    visitor.misses("Fenwick-Osei")
    visitor.fill("Why do you need to see this now?", "The hospital asks who her doctor is.")
    visitor.press("Open in an emergency")
    visitor.sees("Amara Fenwick-Osei")
    visitor.sees("You opened this in an emergency.")
    assert [row.reason for row in rows(EmergencyAccess)] == ["The hospital asks who her doctor is."]


@pytest.mark.parametrize("script", [True, False], ids=["htmx", "no script"])
def test_a_list_is_looked_at_and_taken_in(live, chromium, front_desk, script):
    """w3m sends files too, but asks for their names in a way of its own."""
    with new_context(chromium, java_script_enabled=script) as context:
        visitor = InChromium(live, context)
        come_in(visitor, front_desk)
        visitor.follow("Charts")
        visitor.follow("Import charts")
        file = {"name": "list.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
        visitor.tab.get_by_label("File").set_input_files(file)
        visitor.press("See what is in it")
        visitor.sees("“soon” is no date of birth.")
        expect(visitor.tab.locator(".sums b").first).to_have_text(re.compile("^1$"))
        assert not rows(Chart)
        with visitor.tab.expect_download() as download:
            visitor.follow("Download them all")
        assert "Fellwater" in download.value.path().read_text()
        visitor.press("Create the charts")
        visitor.sees("1 chart was created.")
        assert [row.family for row in rows(Chart)] == ["Thackeray"]
