"""Attacks on the way back in (SECURITY R2-R7, R13, N5, N6, N12), each also against a twin that lacks one defence."""

from __future__ import annotations

from itertools import product
from statistics import NormalDist, median
from time import process_time

import pytest
from flask import request

from portal.blueprints.recovery import views
from portal.domain.recovery import actions, queries, rules
from portal.domain.recovery.queries import Owner
from portal.domain.recovery.types import Channel
from portal.domain.sign_in import codes, password_rules, throttles
from portal.gateways import queue
from portal.jobs.delivery import deliver
from portal.kernel import database
from portal.kernel.refusal import Refusal, Refused
from tests.factories import practices
from tests.recovery import ways
from tests.recovery.conftest import posted
from tests.recovery.ways import ask, choose, enter, somebody
from tests.statements import statements

assert posted
twin = pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])
RIGHT = {"given": "Maribel", "family": "Oakhurst", "birth_date": "05/14/1958", "email": ways.EMAIL}
WRONG = {"given": "Mirabel", "family": "Oakhearst", "birth_date": "05/15/1958", "email": "x@example.com"}


@pytest.fixture
def uncounted(monkeypatch):
    """As if each try came from a place of its own."""
    monkeypatch.setattr(throttles, "take_a_try", lambda *_: None)


def answer_to(browser, url, fields):
    """What a fresh browser gets: status, headers and the page it is led to, and how many statements that took."""
    made = browser()
    form = dict(made.get(url).form().form_values())
    with statements() as ran:
        first = made._send("post", url, data=form | fields)
    last = made._send("get", first.headers["Location"]) if "Location" in first.headers else first
    hidden = made.client.get_cookie("sid").value
    csrf = [found.get("value") for found in ways.Page(last, url, False).css("input[name=csrf_token]")]
    body = last.get_data(as_text=True)
    for secret in (*csrf, hidden):
        body = body.replace(secret, "-")
    kept = [(name, value) for name, value in first.headers if name not in {"Date", "Set-Cookie", "X-Request-Id"}]
    return first.status_code, str(kept), len(first.data), body.partition("<main")[2], len(ran)


@twin
def test_sixteen_ways_to_ask_for_a_username(browser, posted, uncounted, weak, monkeypatch):
    """R7. The twin looks at once, and does nothing where nobody is."""
    somebody()
    if weak:
        asked = actions.queue
        monkeypatch.setattr(actions, "queue", lambda message, to: _looked_up(asked, message, to))
    answers = {
        answer_to(browser, "/recovery/username", dict(zip(RIGHT, said, strict=True)))
        for said in product(*zip(RIGHT.values(), WRONG.values(), strict=True))
    }
    assert (len(answers) > 1) == weak
    assert len(posted()) == 1


def _looked_up(asked, message, to, **more):
    return asked(message, to=to, **more) if queries.found_by(to.claim, more.get("channel", "email")) else None


@twin
def test_whose_password_can_be_reset(browser, posted, uncounted, weak, monkeypatch):
    """N5: known, unknown, waiting, deactivated, staff, no phone, an office that allows no texts. The twin tells."""
    owner, waiting, gone = somebody(), somebody(state="waiting"), somebody(state="deactivated")
    silent = somebody(practices.an_office(resets_by_sms=False).id)
    names = [owner, waiting, gone, silent, somebody(phone=None), practices.a_staff_member()]
    if weak:
        sent = codes.queue
        monkeypatch.setattr(codes, "queue", lambda message, to, **more: _looked_up(sent, message, to, **more))
    asked = [one.username for one in names] + ["nobody", "x" * 200]
    answers = {answer_to(browser, "/recovery/password", {"username": name, "via": "sms"}) for name in asked}
    assert (len(answers) > 1) == weak
    assert len(posted()) == 1


