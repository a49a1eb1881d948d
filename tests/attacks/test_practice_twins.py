"""Attacks on the staff of an office (SECURITY Z3-Z6, R2, R3, R10, S2), each also against a weakened twin."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pyotp
import pytest
from flask import request
from sqlalchemy import text

from portal import blueprints
from portal.blueprints.practices import join_views, staff_views
from portal.domain.practices import joining, rules, staffing
from portal.domain.practices.models import StaffInvitation
from portal.domain.sign_in import sessions
from portal.domain.viewer import Role
from portal.kernel import clock, database, secrets
from portal.kernel.refusal import Refused
from portal.web import access
from tests.factories import practices
from tests.pages.crawl import everything_stored
from tests.people import staff_of
from tests.practices.office_rows import invitations_of, member_row, place_of
from tests.practices.test_invite_staff import BO
from tests.practices.test_join_the_staff import CHOSEN
from tests.practices.viewers import viewer_of

twin = pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])
TOKEN = "a-token-that-was-sent-to-bo-by-email-and-nowhere-else"


def an_invitation(administrator, **more):
    """Bo was asked to work at the front desk, at a link that the test knows."""
    values = {"state": "waiting", "expires_at": clock.now() + timedelta(days=7), "token": TOKEN} | more
    token = values.pop("token")
    with database.writing() as session:
        row = StaffInvitation(
            office_id=administrator.office_id,
            role="front_desk",
            given="Bo",
            family="Dayton",
            email="bo@example.com",
            token_hash=secrets.token_hash(token),
            sent_at=clock.now(),
            invited_by=administrator.staff_id,
            **values,
        )
        session.add(row)


def posted(browser, page_url, url, **fields):
    """Post to a URL with the tokens of some page that the visitor may see."""
    form = dict(browser.get(page_url).form("form[method=post]").form_values())
    tokens = {name: value for name, value in form.items() if name in {"csrf_token", "once"}}
    tokens.setdefault("once", secrets.random_token()[:22])
    return browser._send("post", url, data=tokens | fields)


@twin
def test_making_oneself_an_administrator(browser, office, weak, monkeypatch):
    """Z5. The twin's door asks only whether somebody works here, and its rule not whose role it is."""
    clerk = staff_of(office, "front_desk")
    if weak:
        monkeypatch.setitem(blueprints._GUARDS, "practices_staff", access.staff_of_office(*Role))
        monkeypatch.setattr(rules, "why_not_change_role", lambda *_: None)
    me, place = browser(clerk), f"/office/{office.public_id}"
    posted(me, f"{place}/", f"{place}/staff/{member_row(clerk.username).public_id}/role", role="administrator")
    assert (place_of(office.id, clerk.staff_id) == ("administrator", True)) == weak


@twin
def test_a_place_in_another_office(browser, office, administrator, weak, monkeypatch):
    """Z4, Z6. The twin believes the office that a form names."""
    elsewhere = practices.an_office("Harbor Point Medical")
    if weak:
        staff = access.staff
        monkeypatch.setattr(
            staff_views, "staff", lambda: replace(staff(), office_id=int(request.form.get("office_id", 0)))
        )
    me, url = browser(administrator), f"/office/{office.public_id}/staff/invite"
    posted(me, url, url, **BO, language="en", office_id=str(elsewhere.id), office=str(elsewhere.public_id))
    assert bool(invitations_of(elsewhere.id)) == weak


@twin
def test_a_role_that_was_not_given(browser, administrator, weak, monkeypatch):
    """R3. The link alone decides; the twin takes what the form says."""
    an_invitation(administrator)
    if weak:
        give = joining._give_place
        monkeypatch.setattr(
            joining,
            "_give_place",
            lambda row, member: (setattr(row, "role", request.form.get("role", row.role)), give(row, member)),
        )
    bo = browser()
    page = bo.submit(bo.get(f"/practices/join/{TOKEN}"), **CHOSEN)
    fields = dict(page.form().form_values()) | {"role": "administrator", "office_id": "1", "is_operator": "y"}
    secret = page.one("p.code").text_content().replace(" ", "").strip()
    bo._send(
        "post", f"/practices/join/{TOKEN}/authenticator", data=fields | {"code": pyotp.TOTP(secret).at(clock.now())}
    )
    member = member_row("bo.day")
    assert place_of(administrator.office_id, member.id) == ("administrator" if weak else "front_desk", True)
    assert not member.is_operator


