import re
from datetime import UTC, datetime, timedelta

import pytest
from flask_babel import gettext

from portal.domain.notifications.rules import NOTICES, link_of
from portal.domain.outbox import queries
from portal.domain.outbox.types import Brought, CalendarPart
from portal.domain.viewer import Actor
from portal.gateways import mail, queue
from portal.jobs import delivery, letters
from portal.jobs.delivery import deliver
from portal.kernel import clock, database
from tests.factories import accounts, practices
from tests.factories.outbox import a_notice, a_recipient, row_of


def test_a_person_is_told_in_their_language_and_zone(app, sink):
    ann = a_recipient(email="ann@example.com", time_zone="America/Los_Angeles")
    row = a_notice(ann, device="Firefox on Linux")
    deliver(row)
    (received,) = sink.messages
    assert received.recipients == ("ann@example.com",)
    assert received.subject == "New sign-in to your account"
    assert "Pacific Time" in received.body
    assert "Device: Firefox on Linux" in received.body
    assert received.message_id == f"<{row_of(row).public_id}@127.0.0.1>"
    assert row_of(row).state == "sent"


def test_an_office_is_told_at_its_own_address(app, sink):
    office = practices.an_office(email="desk@larkfield.example")
    deliver(a_notice(Actor("office", office.id), "profile_changed"))
    (received,) = sink.messages
    assert received.recipients == ("desk@larkfield.example",)
    assert "http://127.0.0.1:8000/office/" in received.body


def test_staff_are_told(app, sink):
    staff = practices.a_staff_member()
    deliver(a_notice(Actor("staff", staff.staff_id)))
    assert len(sink.messages) == 1


def test_it_is_sent_once_however_often_it_is_rung(app, sink):
    row = a_notice(a_recipient())
    for _ in range(5):
        deliver(row)
    assert len(sink.messages) == 1


def test_no_transaction_is_open_while_the_outside_is_called(app, sink, monkeypatch):
    seen = []
    monkeypatch.setattr(mail, "send", lambda email: seen.append(database.in_transaction()))
    deliver(a_notice(a_recipient()))
    assert seen == [False]


def test_nobody_to_tell_is_the_end_of_it(app, sink):
    row = a_notice(Actor("patient", 424242))
    deliver(row)
    assert (row_of(row).state, row_of(row).problem) == ("failed", "no_recipient")


def test_a_notice_is_not_told_to_those_it_is_not_for(app, sink):
    row = a_notice(a_recipient(), "profile_changed")
    deliver(row)
    assert row_of(row).problem == "no_recipient"


def test_a_code_that_ran_out_is_not_sent(app, sink):
    row = a_notice(a_recipient(), lapses_at=clock.now() - timedelta(seconds=1), secret={"code": "123456"})
    deliver(row)
    assert (row_of(row).state, sink.messages) == ("lapsed", [])


def test_a_newer_notice_carries_the_older_ones_before_it(app, sink):
    ann = a_recipient()
    rows = [a_notice(ann) for _ in range(4)]
    deliver(rows[3])
    assert [received.message_id for received in sink.messages] == [
        f"<{row_of(row).public_id}@127.0.0.1>" for row in rows
    ]


def test_what_there_is_no_time_for_is_rung(app, sink, monkeypatch):
    ann, rung = a_recipient(), []
    monkeypatch.setattr(delivery, "_MORE_WITHIN", -1)
    monkeypatch.setattr(queue, "ring", lambda ids, again=False: rung.extend(ids))
    first, second = a_notice(ann), a_notice(ann)
    deliver(second)
    assert [row_of(row).state for row in (first, second)] == ["sent", "queued"]
    assert rung == [second]


def test_a_newer_notice_waits_as_long_as_the_older_one(app, sink):
    ann = a_recipient(email="ann@example.com")
    sink.greylist(1)
    first = a_notice(ann)
    deliver(first)
    second = a_notice(ann)
    deliver(second)
    assert queries.due_ids(clock.now(), 10) == []
    assert queries.oldest_due(clock.now()) is None
    clock.shift(timedelta(minutes=1))
    assert queries.due_ids(clock.now(), 10) == [first]
    deliver(first)
    assert [row_of(row).state for row in (first, second)] == ["sent", "sent"]