@twin
def test_asking_the_clock_whose_password_it_is(browser, posted, uncounted, weak, monkeypatch):
    """N6, two distributions (Mann-Whitney) that lie apart. The twin sends the mail while one waits.

    What counts is the work of this process, asked for by turns, so that a busy machine can not fail it; three repeats
    must agree. What the network adds is alike for both.
    """
    owner, made = somebody(), browser()
    if weak:
        monkeypatch.setattr(queue, "ring", lambda rows: [deliver(row) for row in rows])
    form = dict(made.get("/recovery/password").form().form_values()) | {"via": "email"}

    def took(name):
        began = process_time()
        made._send("post", "/recovery/password", data=form | {"username": name})
        return process_time() - began

    def differ():
        pairs = [(took(owner.username), took("nobody.at.all")) for _ in range(60)]
        known, unknown = ([pair[place] for pair in pairs] for place in (0, 1))
        apart = abs(median(known) / median(unknown) - 1) > 0.25
        return apart and chance_of_one_source(known, unknown) < 0.01

    assert all(differ() for _ in range(3)) == weak


def chance_of_one_source(first, second):
    """Mann-Whitney U, two-sided, in the normal approximation; ties do not happen in times."""
    larger = sum(one > other for one in first for other in second)
    pairs, all_ = len(first) * len(second), len(first) + len(second)
    z = (larger - pairs / 2) / (pairs * (all_ + 1) / 12) ** 0.5
    return 2 * (1 - NormalDist().cdf(abs(z)))


@twin
@pytest.mark.parametrize("page", ["code", "new"])
def test_another_name_on_the_way(browser, posted, page, weak, monkeypatch):
    """R3. Mallory proves her own code and names Maribel in every way. The twin believes the request."""
    mallory, maribel = somebody(given="Mallory"), somebody(email="m@example.com", phone=None)
    way_of = queries.way_of
    if weak:
        monkeypatch.setattr(queries, "way_of", lambda asker: _named(way_of(asker)))
    foe, name = browser(), {"username": maribel.username, "account_id": maribel.account_id}
    ask(foe, mallory.username)
    code = posted()[0].words.codes[0]
    if not weak or page == "code":
        foe.submit(foe.get("/recovery/password/code"), code=code, status=422 if weak else 200, **name)
    else:
        enter(foe, code)
    if page == "new":
        foe.submit(foe.get("/recovery/password/new"), password=ways.NEW, again=ways.NEW, **name)
        fell = ways.sign_in(browser(), maribel.username, ways.NEW, status=200 if weak else 422)
        assert (fell.url == "/me/") == weak


def _named(way):
    return way and way._replace(username=request.form.get("username", way.username))


@twin
def test_a_planted_cookie_waits_for_the_owners_code(browser, posted, weak, monkeypatch):
    """R2, A18. The twin keeps the token of before the code."""
    owner, victim, foe = somebody(), browser(), browser()
    for each in (victim, foe):
        each.client.set_cookie("sid", "p" * 43)
    if weak:
        monkeypatch.setattr(actions.secrets, "random_token", lambda: "p" * 43)
    ask(victim, owner.username)
    enter(victim, posted()[0].words.codes[0])
    assert (foe._send("get", "/recovery/password/new").status_code == 200) == weak


@twin
def test_a_reset_that_walks_around_the_second_step(browser, posted, weak, monkeypatch):
    """R6, A12. The twin resets with the code alone."""
    from tests.recovery.test_reset_password import turn_on_second_step

    owner, foe = somebody(), browser()
    turn_on_second_step(owner)
    if weak:
        monkeypatch.setattr(Owner, "has_second_step", property(lambda _: False))
    ask(foe, owner.username)
    enter(foe, posted()[0].words.codes[0])
    page = choose(foe, status=200 if weak else 422, code="")
    assert ("Your new password works now." in page) == weak


@twin
@pytest.mark.parametrize("first,second", [("email", "email"), ("sms", "voice"), ("voice", "sms")])
def test_two_codes_from_one_place(browser, posted, first, second, weak, monkeypatch):
    """A12: who holds the mailbox alone, or the phone alone, has one method. The twin sends wherever it is asked."""
    from tests.recovery.test_a_lost_second_step import first_code
    from tests.recovery.test_reset_password import turn_on_second_step

    owner = somebody()
    turn_on_second_step(owner)
    foe = first_code(browser(), owner, posted, first)
    if weak:
        monkeypatch.setattr(rules, "other_channels", lambda *_: list(Channel))
    page = foe.get("/recovery/password/second/")
    answer = foe.submit(page, status=200 if weak else 422, via=second)
    assert (answer.url == "/recovery/password/second/code") == weak
    assert bool(posted()) == weak


