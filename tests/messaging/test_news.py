"""New words appear in a conversation that is open, without loading it again (MSG-3)."""

from __future__ import annotations

from tests.messaging import traces
from tests.messaging.test_read import answer

MINE = "/me/messaging/"


def test_an_answer_appears_where_the_conversation_is_open(browser, patient, care, office):
    one = care.conversation()
    me = browser(patient)
    asked = me.get(f"{MINE}{one}/").one("#talk").get("data-hx-get")
    me.get(asked, 204, htmx=True)
    answer(office, one, "Use ice.")
    seen = len(traces.events_of(patient.person_id))
    news = me.get(asked, htmx=True)
    assert "Use ice." in news and news.css(".tag.new") and not news.css("form")
    assert traces.events_of(patient.person_id)[seen:] == ["messaging.viewed"]
    assert traces.mark(one, "patient", patient.account_id) == (1, 1)
    me.get(news.one("#talk").get("data-hx-get"), 204, htmx=True)
    assert len(traces.events_of(patient.person_id)) == seen + 1


def test_the_office_sees_what_the_person_adds(browser, patient, front_desk, care):
    one = care.conversation()
    them, me = browser(front_desk), browser(patient)
    asked = them.get(f"/office/{care.office}/messaging/{one}/").one("#talk").get("data-hx-get")
    them.get(asked, 204, htmx=True)
    me.submit(me.get(f"{MINE}{one}/"), "#conversation form", body="It is worse.")
    assert "It is worse." in them.get(asked, htmx=True)


def test_earlier_messages_are_not_asked_about(browser, patient, care):
    one = care.conversation(*(f"Words {number}." for number in range(30)))
    page = browser(patient).get(f"{MINE}{one}/?before=9")
    assert page.one("#talk").get("data-hx-get") is None


def test_nobody_else_hears_of_it(browser, stranger, care):
    one = care.conversation()
    browser(stranger).get(f"{MINE}{one}/news", status=404)