def test_a_text_goes_to_the_phone_and_not_abroad(app, sink):
    here, abroad = a_recipient(phone="+12025550123"), a_recipient(phone="+18095550123")
    rows = [a_notice(to, channel="sms") for to in (here, abroad)] + [a_notice(a_recipient(), channel="voice")]
    for row in rows:
        deliver(row)
    assert [row_of(row).problem for row in rows] == [None, "region", "no_recipient"]
    words = queries.newest(3)[2].words
    assert words.to == "+12025550123"
    assert words.body.startswith("Patient Ally: someone signed in to your account")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("channel", ["email", "sms", "voice"])
@pytest.mark.parametrize("message", sorted(NOTICES))
def test_every_notice_can_be_said_and_says_nothing_of_anybody(app, message, channel, language):
    """P1: no name, no id, no amount; the one link leads to where people sign in."""
    for kind in NOTICES[message].told:
        words = said(message, channel, kind, language)
        everything = f"{words.subject} {words.body} {words.html}"
        assert words.body
        assert bool(words.subject) == bool(words.html) == (channel == "email")
        assert "Oakhurst" not in everything and "Maribel" not in everything
        assert not re.search(r"[0-9a-f]{8}-|\$|%\(|\{", everything)
        links = set(re.findall(r"https?://[^\s\"<]+", everything))
        own = f"http://127.0.0.1:8000{link_of(message, kind, NOTICES[message].example)}".replace("&", "&amp;")
        assert {link.replace("&amp;", "&").replace("&", "&amp;") for link in links} <= {own}
        assert links or channel != "email"


def said(message, channel, kind, language):
    from portal.domain.notifications.types import Recipient
    from portal.domain.outbox.types import Leased

    accounts.a_person(language=language)
    now = datetime(2027, 3, 9, 14, 30, tzinfo=UTC)
    row = row_of(a_notice(Actor(kind, 1), message, channel=channel))
    leased = Leased(
        row.id, row.public_id, message, channel, kind, 1, None, dict(NOTICES[message].example), 0, 1, now, None, now
    )
    return letters.written(leased, Recipient("to@example.com", language, "America/New_York"))


def test_a_code_is_written_into_the_message_and_shown_as_one(app, sink, monkeypatch):
    monkeypatch.setattr(letters, "render", lambda name, language, **values: values["code"])
    deliver(a_notice(a_recipient(), secret={"code": "824193"}))
    assert queries.newest(1)[0].words.codes == ("824193",)


def test_a_mail_brings_its_calendar_entry_along(app, sink, monkeypatch):
    """Made when it is delivered, in their language; kept sealed with the words."""

    def entry(leased, recipient):
        return Brought({}, CalendarPart("REQUEST", f"SUMMARY:{gettext('Appointments')} {recipient.zone}\r\n"))

    monkeypatch.setitem(letters.LOOKED_UP, "new_device", entry)
    ann = a_recipient(phone="+12025550123", language="es", time_zone="America/Phoenix")
    row = a_notice(ann)
    deliver(row)
    (received,) = sink.messages
    expected = "SUMMARY:Citas America/Phoenix\r\n"
    (calendar,) = [part for part in received.message.iter_parts() if part.get_content_subtype() == "calendar"]
    assert calendar.get_content_charset() == "utf-8" and calendar.get_payload(decode=True) == expected.encode()
    assert queries.newest(1)[0].words.calendar == ("REQUEST", expected)
    assert b"Phoenix" not in row_of(row).rendered


def test_a_mail_without_an_entry_has_no_calendar(app, sink):
    deliver(a_notice(a_recipient()))
    assert [part.get_content_subtype() for part in sink.messages[0].message.iter_parts()] == ["plain", "html"]
