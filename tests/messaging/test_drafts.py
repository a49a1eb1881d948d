"""What is typed is kept: by the page itself, by a button, and over the end of a session; for its author alone (A22)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.domain.copies import Whose
from portal.domain.messaging import drafts, export
from portal.domain.messaging.models import Draft
from portal.domain.sign_in.models import SignInSession
from portal.kernel import clock, database
from tests.messaging import traces
from tests.people import a_connected_patient

MINE = "/me/messaging/"
both_ways = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


def kept():
    with database.writing() as session:
        rows = list(session.scalars(select(Draft)))
        session.expunge_all()
        return rows


def as_the_page_does(me, page, form="#conversation form", status=200, **typed):
    """What the page sends by itself every 10 seconds."""
    fields = dict(page.form(form).form_values()) | typed
    return me.post(page.one("#draft").get("data-hx-post"), fields, status, htmx=True)


def save(me, page, form="#conversation form", **typed):
    """The button, without script."""
    fields = dict(page.form(form).form_values()) | typed
    url = page.one("button[formaction$='/save']").get("formaction")
    answer = me._send("post", url, data=fields)
    assert answer.status_code == 303
    return me.get(answer.headers["Location"])


def test_the_page_keeps_a_reply_by_itself(browser, patient, care):
    one = care.conversation()
    me = browser(patient)
    page = me.get(f"{MINE}{one}/")
    assert "Draft saved" in as_the_page_does(me, page, body="Half a sent")
    as_the_page_does(me, page, body="Half a sent", status=204)
    assert "Draft saved" in as_the_page_does(me, page, body="Half a sentence")
    (row,) = kept()
    assert b"Half" not in row.content
    again = me.get(f"{MINE}{one}/")
    assert again.one("[name=body]").text.strip() == "Half a sentence"
    assert "Only you can see it" in again
    as_the_page_does(me, page, body="")
    assert kept() == []


def test_keeping_by_itself_is_not_somebody_being_there(browser, patient, care):
    """S3."""
    one = care.conversation()
    me = browser(patient)
    page = me.get(f"{MINE}{one}/")
    with database.writing() as session:
        seen = session.scalars(select(SignInSession.seen_at)).one()
    clock.shift(timedelta(minutes=2))
    as_the_page_does(me, page, body="Half")
    me.get(f"{MINE}{one}/news", htmx=True)
    with database.writing() as session:
        assert session.scalars(select(SignInSession.seen_at)).one() == seen


def test_the_button_keeps_it_without_script(browser, patient, care):
    one = care.conversation()
    me = browser(patient)
    page = save(me, me.get(f"{MINE}{one}/"), body="Half a sentence")
    assert page.one("[name=body]").text.strip() == "Half a sentence"
    new = save(me, me.get(MINE + "new"), "#new-conversation form", to=str(care.office), subject="Knee", body="It")
    assert new.one("[name=subject]").get("value") == "Knee"
    assert new.one("option[selected]").get("value") == str(care.office)
    assert len(kept()) == 2


@both_ways
def test_what_is_sent_is_no_draft_any_more(browser, patient, care, htmx):
    one = care.conversation()
    me = browser(patient, htmx=htmx)
    page = me.get(f"{MINE}{one}/")
    as_the_page_does(me, page, body="All of it.")
    me.submit(page, "#conversation form", body="All of it.")
    as_the_page_does(me, page, body="All of it.", status=204)
    assert kept() == [] and len(traces.said(one)) == 2
    new = me.get(MINE + "new")
    as_the_page_does(me, new, "#new-conversation form", subject="Knee", body="It")
    me.submit(
        new, "#new-conversation form", 204 if htmx else 200, to=str(care.office), subject="Knee", body="It hurts."
    )
    assert kept() == []


def test_a_refused_message_stays_a_draft(browser, patient, care):
    one = care.conversation()
    me = browser(patient)
    page = me.get(f"{MINE}{one}/")
    as_the_page_does(me, page, body="All of it.")
    care.takes_no_messages()
    me.submit(page, "#conversation form", 409, body="All of it.")
    assert me.get(f"{MINE}{one}/").one("[name=body]").text.strip() == "All of it."


def test_after_a_session_ended_it_is_there_for_the_same_person_only(browser, patient, office, care):
    """C27."""
    one = care.conversation()
    me = browser(patient)
    as_the_page_does(me, me.get(MINE + "new"), "#new-conversation form", subject="Knee", body="Mine alone.")
    as_the_page_does(me, me.get(f"{MINE}{one}/"), body="Mine alone.")
    other = a_connected_patient(office.id, given="Mallory", family="Grey")
    me.sign_in(other.actor)
    assert "Mine alone." not in me.get(MINE + "new").source
    me.get(f"{MINE}{one}/", status=404)
    me.sign_in(patient.actor)
    assert me.get(MINE + "new").one("[name=body]").text.strip() == "Mine alone."
    assert me.get(f"{MINE}{one}/").one("[name=body]").text.strip() == "Mine alone."


def test_staff_have_drafts_of_their_own(browser, patient, front_desk, administrator, care):
    one, desk = care.conversation(), f"/office/{care.office}/messaging/"
    them = browser(front_desk)
    page = them.get(f"{desk}{one}/")
    as_the_page_does(them, page, "form[action$=reply]", body="Half an answer")
    save(them, page, "form[action$=reply]", body="Half an answer.")
    assert them.get(f"{desk}{one}/").one("[name=body]").text.strip() == "Half an answer."
    assert "Half an answer" not in browser(administrator).get(f"{desk}{one}/").source
    assert "Half an answer" not in browser(patient).get(f"{MINE}{one}/").source
    them.submit(page, "form[action$=reply]", body="An answer.")
    assert kept() == []


def test_what_nobody_went_on_with_goes_after_ninety_days(browser, patient, care):
    one = care.conversation()
    me = browser(patient)
    as_the_page_does(me, me.get(f"{MINE}{one}/"), body="Half")
    with database.writing():
        assert drafts.forget_old(clock.now() + timedelta(days=89)) == 0
        assert drafts.forget_old(clock.now() + timedelta(days=91)) == 1


def test_nobody_keeps_a_draft_in_somebody_elses_conversation(browser, stranger, care):
    one = care.conversation()
    them = browser(stranger)
    token = them.get(MINE).css("input[name=csrf_token]")[0].get("value")
    for deed in ("keep", "save"):
        them.post(f"{MINE}{one}/{deed}", {"csrf_token": token, "body": "x"}, status=404)
    assert kept() == []


@both_ways
@pytest.mark.parametrize("place", ["new", "a conversation"])
def test_what_is_sent_after_the_session_ended_is_back_for_the_same_person_only(
    browser, patient, office, care, place, htmx
):
    """C27: twenty thousand letters, sent twenty minutes too late, without a draft."""
    url = MINE + "new" if place == "new" else f"{MINE}{care.conversation()}/"
    form = "#new-conversation form" if place == "new" else "#conversation form"
    typed = {"body": "Mine alone. " * 1660} | ({"subject": "Knee"} if place == "new" else {})
    me = browser(patient, htmx=htmx)
    page = me.get(url)
    clock.shift(timedelta(minutes=20))
    me.submit(page, form, 401 if htmx else 200, **typed)
    other = a_connected_patient(office.id, given="Mallory", family="Grey")
    me.sign_in(other.actor)
    assert "Mine alone." not in me.get(MINE + "new?kept=1").source
    me.sign_in(patient.actor)
    assert me.get(url + "?kept=1").one("[name=body]").text.strip() == typed["body"].strip()


def test_they_are_in_a_copy_of_everything(browser, patient, front_desk, care):
    one, me, them = care.conversation(), browser(patient), browser(front_desk)
    as_the_page_does(me, me.get(MINE + "new"), "#new-conversation form", subject="Knee", body="Half a question")
    as_the_page_does(me, me.get(f"{MINE}{one}/"), body="Half a reply")
    place = f"/office/{care.office}/messaging/{one}/"
    as_the_page_does(them, them.get(place), "form[action$=reply]", body="Half an answer")
    whose = Whose(patient.account_id, patient.person_id, "en", "UTC")
    (found,) = [list(sheet.rows) for sheet in export.sheets(whose) if sheet.name == "drafts"]
    typed = {(row["subject"], row["text"]) for row in found}
    assert typed == {("Knee", "Half a question"), (None, "Half a reply")}


@pytest.mark.parametrize("how", [{"takes_messages": False}, {"ended_at": datetime(2031, 3, 1, tzinfo=UTC)}])
def test_whom_it_was_for_takes_part_no_more_and_it_is_still_there(browser, patient, care, how):
    """In a new conversation the words stay and somebody else is chosen; in one that is begun they can be read."""
    one, me = care.conversation(), browser(patient)
    new = me.get(MINE + "new")
    as_the_page_does(me, new, "#new-conversation form", to=str(care.provider), subject="Knee", body="Half a sentence")
    as_the_page_does(me, me.get(f"{MINE}{one}/"), body="Half a reply")
    care.takes_no_messages(**how)
    page = me.get(MINE + "new")
    assert page.one("[name=body]").text.strip() == "Half a sentence"
    assert page.one("[name=subject]").get("value") == "Knee"
    assert [option.get("value") for option in page.css("[name=to] option")] == [str(care.office)]
    page = me.get(f"{MINE}{one}/")
    assert "takes no messages here now" in page and "My knee hurts" in page
    assert page.one("[name=body]").text.strip() == "Half a reply"
    me.submit(page, "#conversation form", 409, body="Half a reply")
    assert len(traces.said(one)) == 1 and len(kept()) == 2
    me.submit(me.get(MINE + "new"), "#new-conversation form", to=str(care.office))
    assert len(kept()) == 1 and len(traces.conversations()) == 2
