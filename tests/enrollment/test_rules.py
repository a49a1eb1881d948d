"""What an enrollment may do, and what its codes look like."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.enrollment import rules
from portal.domain.enrollment.types import Code, Enrollee, Run, State, Step, Way

NOW = datetime(2027, 3, 16, 15, 0, tzinfo=UTC)
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
codes = st.text(SIGNS, min_size=17, max_size=17)


def a_code(**more) -> Code:
    values = {"used_at": None, "replaced_at": None, "expires_at": NOW + timedelta(days=90), "office": "Larkfield"}
    ours = {"birth_date": date(1968, 9, 3), "adult_age": 18, "time_zone": "America/New_York", "merged": False}
    asks = {"office_phone": "+18005550100", "by_invitation": True}
    return Code(1, 1, 1, None, "", **{**values, **asks, **ours, **more})


def a_run(**more) -> Run:
    empty = dict.fromkeys(Run._fields)
    values = {"way": Way.INVITED, "given": "Clementine", "family": "Ashgrove", "birth_date": date(1968, 9, 3)}
    asked = {"asks_postal_code": True, "postal_code": "00101-1234", "phone": "+13155550170", "office": "Larkfield"}
    return Run(**{**empty, **values, **asked, **more})


@given(codes)
def test_a_code_is_read_back_from_its_groups(code):
    assert rules.parts_of(rules.in_groups(code)) == (code[:4], code[4:])


@given(codes, st.sampled_from(["oO", "iI", "lL"]), st.text(" -_./\t\n", max_size=3))
def test_a_code_forgives_look_alikes_capitals_and_what_stands_between(code, looks, between):
    typed = between.join(code).lower().replace("0" if looks == "oO" else "1", looks[0])
    assert rules.parts_of(typed) == (code[:4], code[4:])


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_code_of_the_right_signs_or_none(typed):
    parts = rules.parts_of(typed)
    assert parts is None or (len(parts[0]), len(parts[1])) == (4, 13) and not set("".join(parts)) - set(SIGNS)


@pytest.mark.parametrize(
    ("more", "state", "reason"),
    [
        ({}, State.MADE, None),
        ({"expires_at": NOW + timedelta(microseconds=1)}, State.MADE, None),
        ({"expires_at": NOW}, State.EXPIRED, "activation_expired"),
        ({"replaced_at": NOW}, State.REPLACED, "activation_replaced"),
        ({"used_at": NOW, "expires_at": NOW}, State.USED, "activation_used"),
        ({"merged": True}, State.MADE, "activation_merged"),
        ({"birth_date": date(2009, 3, 17)}, State.MADE, "activation_of_child"),
        ({"birth_date": date(2009, 3, 16)}, State.MADE, None),
        ({"birth_date": date(2009, 3, 16), "adult_age": 19}, State.MADE, "activation_of_child"),
    ],
)
def test_a_code_says_what_became_of_it_and_whom_to_ask(more, state, reason):
    code = a_code(**more)
    assert rules.state_of(code.used_at, code.replaced_at, code.expires_at, NOW) is state
    refusal = rules.why_not_open(code, NOW)
    assert (refusal.code if refusal else None) == reason
    assert refusal is None or refusal.facts.items() >= {"office": "Larkfield", "phone": "+18005550100"}.items()


def test_the_day_of_a_birthday_is_the_offices_day():
    """At three in the morning of the 17th by UTC it is the 16th in New York, and the 15th nowhere."""
    code, night = a_code(birth_date=date(2009, 3, 17)), datetime(2027, 3, 17, 3, 0, tzinfo=UTC)
    assert rules.why_not_open(code, night).code == "activation_of_child"
    assert rules.why_not_open(code, night + timedelta(hours=1)) is None


def an_enrollee(**more) -> Enrollee:
    facts = {"connected": False, "phone": "+13155550170", "birth_date": date(2009, 3, 16), "adult_age": 18}
    return Enrollee(**{**facts, "today": NOW.date(), **more})


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({}, None),
        ({"today": date(2027, 3, 15)}, "chart_of_child"),
        ({"adult_age": 21}, "chart_of_child"),
        ({"adult_age": 21, "phone": None}, "chart_of_child"),
        ({"adult_age": 21, "connected": True}, "enrolled_before"),
        ({"phone": None}, "no_phone_on_file"),
    ],
)
def test_whose_chart_can_be_enrolled_the_same_in_both_ways(more, reason):
    who = an_enrollee(**more)
    refusals = [
        rules.why_not_enroll(who),
        rules.why_not_in_person(who, in_person=True),
        rules.why_not_invite(who, by_invitation=True, email=None, channel="letter"),
    ]
    assert [refusal and refusal.code for refusal in refusals] == [reason] * 3


def test_no_code_lives_longer_than_ninety_days():
    assert [rules.life_of(days).days for days in (0, 30, 90, 400)] == [1, 30, 90, 90]


@pytest.mark.parametrize("way", Way)
def test_the_steps_of_each_way_come_in_order_and_none_is_jumped_over(way):
    proofs = {
        Step.WHO: {"known_at": NOW},
        Step.PHONE: {"phone_proven_at": NOW},
        Step.LOGIN: {"username": "clem"},
        Step.EMAIL: {"email_proven_at": NOW},
    }
    run, left = a_run(way=way), list(rules.STEPS[way])
    while left:
        assert rules.next_step(run) is left[0]
        assert {rules.why_not_step(run, step).code for step in left[1:]} <= {"step_comes_later"}
        run = run._replace(**proofs[left.pop(0)])
    assert rules.next_step(run) is Step.FINISH
    assert {rules.why_not_step(run, step).code for step in rules.STEPS[way]} == {"step_is_done"}


def test_answers_are_right_together_or_wrong_together():
    run, born = a_run(), date(1968, 9, 3)
    assert rules.why_not_known(run, born, "00101") is None
    wrong = [rules.why_not_known(run, born, given) for given in ("00102", "", None)]
    wrong.append(rules.why_not_known(run, date(1968, 9, 4), "00101"))
    assert {refusal.code for refusal in wrong} == {"not_matching"}
    assert all(refusal == wrong[0] for refusal in wrong)


def test_a_question_that_the_chart_can_not_answer_is_not_asked():
    assert rules.why_not_known(a_run(postal_code=None), date(1968, 9, 3), None) is None
    assert rules.why_not_known(a_run(asks_postal_code=False), date(1968, 9, 3), None) is None


def test_nobody_takes_an_invitation_of_somebody_else_into_their_account():
    run = a_run(way=Way.JOINING, persons_birth_date=date(1990, 1, 1))
    assert rules.why_not_known(run, run.birth_date, "00101").code == "invitation_of_another"


@given(st.text(max_size=40))
def test_a_username_has_only_signs_that_nobody_mixes_up(name):
    if rules.why_not_named(name) is None:
        plain = name.strip()
        assert plain.isascii() and 4 <= len(plain) <= 30 and plain.casefold() == plain.lower()


@given(st.text(max_size=30), st.text(max_size=20), st.text(max_size=20), st.sets(st.sampled_from(["maria2", "maria7"])))
def test_suggestions_are_names_that_can_be_chosen_and_nobody_has(username, given_name, family, taken):
    made = rules.candidates(username, given_name, family)
    free = rules.suggestions(made, taken)
    assert len(free) <= 3 and not set(free) & taken
    assert all(rules.why_not_named(name) is None for name in free)


def test_suggestions_for_a_plain_name():
    assert rules.suggestions(rules.candidates("Maria", "María", "Ríos"), {"maria2"}) == [
        "maria.rios",
        "rios.maria",
        "m.rios",
    ]


@pytest.mark.parametrize(
    ("born", "reason"),
    [
        (date(2009, 3, 16), None),
        (date(2009, 3, 17), "adults_only"),
        (date(2027, 3, 17), "birth_date_impossible"),
        (date(1890, 1, 1), "birth_date_impossible"),
    ],
)
def test_adults_register_from_their_birthday_on(born, reason):
    refusal = rules.why_not_register(born, date(2027, 3, 16), 18)
    assert (refusal.code if refusal else None) == reason