@twin
def test_a_first_code_sent_as_the_second(browser, posted, weak, monkeypatch):
    """N11, A12: the second is a code of its own. The twin takes the way for proven twice once it was asked for."""
    from tests.recovery.test_a_lost_second_step import first_code
    from tests.recovery.test_reset_password import turn_on_second_step

    owner = somebody()
    turn_on_second_step(owner)
    foe = first_code(browser(), owner, posted, "email")
    foe.submit(foe.get("/recovery/password/second/"), via="sms")
    if weak:
        monkeypatch.setattr(rules, "is_proven_twice", lambda way, now: way.second_channel is not None)
    page = choose(foe, status=200 if weak else 422, code="")
    assert ("Your new password works now." in page) == weak


@twin
def test_a_hundred_resets_for_one_mailbox(browser, posted, weak, monkeypatch):
    """R13, from a hundred places. The answer never changes. The twin does not count what is asked about one name."""
    owner, foe = somebody(), browser()
    if weak:
        monkeypatch.setattr(throttles, "take_a_try", lambda *_: None)
    form = dict(foe.get("/recovery/password").form().form_values()) | {"username": owner.username, "via": "email"}
    answers = {
        foe._send("post", "/recovery/password", data=form, environ_overrides={"REMOTE_ADDR": f"10.0.{place}.1"}).status
        for place in range(100)
    }
    assert answers == {"303 SEE OTHER"}
    assert (len(posted()) > 5) == weak


@twin
def test_ringing_one_phone_through_many_accounts(browser, posted, weak, monkeypatch):
    """N12, A10: a family of ten on one number. The twin counts names only."""
    family = [somebody() for _ in range(10)]
    if weak:
        monkeypatch.setattr(codes, "why_not_send_to", lambda *_: None)
    for place, one in enumerate(family):
        made = browser()
        form = dict(made.get("/recovery/password").form().form_values()) | {"username": one.username, "via": "voice"}
        made._send("post", "/recovery/password", data=form, environ_overrides={"REMOTE_ADDR": f"10.0.{place}.1"})
    assert (len(posted()) > 3) == weak


@twin
def test_a_thief_who_is_inside_already(browser, posted, weak, monkeypatch):
    """A13. The twin lets sessions go on."""
    owner = somebody()
    thief, victim = browser(owner), browser()
    if weak:
        monkeypatch.setattr(actions.sessions, "end_all", lambda *_: None)
    ask(victim, owner.username)
    enter(victim, posted()[0].words.codes[0])
    choose(victim)
    assert (thief._send("get", "/me/").status_code == 200) == weak


@twin
def test_a_password_that_everybody_has(browser, posted, weak, monkeypatch):
    """A2. The twin has no blocklist."""
    owner, made = somebody(), browser()
    if weak:
        monkeypatch.setattr(password_rules, "is_common", lambda _: False)
    ask(made, owner.username)
    enter(made, posted()[0].words.codes[0])
    page = choose(made, "iloveyouforever", status=200 if weak else 422)
    assert ("Your new password works now." in page) == weak


@twin
def test_a_proof_a_second_too_late(browser, posted, weak, monkeypatch):
    """R2: used, and expired. The twin takes any proof for good."""
    owner, made = somebody(), browser()
    ask(made, owner.username)
    enter(made, posted()[0].words.codes[0])
    choose(made)
    if weak:
        monkeypatch.setattr(views.actions, "owner_proven", lambda asker, now: queries.owner_of(owner.username))
    assert (made._send("get", "/recovery/password/new").status_code == 200) == weak
    with pytest.raises(Refused) as refused:
        actions.prove("000000", asker=b"-" * 32, now=views.clock.now())
    assert refused.value.refusal == Refusal("reset_over")
    database.session().rollback()
