"""A person's list of conversations, and what of them is new (MSG-1, MSG-3)."""

from __future__ import annotations

from datetime import timedelta

from portal.domain.messaging import answering
from portal.domain.messaging.queries import LISTED, SHOWN
from portal.domain.viewer import Actor, Head, Role, StaffViewer
from portal.kernel import clock, database
from tests.factories import practices
from tests.messaging import traces

MINE = "/me/messaging/"


def clinician(office):
    """Somebody at work in the office, without a browser."""
    made, now = practices.a_staff_member("Hana", "Brightwater"), clock.now()
    practices.a_position(office.id, made.staff_id, "clinician")
    actor, zone = Actor("staff", made.staff_id), "America/New_York"
    args = (actor, 0, "Hana Brightwater", "en", Role.CLINICIAN, office.id, office.public_id, "", zone)
    return StaffViewer(*args, Head(0, b""), now, now)


def answer(office, one, *bodies):
    who = clinician(office)
    for body in bodies:
        with database.writing():
            answering.reply(who, one, body=body, now=clock.now())


def test_the_latest_comes_first_and_what_is_new_is_marked(browser, patient, care, office):
    one = care.conversation(subject="Older", at=clock.now() - timedelta(days=2))
    care.conversation(subject="Newer", pool=True)
    answer(office, one, "Use ice.", "And rest.")
    me = browser(patient)
    page = me.get(MINE)
    assert [found.text for found in page.css("#conversations h3 a")] == ["Older", "Newer"]
    assert page.css("#conversations .tag.new")[0].text == "2 new"
    assert [found.text for found in page.css(".tabs .tag.new")] == ["2 new"]
    assert "A message waits for you" in me.get("/me/")
    thread = me.get(f"{MINE}{one}/")
    assert len(thread.css(".msg .tag.new")) == 2
    assert "Hana Brightwater , clinician" in thread or "Hana Brightwater, clinician" in thread
    assert not me.get(MINE).css(".tag.new")
    assert not me.get(f"{MINE}{one}/").css(".tag.new")
    assert "A message waits for you" not in me.get("/me/")
    assert traces.mark(one, "patient", patient.account_id) == (3, 0)


def test_tabs_show_whose_they_are(browser, patient, care):
    care.conversation(subject="With a provider")
    care.conversation(subject="With the desk", pool=True)
    me = browser(patient)
    for url, subject in ((f"?provider={care.provider}", "With a provider"), (f"?pool={care.office}", "With the desk")):
        assert [one.text for one in me.get(MINE + url).css("#conversations h3 a")] == [subject]
    me.get(MINE + "?provider=nonsense", status=404)


def test_who_reads_what_they_wrote_is_shown_once_the_office_has(browser, patient, front_desk, care, office):
    one = care.conversation()
    me, them = browser(patient), browser(front_desk)
    assert "Read on" not in me.get(f"{MINE}{one}/")
    them.get(f"/office/{office.public_id}/messaging/{one}/")
    assert "Read on" in me.get(f"{MINE}{one}/")


def test_a_long_list_goes_on_where_it_ended(browser, patient, care):
    for number in range(LISTED + 3):
        care.conversation(subject=f"No. {number}", at=clock.now() - timedelta(hours=number))
    me = browser(patient)
    page = me.get(MINE)
    assert len(page.css("#conversations h3")) == LISTED
    rest = me.get(page.one("#conversations p > a.hit").get("href"))
    assert [one.text for one in rest.css("#conversations h3 a")] == [f"No. {LISTED + n}" for n in range(3)]
    assert not rest.css("#conversations p > a.hit")


def test_a_long_conversation_shows_its_end_first(browser, patient, care):
    one = care.conversation(*(f"Words {number}." for number in range(1, SHOWN + 4)))
    me = browser(patient)
    page = me.get(f"{MINE}{one}/")
    assert len(page.css(".msg")) == SHOWN and "Words 23." in page and "Words 3." not in page
    earlier = me.get(page.one("#conversation p > a.hit").get("href"), htmx=True)
    assert [found.get("id") for found in earlier.css(".msg")] == ["m1", "m2", "m3"]


def test_looking_at_a_conversation_is_written_down(browser, patient, front_desk, care, office):
    one = care.conversation()
    browser(patient).get(f"{MINE}{one}/")
    browser(front_desk).get(f"/office/{office.public_id}/messaging/{one}/")
    assert traces.events_of(patient.person_id)[-2:] == ["messaging.viewed", "chart.viewed"]
