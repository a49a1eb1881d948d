"""A person puts a conversation away, or among what is new again. Nothing is deleted."""

from __future__ import annotations

import pytest

from tests.messaging import traces
from tests.messaging.test_read import answer

MINE = "/me/messaging/"


def titles(page):
    return [one.text for one in page.css("#conversations h3 a")]


def test_what_is_archived_leaves_the_list_until_somebody_writes(browser, patient, care, office):
    one = care.conversation(subject="Old")
    care.conversation(subject="Other")
    me = browser(patient)
    listed = me.submit(me.get(f"{MINE}{one}/"), "form[action$=archive]")
    assert titles(listed) == ["Other"]
    assert titles(me.get(MINE + "?archived=1")) == ["Old"]
    me.submit(me.get(f"{MINE}{one}/"), "form[action$=bring_back]")
    assert titles(me.get(MINE + "?archived=1")) == []
    me.submit(me.get(f"{MINE}{one}/"), "form[action$=archive]")
    answer(office, one, "Use ice.")
    assert titles(me.get(MINE)) == ["Old", "Other"]
    me.submit(me.get(f"{MINE}{one}/"), "form[action$=archive]")
    me.submit(me.get(f"{MINE}{one}/"), "#conversation form[action$=reply]", body="Thank you.")
    assert titles(me.get(MINE)) == ["Old", "Other"]
    assert len(traces.said(one)) == 3


def test_archiving_does_not_stop_the_office_from_closing(browser, patient, front_desk, care):
    one = care.conversation()
    them, me = browser(front_desk), browser(patient)
    page = them.get(f"/office/{care.office}/messaging/{one}/")
    me.submit(me.get(f"{MINE}{one}/"), "form[action$=archive]")
    them.submit(page, "form[action$=close]")
    assert traces.conversation(one).state == "closed"


def test_what_is_marked_as_not_read_is_new_again(browser, patient, care, office, front_desk):
    one = care.conversation()
    answer(office, one, "Use ice.")
    me = browser(patient)
    listed = me.submit(me.get(f"{MINE}{one}/"), "form[action$=unread]")
    assert listed.css("#conversations .tag.new")
    assert "A message waits for you" in me.get("/me/")
    assert "Read on" in browser(front_desk).get(f"/office/{care.office}/messaging/{one}/")
    me.get(f"{MINE}{one}/")
    assert not me.get(MINE).css(".tag.new")


@pytest.mark.parametrize("deed", ["unread", "archive", "bring_back"])
def test_somebody_elses_stays_as_it_is(browser, stranger, care, deed):
    one = care.conversation()
    them = browser(stranger)
    token = them.get(MINE).css("input[name=csrf_token]")[0].get("value")
    them.post(f"{MINE}{one}/{deed}", {"csrf_token": token, "once": "a" * 22}, status=404)
    assert traces.mark(one, "patient", care.patient.account_id) == (1, 0)
