"""What people type, and what becomes of it: cleaned words, phone numbers, dates, email addresses."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import PasswordField, StringField, TextAreaField

from portal.web.forms import DateField, EmailField, Form, Needed, OrNothing, PhoneField, at_most, clean

PHONE = "Phone number needs 10 digits, like 800-555-0166."
EXTENSION = "Type the phone number without the extension."
DATE = "Type the date as month, day and year, like 03/16/2027."
EMAIL = "Check the email address. It looks like name@example.com."
dates = st.dates(date(1900, 1, 1), date(2199, 12, 31))
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
many = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)


class Sample(Form):
    """One of each."""

    name = StringField("Name", [Needed("Type your name."), at_most(10)])
    note = TextAreaField("Note")
    phone = PhoneField("Phone", [OrNothing()])
    day = DateField("Day", [OrNothing()])
    email = EmailField("Email", [OrNothing()])
    password = PasswordField("Password")


@pytest.fixture
def sent(app):
    """`sent(name=…)`: the form as it arrives with these fields."""
    with app.test_request_context(method="POST"):
        yield lambda **fields: Sample(MultiDict({"name": "Mara", **fields}))


def _checked(form):
    form.validate()
    return form


# clean


@given(anything)
def test_cleaning_twice_is_cleaning_once(text):
    once = clean(text)
    assert clean(once) == once


@given(anything)
def test_what_is_clean_can_stand_in_html_and_in_every_database(text):
    kept = clean(text)
    if kept is not None:
        assert kept.strip() == kept != ""
        assert not [c for c in kept if unicodedata.category(c) == "Cc" and c not in "\t\n"]
        assert not set(kept) & {"\ufffe", "\uffff", "\ufdd0"}


@given(st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters="\ufffd"), min_size=1))
def test_letters_marks_and_signs_are_never_lost(text):
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (None, None),
        ("", None),
        (" \t\r\n", None),
        ("\x00", None),
        (" a\x00b ", "ab"),
        ("0", "0"),
        ("one\r\ntwo", "one\ntwo"),
        ("\xa0Núñez\u3000", "Núñez"),
    ],
)
def test_cleaning_by_example(text, kept):
    assert clean(text) == kept


def test_fields_are_cleaned_but_a_password_is_taken_to_the_letter(sent):
    form = sent(name="  Mara\x07 ", note="one\r\ntwo ", password=" Two\x07 words ")
    assert (form.name.data, form.note.data, form.password.data) == ("Mara", "one\ntwo", " Two\x07 words ")


# needed, at most


@pytest.mark.parametrize("typed", ["", "   ", "\x00", "\t\n"])
def test_nothing_typed_gets_the_words(sent, typed):
    assert _checked(sent(name=typed)).errors == {"name": ["Type your name."]}


def test_a_field_that_did_not_come_is_empty(app):
    with app.test_request_context(method="POST"):
        assert _checked(Sample(MultiDict())).errors == {"name": ["Type your name."]}


@given(st.integers(1, 30))
@many
def test_the_longest_that_fits_is_what_the_column_takes(sent, length):
    assert (_checked(sent(name="ñ" * length)).errors == {}) == (length <= 10)


def test_too_long_says_how_long(sent):
    assert _checked(sent(name="x" * 11)).errors == {"name": ["Please use 10 letters or fewer."]}


# phone


@given(
    st.from_regex(r"[2-9]\d{2}[2-9]\d{6}", fullmatch=True).filter(str.isascii),
    st.sampled_from(
        ["{a}{b}{c}", "{a}-{b}-{c}", "({a}) {b}-{c}", "{a}.{b}.{c}", "+1 {a} {b} {c}", "1-{a}-{b}-{c}", " {a} {b}{c} "]
    ),
)
@many
def test_ten_digits_are_one_number_however_they_are_written(sent, digits, shape):
    typed = shape.format(a=digits[:3], b=digits[3:6], c=digits[6:])
    form = _checked(sent(phone=typed))
    assert form.errors == {}
    assert form.phone.data == f"+1{digits}"
    assert form.phone._value() == typed.strip()


@given(anything)
@many
def test_any_other_text_is_a_number_or_gets_a_sentence(sent, text):
    form = _checked(sent(phone=text))
    if form.errors:
        assert form.errors["phone"][0] in {PHONE, EXTENSION}
        assert form.phone._value() == (clean(text) or "")
    else:
        assert form.phone.data is None or form.phone.data.startswith("+")


@pytest.mark.parametrize("typed", ["555-0166", "800-555-016", "800-555-01660", "911", "abc", "+", "1" * 300, "--"])
def test_too_few_and_too_many_digits(sent, typed):
    assert _checked(sent(phone=typed)).errors == {"phone": [PHONE]}


def test_an_extension_is_not_lost_silently(sent):
    assert _checked(sent(phone="800-555-0166 x12")).errors == {"phone": [EXTENSION]}


def test_a_number_from_abroad_is_kept_whole(sent):
    assert _checked(sent(phone="+44 20 7946 0958")).phone.data == "+442079460958"


def test_a_stored_number_is_shown_as_people_write_it(app):
    with app.test_request_context():
        assert Sample(data={"phone": "+18005550166"}).phone._value() == "800-555-0166"


# date


@given(dates, st.sampled_from(["%m/%d/%Y", "%m-%d-%Y", "%Y-%m-%d", "%m.%d.%Y"]))
@many
def test_a_date_is_read_in_the_ways_that_people_write_it(sent, day, pattern):
    form = _checked(sent(day=f" {day:{pattern}} "))
    assert form.errors == {}
    assert form.day.data == day


@given(anything)
@many
def test_any_other_text_is_a_date_or_gets_one_sentence(sent, text):
    form = _checked(sent(day=text))
    assert form.errors.get("day", [DATE]) == [DATE]
    assert form.day.data is None or isinstance(form.day.data, date)
    assert bool(form.errors) == (form.day.data is None and clean(text) is not None)


@pytest.mark.parametrize("typed", ["02/30/2027", "13/01/2027", "3/16/27", "03/16/0202", "03162027", "today", "2027"])
def test_what_is_no_date(sent, typed):
    form = _checked(sent(day=typed))
    assert form.errors == {"day": [DATE]}
    assert form.day._value() == typed


@pytest.mark.parametrize(("typed", "day"), [("3/6/2027", date(2027, 3, 6)), ("02/29/2028", date(2028, 2, 29))])
def test_short_months_and_leap_days(sent, typed, day):
    assert _checked(sent(day=typed)).day.data == day


def test_a_needed_date_says_one_thing_only(app):
    class WithDay(Form):
        day = DateField("Day", [Needed("Type the day.")])

    with app.test_request_context(method="POST"):
        assert _checked(WithDay(MultiDict({"day": "x"}))).errors == {"day": [DATE]}
        assert _checked(WithDay(MultiDict({"day": " "}))).errors == {"day": ["Type the day."]}


def test_a_stored_date_is_shown_as_the_form_takes_it(app):
    with app.test_request_context():
        assert Sample(data={"day": date(2027, 3, 6)}).day._value() == "03/06/2027"


# email


@given(st.emails(domains=st.just("example.com")))
@many
def test_an_address_is_an_address(sent, typed):
    form = _checked(sent(email=typed))
    assert form.email._value() == typed
    if not form.errors:
        assert form.email.data.endswith("@example.com")


@given(anything)
@many
def test_any_other_text_is_an_address_or_gets_one_sentence(sent, text):
    form = _checked(sent(email=text))
    assert form.errors.get("email", [EMAIL]) == [EMAIL]
    if form.errors:
        assert form.email._value() == (clean(text) or "")


@pytest.mark.parametrize(
    "typed",
    [
        "a",
        "a@",
        "@example.com",
        "a b@example.com",
        "a@example",
        "a@localhost",
        "a@b@example.com",
        "x" * 250 + "@example.com",
        "a@example.com\nBcc: b@example.com",
    ],
)
def test_what_is_no_address(sent, typed):
    assert _checked(sent(email=typed)).errors == {"email": [EMAIL]}


def test_an_address_is_kept_in_its_normal_form_and_shown_as_typed(sent):
    form = _checked(sent(email=" Mara@EXAMPLE.com "))
    assert (form.email.data, form.email._value()) == ("Mara@example.com", "Mara@EXAMPLE.com")
