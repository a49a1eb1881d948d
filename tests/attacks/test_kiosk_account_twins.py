"""Attacks on signing in at a kiosk (N1-N6, N9, R9), each also against a twin that lacks one named defence."""

from __future__ import annotations

from datetime import date

import pytest

from portal.domain.enrollment import joining, rules
from portal.domain.sign_in import actions, second_step
from portal.kernel import passwords
from tests.attacks.test_phone_match_twins import chart, device
from tests.factories.enrollment import chart_of
from tests.kiosks import counter
from tests.kiosks.test_an_account_already import say_name, somebody
from tests.recovery.test_reset_password import turn_on_second_step

assert chart and device
twin = pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])


@pytest.fixture
def at_login(device):
    """Somebody who may be at this kiosk, and tries the accounts of others."""
    counter.start(device)
    counter.answer(device, **counter.BORN)
    counter.prove_phone(device)
    return device


@twin
def test_guessing_a_password_there(at_login, weak, monkeypatch):
    """N2, A5: five tries, as at the sign-in page. The twin counts none."""
    owner, looked_at = somebody(), []
    matches = passwords.matches
    monkeypatch.setattr(passwords, "matches", lambda *given: looked_at.append(1) or matches(*given))
    if weak:
        monkeypatch.setattr(actions.throttles, "take_a_try", lambda *_: None)
    say_name(at_login, owner.username)
    for number in range(12):
        counter.answer(at_login, password=f"guess {number}")
    assert (len(looked_at) > 6) == weak


@twin
def test_whose_name_is_there(at_login, weak, monkeypatch):
    """N5, N6: a name alone is looked up nowhere, and a wrong one costs the same hash. The twin answers at once."""
    owner, work = somebody(), []
    digest = passwords._digest
    monkeypatch.setattr(passwords, "_digest", lambda *how: work.append(1) or digest(*how))
    if weak:
        monkeypatch.setattr(passwords, "waste_time", lambda _: False)
    done = []
    for name in (owner.username, "nobody.at.all"):
        work.clear()
        say_name(at_login, name)
        assert not work
        counter.answer(at_login, password="no")
        done.append(len(work))
        at_login.get("/kiosk/login?again=1")
    assert (done[0] != done[1]) == weak


@twin
def test_an_account_of_somebody_else(at_login, chart, weak, monkeypatch):
    """R9: whoever knows a friend's password does not bind their own chart to it. The twin asks for no birth date."""
    friend = somebody(born=date(1990, 1, 1))
    if weak:
        monkeypatch.setattr(rules, "why_not_joiner", lambda *_: None)
    say_name(at_login, friend.username)
    counter.answer(at_login, password=friend.password)
    assert (chart_of(chart.id).person_id == friend.person_id) == weak


@twin
def test_jumping_over_the_second_step(at_login, chart, weak, monkeypatch):
    """N9: the password alone binds nothing, whichever page is posted next. The twin takes it for enough."""
    owner = somebody()
    turn_on_second_step(owner)
    if weak:
        monkeypatch.setattr(second_step, "is_on", lambda _: False)
    say_name(at_login, owner.username)
    page = counter.answer(at_login, password=owner.password)
    fields = {"csrf_token": page.css("input[name=csrf_token]")[0].get("value"), "code": ""}
    for path in ("finish", "email", "account_code"):
        at_login._send("post", f"/kiosk/{path}", data=fields)
    assert (chart_of(chart.id).person_id == owner.person_id) == weak


@twin
def test_a_code_without_its_password(at_login, chart, weak, monkeypatch):
    """N9: the code of an account is looked at only where its password was taken. The twin skips that."""
    owner = somebody()
    turn_on_second_step(owner)
    taken = []
    monkeypatch.setattr(second_step, "prove", lambda actor, *_: taken.append(actor.id))
    monkeypatch.setattr(second_step, "use", lambda *_: None)
    if weak:
        due = joining._due
        monkeypatch.setattr(joining, "_due", lambda *given: due(*given)._replace(awaited_account_id=owner.account_id))
    page = at_login.page
    fields = {"csrf_token": page.css("input[name=csrf_token]")[0].get("value"), "code": "123456"}
    at_login._send("post", "/kiosk/account_code", data=fields)
    assert (taken == [owner.account_id]) == weak