@twin
@pytest.mark.parametrize(
    "over",
    [{"state": "accepted"}, {"state": "void"}, {"expires_at": clock.now() - timedelta(days=1)}],
    ids=["used", "replaced", "late"],
)
def test_an_old_link(browser, administrator, over, weak, monkeypatch):
    """R2. The twin asks only whether there is such a link."""
    an_invitation(administrator, **over)
    if weak:
        for module in (rules, joining.rules):
            monkeypatch.setattr(module, "why_not_join", lambda *_: None)
    foe = browser()
    answer = foe._send("get", f"/practices/join/{TOKEN}")
    assert (answer.status_code == 200) == weak
    token = dict(browser().get("/sign_in/").form().form_values())["csrf_token"]
    foe.get("/sign_in/")
    token = dict(foe.page.form().form_values())["csrf_token"]
    answer = foe._send("post", f"/practices/join/{TOKEN}", data=CHOSEN | {"csrf_token": token})
    assert (answer.status_code == 303) == weak


@twin
def test_a_program_that_opens_every_link_in_a_mail(browser, administrator, weak, monkeypatch):
    """S2. The twin takes the opening for the taking."""
    an_invitation(administrator)
    if weak:
        opened = join_views.roster.opened

        def used_up(token):
            with database.apart() as session:
                session.execute(text("update staff_invitation set state = 'void'"))
            return opened(token)

        monkeypatch.setattr(join_views.roster, "opened", used_up)
    scanner, before = browser(), everything_stored()
    for url in (f"/practices/join/{TOKEN}", f"/practices/join/{TOKEN}/authenticator"):
        for method in ("get", "head"):
            scanner._send(method, url)
    assert (everything_stored() != before) == weak


@twin
def test_a_cookie_of_somebody_who_was_switched_off(browser, office, administrator, weak, monkeypatch):
    """S4. The twin writes down that they left and goes on asking the session alone."""
    clerk = staff_of(office, "front_desk")
    theirs, me = browser(clerk), browser(administrator)
    theirs.get(f"/office/{office.public_id}/")
    if weak:
        monkeypatch.setattr(sessions, "end_all", lambda *_args, **_how: None)
        monkeypatch.setattr(staffing, "switch_off", lambda viewer, *_: viewer.actor)
    url = f"/office/{office.public_id}/staff/{member_row(clerk.username).public_id}/off"
    posted(me, url, url)
    assert (theirs._send("get", f"/office/{office.public_id}/").status_code == 200) == weak


@twin
def test_two_administrators_who_switch_each_other_off(app, office, weak, monkeypatch):
    """The last one stays, whoever races (Z3). The twin counts before it holds the office."""
    pair = [staff_of(office, "administrator") for _ in range(2)]
    outer = [member_row(one.username).public_id for one in pair]
    meet = Barrier(2)
    if weak:
        monkeypatch.setattr(rules, "_is_last_administrator", lambda *_: False)

    def off(number):
        with app.app_context():
            meet.wait()
            try:
                with database.writing():
                    staffing.switch_off(viewer_of(pair[number], Role.ADMINISTRATOR), outer[1 - number], clock.now())
                return "done"
            except Refused as refused:
                return refused.refusal.code
            finally:
                database.let_go()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(off, range(2)))
    left = [one for one in pair if place_of(office.id, one.staff_id) == ("administrator", True)]
    assert (not left) == weak, answers
    assert answers == (["done", "done"] if weak else ["done", "last_administrator"])


@twin
def test_many_browsers_with_one_link(app, administrator, weak, monkeypatch):
    """R10: all of them finish at the same moment, and one sign-in comes of it. The twin looks without holding."""
    an_invitation(administrator)
    secret = pyotp.random_base32()
    with database.writing() as session:
        row = session.query(StaffInvitation).one()
        row.username, row.password_hash = "bo.day", "-"
        row.authenticator = secrets.seal("accounts", secret.encode(), rules.sealed_for(row.public_id))
    if weak:
        names = iter(range(100))
        made = joining._made
        monkeypatch.setattr(joining, "_made", lambda row, name, key: made(row, f"{name}{next(names)}", key))
        monkeypatch.setattr(joining.rules, "why_not_join", lambda *_: None)
        monkeypatch.setattr(joining.roster, "set_up_of", lambda *_: ("bo.day", secret))

    def one(_):
        with app.app_context():
            try:
                with database.writing():
                    joining.confirm(TOKEN, pyotp.TOTP(secret).at(clock.now()), clock.now())
                return "done"
            except Refused as refused:
                return refused.refusal.code
            finally:
                database.let_go()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, range(12)))
    assert (answers.count("done") > 1) == weak, answers
