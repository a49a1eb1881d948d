"""Somebody finds no time and asks the office; the desk answers in words, or with times. In three browsers."""

from __future__ import annotations

import pytest

from portal.domain.appointments.models import Appointment
from portal.domain.appointments.question_models import TimeQuestion
from tests.appointments.lines import a_line
from tests.journeys.stored import deeds_of, rows
from tests.journeys.test_the_office_tells_something import come_in
from tests.people import staff_of


@pytest.fixture
def line(office):
    return a_line(office)


@pytest.fixture
def desk(office):
    return staff_of(office, "front_desk")


def ask(visitor, patient):
    visitor.sign_in(patient)
    visitor.open("/me/appointments/request/")
    visitor.follow("Imre Lindgren-Ash")
    visitor.follow("Ask the office for a time")
    visitor.sees("Tell the office when you could come.")
    visitor.fill("Your message", "Is there anything after 4 PM?")
    visitor.press("Submit")
    visitor.sees("Waits for an answer")
    leave(visitor)


def leave(visitor):
    visitor.press("Sign out")
    visitor.sees("You are signed out.")


def test_an_answer_in_words(visitor, patient, line, desk):
    ask(visitor, patient)
    come_in(visitor, desk)
    visitor.follow("1 person found no time")
    visitor.sees("Is there anything after 4 PM?")
    visitor.follow("Oakhurst, Maribel")
    visitor.fill("Your words to them", "Come on Friday at 4:20 PM.")
    visitor.press("Send the answer")
    visitor.sees("Nobody is waiting.")
    leave(visitor)
    visitor.sign_in(patient)
    visitor.follow("An office answered your question")
    visitor.follow("Blood pressure, Imre")
    visitor.sees("Come on Friday at 4:20 PM.")
    assert [(row.state, row.answer) for row in rows(TimeQuestion)] == [("answered", "Come on Friday at 4:20 PM.")]
    assert "time_question.answered" in deeds_of(patient.person_id)


def test_times_are_offered_and_one_is_picked(with_htmx, patient, line, desk):
    ask(with_htmx, patient)
    come_in(with_htmx, desk)
    with_htmx.open(f"/office/{desk.place}/appointments/")
    with_htmx.follow("Offer times")
    boxes = with_htmx.tab.locator("input[name=times]")
    boxes.nth(3).check()
    boxes.nth(9).check()
    with_htmx.press("Offer these times")
    with_htmx.sees("The person chooses a time")
    leave(with_htmx)
    with_htmx.sign_in(patient)
    with_htmx.open("/me/appointments/questions/")
    with_htmx.follow("Blood pressure, Imre")
    with_htmx.follow("See the visit")
    with_htmx.follow("Choose a time")
    with_htmx.tab.locator("input[name=number]").nth(1).check()
    with_htmx.press("Take this time")
    with_htmx.sees("Confirmed")
    assert [(row.state, row.note) for row in rows(Appointment)] == [("booked", "Is there anything after 4 PM?")]
