"""Calendar entries say the right moment to readers that know nothing but the file."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from itertools import count, pairwise
from zoneinfo import ZoneInfo

import icalendar as library
import pytest
import vobject
from dateutil.tz import tzical
from hypothesis import example, given
from hypothesis import strategies as st

from portal.formats.icalendar import Event, Mailbox, calendar_file, invitation

NOW = datetime(2026, 1, 5, 17, 0, tzinfo=UTC)
OFFICE = Mailbox("Larkfield Family Clinic", "desk@larkfield.example")
EVENT = Event(
    uid="5b1f0c3e@portal.example.org",
    sequence=0,
    starts_at=datetime(2026, 6, 10, 17, 30, tzinfo=UTC),
    minutes=30,
    zone="America/New_York",
    summary="Appointment at Larkfield Family Clinic",
    location="12 Main Street, Larkfield, NY 10001",
    url=None,
    organizer=OFFICE,
    attendee="ann@example.com",
    status="CONFIRMED",
    stamp=NOW,
    last_modified=NOW,
    language="en",
)
# Half an hour off, half an hour of daylight time, none at all, none any more, and summer in January.
# (Zones of Greenwich's own time are left out: the second reader takes them for UTC.)
ZONES = (
    "America/New_York",
    "America/Los_Angeles",
    "America/Phoenix",
    "America/St_Johns",
    "Asia/Kolkata",
    "Europe/Berlin",
    "America/Asuncion",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
)
DAYS = tuple(
    map(
        date.fromisoformat,
        ("2026-03-08", "2026-11-01", "2028-02-29", "2026-12-31", "2026-02-17", "2026-08-19", "2026-04-05"),
    )
)


_NAMES = count()


def entry_of(file: bytes):
    (entry,) = library.Calendar.from_ical(file).walk("VEVENT")
    return entry


def moments_by_the_library(file: bytes):
    entry = entry_of(file)
    return entry["DTSTART"].dt.astimezone(UTC), entry["DTEND"].dt.astimezone(UTC)


def moments_by_the_files_own_rules(file: bytes):
    """As a calendar reads it that knows no zone by name: each is called something that nobody has heard of."""
    text = (
        re.sub(r"TZID([:=])[\w/]+", rf"TZID\1Zone-{next(_NAMES)}", file.decode()) if b"TZID" in file else file.decode()
    )
    entry = vobject.readOne(text).vevent
    return entry.dtstart.value.astimezone(UTC), entry.dtend.value.astimezone(UTC)


moments = st.builds(
    lambda day, seconds, zone: (datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC) + seconds, zone),
    st.sampled_from(DAYS) | st.dates(date(2020, 1, 1), date(2040, 12, 31)),
    st.integers(0, 25 * 12).map(lambda fives: timedelta(minutes=5 * fives)),
    st.sampled_from(ZONES),
)


@given(moments, st.integers(1, 48).map(lambda fives: 5 * fives))
@example((datetime(2026, 3, 8, 7, 0, tzinfo=UTC), "America/New_York"), 30)  # 3:00, the first minute of daylight time
@example((datetime(2026, 3, 8, 6, 55, tzinfo=UTC), "America/New_York"), 30)  # 1:55 to 3:25
@example((datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "America/New_York"), 30)  # 1:30 for the first time
@example((datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "America/New_York"), 30)  # 1:30 for the second time
@example((datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "America/New_York"), 60)  # 1:30 to 1:30
def test_two_readers_find_the_same_moment(when, minutes):
    starts_at, zone = when
    event = EVENT._replace(starts_at=starts_at, zone=zone, minutes=minutes)
    expected = starts_at, starts_at + timedelta(minutes=minutes)
    for file in (calendar_file(event), invitation(event)):
        assert moments_by_the_library(file) == expected
        assert moments_by_the_files_own_rules(file) == expected


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_people_see_the_time_of_the_office(zone, day):
    shown = datetime.combine(day, time(9, 15), ZoneInfo(zone))
    file = calendar_file(EVENT._replace(starts_at=shown.astimezone(UTC), zone=zone))
    assert f"DTSTART;TZID={zone}:{day:%Y%m%d}T091500".encode() in file
    assert file.count(b"BEGIN:VTIMEZONE") == 1
    assert f"TZID:{zone}".encode() in file


def test_the_rules_are_those_of_the_year():
    before, after = (
        calendar_file(EVENT._replace(starts_at=datetime(year, 6, 10, 15, tzinfo=UTC), zone="America/Sao_Paulo"))
        for year in (2018, 2026)
    )
    assert b"BEGIN:DAYLIGHT" in before
    assert b"BEGIN:DAYLIGHT" not in after
    assert b"BYDAY=2SU;BYMONTH=3" in calendar_file(EVENT)


@pytest.mark.parametrize("zone", ["Africa/Casablanca", "Africa/Cairo", "Asia/Gaza", "America/Asuncion"])
def test_clocks_that_are_set_by_no_rule_are_told_one_by_one(zone):
    for month in range(1, 13):
        for year in (2023, 2025):
            starts_at = datetime(year, month, 15, 9, 35, tzinfo=ZoneInfo(zone))
            file = calendar_file(EVENT._replace(starts_at=starts_at, zone=zone)).decode()
            own_rules = tzical(StringIO(file[: file.index("BEGIN:VEVENT")].replace("\r\n ", ""))).get()
            assert starts_at.replace(tzinfo=own_rules).utcoffset() == starts_at.utcoffset()


def test_lines_end_and_fold_as_the_standard_says():
    file = invitation(EVENT._replace(summary="Cita 😀" * 40, location="ñ" * 200))
    assert file.endswith(b"\r\n")
    assert b"\n" not in file.replace(b"\r\n", b"")
    lines = file.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()  # no sign is cut in two


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=60))
@example(
    "Larkfield, Family; Clinic\nfloor \\2\r\nATTENDEE:mailto:eve@example.com", "1 Main\rEND:VEVENT", 'A "b";:,\nX:1'
)
@example("😀" * 200, "a\\n,;" * 50, "^n^^'\u2028x")
def test_text_stays_text(summary, location, name):
    event = EVENT._replace(summary=summary, location=location, organizer=OFFICE._replace(name=name))
    plain = {line.partition(":")[0].partition(";")[0] for line in unfolded(invitation(EVENT))}
    file = invitation(event)
    assert {line.partition(":")[0].partition(";")[0] for line in unfolded(file)} == plain
    entry = entry_of(file)
    assert str(entry["SUMMARY"]) == as_kept(summary)
    assert str(entry["LOCATION"]) == as_kept(location)
    other = vobject.readOne(file.decode()).vevent
    assert other.summary.value == as_kept(summary)
    assert other.location.value == as_kept(location)


def unfolded(file: bytes) -> list[str]:
    return file.decode().replace("\r\n ", "").split("\r\n")[:-1]


def as_kept(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(re.sub("[\x00-\x1f\x7f\x85\u2028\u2029]", " ", line).strip() for line in lines)


@pytest.mark.parametrize("field", ["uid", "url", "zone", "language"])
def test_what_is_no_text_breaks_no_line_either(field):
    evil = "https://x.example/\r\nATTENDEE:mailto:eve@example.com"
    if field == "zone":
        with pytest.raises((ValueError, LookupError)):
            calendar_file(EVENT._replace(zone=f"America/New_York\r\n{evil}"))
        return
    assert not any(line.startswith("ATTENDEE") for line in unfolded(calendar_file(EVENT._replace(**{field: evil}))))


@pytest.mark.parametrize("address", ["a@b.example\r\nX:1", 'a"b@c.example', "a b@c.example", "año@c.example"])
def test_an_address_is_one_line(address):
    file = invitation(EVENT._replace(attendee=address, organizer=OFFICE._replace(email=address)))
    assert not any(line.startswith("X") for line in unfolded(file))
    assert re.fullmatch(r"mailto:[!-~]+", str(entry_of(file)["ATTENDEE"]))


def test_a_file_asks_nobody():
    file = calendar_file(EVENT)
    calendar, entry = library.Calendar.from_ical(file), entry_of(file)
    assert (calendar["METHOD"], calendar["VERSION"]) == ("PUBLISH", "2.0")
    assert "ATTENDEE" not in entry and entry["ORGANIZER"] == "mailto:desk@larkfield.example"
    assert (entry["STATUS"], entry["TRANSP"], entry["CLASS"]) == ("CONFIRMED", "OPAQUE", "PRIVATE")
    assert b"VALARM" not in file


def test_an_invitation_asks_for_no_answer():
    calendar, entry = library.Calendar.from_ical(invitation(EVENT)), entry_of(invitation(EVENT))
    assert calendar["METHOD"] == "REQUEST"
    assert entry["ATTENDEE"] == "mailto:ann@example.com"
    assert dict(entry["ATTENDEE"].params) == {
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "RSVP": "FALSE",
        "PARTSTAT": "ACCEPTED",
    }
    assert entry["ORGANIZER"].params["CN"] == OFFICE.name
    assert entry["DTSTAMP"].dt == entry["LAST-MODIFIED"].dt == NOW


def test_a_cancellation_takes_the_same_entry_away():
    file = invitation(EVENT._replace(sequence=3), "CANCEL")
    entry = entry_of(file)
    assert library.Calendar.from_ical(file)["METHOD"] == "CANCEL"
    assert (entry["STATUS"], entry["TRANSP"], entry["SEQUENCE"]) == ("CANCELLED", "TRANSPARENT", 3)


def test_each_change_is_the_same_entry_and_a_newer_one():
    story = [
        invitation(EVENT._replace(status="TENTATIVE")),
        invitation(EVENT._replace(sequence=1)),
        calendar_file(EVENT._replace(sequence=2, starts_at=EVENT.starts_at + timedelta(days=1))),
        invitation(EVENT._replace(sequence=3), "CANCEL"),
    ]
    entries = [entry_of(file) for file in story]
    assert {str(entry["UID"]) for entry in entries} == {EVENT.uid}
    assert all(first["SEQUENCE"] < second["SEQUENCE"] for first, second in pairwise(entries))
    assert [str(entry["STATUS"]) for entry in entries] == ["TENTATIVE", "CONFIRMED", "CONFIRMED", "CANCELLED"]


def test_a_video_visit_has_its_link():
    entry = entry_of(calendar_file(EVENT._replace(url="https://video.example/room?id=7&k=a%20b")))
    assert entry["URL"] == "https://video.example/room?id=7&k=a%20b"
