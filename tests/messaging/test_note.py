"""Notes among staff: the person never sees one, on a page, in a notice or in a copy of everything (MSG-5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain.copies import Whose
from portal.domain.messaging import export
from portal.kernel import clock
from tests.factories import practices
from tests.messaging import traces
from tests.people import staff_of

both_ways = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


@both_ways
def test_colleagues_read_it_and_the_person_does_not(browser, patient, front_desk, administrator, care, htmx):
    one, desk = care.conversation(), f"/office/{care.office}/messaging/"
    them, me = browser(front_desk, htmx=htmx), browser(patient)
    page = them.submit(them.get(f"{desk}{one}/"), "form[action$=note]", note="Canary: call the lab first.")
    assert "Canary: call the lab first." in page and "Dana Whitlock" in page
    assert "Canary" in browser(administrator).get(f"{desk}{one}/")
    for url in ("/me/messaging/", f"/me/messaging/{one}/", f"/me/messaging/{one}/news", "/me/"):
        assert "Canary" not in me.get(url, htmx=url.endswith("news")).source
    copied = [
        str(list(sheet.rows)) for sheet in export.sheets(Whose(patient.account_id, patient.person_id, "en", "UTC"))
    ]
    assert "knee" in copied[0] and "Canary" not in "".join(copied)
    assert traces.told() == [] and traces.mark(one, "patient", patient.account_id) == (1, 0)
    assert "conversation.noted" in traces.events_of(patient.person_id)
    assert len(traces.said(one)) == 1


def test_an_empty_note_is_none(browser, front_desk, care):
    one = care.conversation()
    them = browser(front_desk)
    page = them.submit(them.get(f"/office/{care.office}/messaging/{one}/"), "form[action$=note]", 422, note=" ")
    assert "Type your note" in page


def test_another_office_writes_none(browser, care):
    elsewhere = practices.an_office("Harbor Point Medical")
    one, them = care.conversation(), browser(staff_of(elsewhere))
    place = f"/office/{elsewhere.public_id}/messaging/"
    token = them.get(place).css("input[name=csrf_token]")[0].get("value")
    them.post(f"{place}{one}/note", {"csrf_token": token, "once": "a" * 22, "note": "x"}, status=404)


def test_what_is_late_stands_in_the_pool_too(browser, front_desk, care):
    now = clock.now()
    care.conversation(subject="In time")
    care.conversation(subject="Late", at=now - timedelta(days=9), due_at=now - timedelta(days=2))
    page = browser(front_desk).get(f"/office/{care.office}/messaging/?whose=pool")
    assert [one.text for one in page.css("#conversations h3 a")] == ["Late"]
    assert len(page.css("#conversations .tag.bad")) == 1
