"""The rules by themselves, and times as people type them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from portal.domain.announcements import rules
from portal.domain.announcements.types import Audience, Banner, State
from portal.domain.viewer import Role
from portal.web.clock_times import TwoTimes, read, words

NOW = datetime(2027, 3, 9, 14, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("role", "office_id", "may"),
    [
        (Role.FRONT_DESK, 1, True),
        (Role.ADMINISTRATOR, 1, True),
        (Role.CLINICIAN, 1, False),
        (Role.BILLING, 1, False),
        (Role.OPERATOR, None, True),
        (Role.OPERATOR, 1, False),
        (Role.ADMINISTRATOR, None, False),
    ],
)
@pytest.mark.parametrize("audience", list(Audience))
def test_who_may_write(role, office_id, may, audience):
    assert (rules.why_not_write(role, office_id, audience) is None) is may


def test_for_nobody():
    assert rules.why_not_write(Role.ADMINISTRATOR, 1, "martians").code == "announcement_for_nobody"


@pytest.mark.parametrize(
    ("starts", "ends", "code"),
    [
        (MINUTE, 2 * MINUTE, None),
        (-MINUTE, MINUTE, None),
        (MINUTE, MINUTE, "announcement_ends_before_start"),
        (-2 * MINUTE, -MINUTE, "announcement_ends_in_past"),
        (-MINUTE, timedelta(0), "announcement_ends_in_past"),
    ],
)
def test_when_it_can_run(starts, ends, code):
    refusal = rules.why_not_run(NOW + starts, NOW + ends, NOW)
    assert (refusal.code if refusal else None) == code


@pytest.mark.parametrize(
    ("starts", "ends", "state"),
    [
        (-MINUTE, MINUTE, State.RUNNING),
        (MINUTE, 2 * MINUTE, State.PLANNED),
        (-2 * MINUTE, -MINUTE, State.ENDED),
        (-MINUTE, timedelta(0), State.ENDED),
    ],
)
def test_how_it_stands(starts, ends, state):
    assert rules.state_of(NOW + starts, NOW + ends, NOW) is state
    assert (rules.why_not_end(NOW + ends, NOW) is None) is (state is not State.ENDED)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9:30 AM", time(9, 30)),
        ("9:30am", time(9, 30)),
        ("9.30 a.m.", time(9, 30)),
        ("9:30 a. m.", time(9, 30)),
        ("930a", time(9, 30)),
        ("9 pm", time(21)),
        ("12 AM", time(0)),
        ("12:00 PM", time(12)),
        ("14:30", time(14, 30)),
        ("0930", time(9, 30)),
        ("09:30", time(9, 30)),
        ("00:15", time(0, 15)),
        ("Noon", time(12)),
        ("midnight", time(0)),
        ("mediodía", time(12)),
        ("1:05\u202fp.\u00a0m.", time(13, 5)),
        ("soon", None),
        ("25:00", None),
        ("13 PM", None),
        ("0 AM", None),
        ("9:75 AM", None),
        ("9:3 AM", None),
        ("", None),
        ("-1", None),
        ("9:30:00", None),
        ("am", None),
    ],
)
def test_times_as_people_type_them(typed, meant):
    assert read(typed) == meant


@pytest.mark.parametrize("typed", ["9:30", "9", "12", "1230", "130"])
def test_a_time_that_is_one_of_two_is_not_guessed(typed):
    with pytest.raises(TwoTimes):
        read(typed)


def test_a_time_comes_back_as_it_is_typed():
    assert [words(time(hour, 5)) for hour in (0, 9, 12, 23)] == ["12:05 AM", "9:05 AM", "12:05 PM", "11:05 PM"]
    assert all(read(words(time(hour, minute))) == time(hour, minute) for hour in range(24) for minute in (0, 30))


@pytest.mark.parametrize(
    ("language", "twin", "title", "lang"),
    [
        ("en", True, "Hello", None),
        ("es", True, "Hola", None),
        ("es", False, "Hello", "en"),
        ("en", False, "Hello", None),
    ],
)
def test_each_reader_gets_their_language_where_there_is_one(language, twin, title, lang):
    spanish = ("Hola", "Texto") if twin else (None, None)
    banner = Banner(None, "Larkfield", NOW, "Hello", "Text", *spanish)
    shown = banner.shown_to(language, "Larkfield")
    assert (shown.title, shown.lang, shown.office) == (title, lang, None)
    assert banner.shown_to(language, None).office == "Larkfield"
