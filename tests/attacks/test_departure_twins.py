"""Life after deactivation (SECURITY Z15) and copies of everything, each also against a twin with one defence less.

The twin of a closed account is one that was only signed out here: every way that was prepared before leads into it.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal import jobs
from portal.blueprints.departure import views as departure
from portal.blueprints.export import views as export
from portal.domain.accounts.models import Account
from portal.domain.charts.models import Chart
from portal.domain.connections.models import Connection
from portal.domain.departure import closing
from portal.domain.enrollment import queries as enrollment
from portal.domain.export.models import Export
from portal.domain.export.types import Copy
from portal.domain.practices.models import Office
from portal.domain.viewer import Role, StaffViewer
from portal.jobs import exporting
from portal.kernel import clock, database, ledger
from portal.kernel.refusal import Refused
from tests.departure.test_deactivate import PAGE, leave, stored
from tests.enrollment import trip
from tests.factories.enrollment import a_chart, invited
from tests.people import staff_of
from tests.recovery import ways
from tests.recovery.conftest import posted
from tests.recovery.ways import somebody
from tests.security import sent

assert posted
twin = pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])
URL = "/me/sign_in"


def by_password(browser, who, **_):
    """Username and password, at another browser."""
    other = browser()

    def inside():
        page = other.get("/sign_in/")
        form = dict(page.form().form_values()) | {"username": who.username, "password": who.password}
        other._send("post", "/sign_in/", data=form)
        return other._send("get", "/me/").status_code == 200

    return inside


def by_another_browser(browser, who, **_):
    """A browser that was signed in all the while."""
    other = browser(who)
    return lambda: other._send("get", "/me/").status_code == 200


def by_a_reset_under_way(browser, who, posted, **_):
    """The code was typed before; only the new password is still to come."""
    other = browser()
    ways.ask(other, who.username)
    ways.enter(other, posted()[-1].words.codes[0])
    page = other.get("/recovery/password/new")

    def inside():
        form = dict(page.form().form_values()) | {"password": ways.NEW, "again": ways.NEW}
        other._send("post", page.form().get("action"), data=form)
        door = browser()
        signing = dict(door.get("/sign_in/").form().form_values())
        door._send("post", "/sign_in/", data=signing | {"username": who.username, "password": ways.NEW})
        return door._send("get", "/me/").status_code == 200

    return inside


def by_a_new_reset(browser, who, posted, **_):
    """Asked for afterwards: is a code sent?"""
    posted()

    def inside():
        ways.ask(browser(), who.username)
        return any(one.words.codes for one in posted())

    return inside


def by_asking_for_the_username(browser, who, posted, **_):
    """Is it sent to the address of before?"""
    posted()

    def inside():
        ways.ask_for_name(browser())
        return any(who.username in one.words.body for one in posted())

    return inside


def by_an_undo_link(browser, who, **_):
    """The old address still has a link that puts it back."""
    me = browser(who)
    page = me.submit(me.get(f"{URL}/email"), "#signing-in form", email="new@example.com")
    me.submit(page, "#sent-code form", code=sent.code_to("new@example.com"))
    [link] = sent.links_to(ways.EMAIL)

    def inside():
        other = browser()
        page = other._send("get", link)
        if page.status_code != 200:
            return False
        form = dict(ways.Page(page, link, False).form().form_values())
        other._send("post", link, data=form)
        return stored(Account, Account.id == who.account_id)[0].email == ways.EMAIL

    return inside


def by_an_old_invitation(browser, who, office, **_):
    """A code that was sent and never typed, for a chart that is theirs by now."""
    desk = StaffViewer(
        staff_of(office).actor, 0, "Dana", "en", Role.FRONT_DESK, office.id, office.public_id, "Larkfield",
        "America/New_York", None, clock.now(), clock.now(),
    )  # fmt: skip
    with database.writing() as session:
        session.get_one(Office, office.id).enrolls_by_invitation = True
    chart = a_chart(office.id)
    code = invited(desk, chart).code
    with database.writing() as session:
        session.get_one(Chart, chart.id).person_id = who.person_id
        session.add(Connection(office_id=office.id, chart_id=chart.id, person_id=who.person_id, since=clock.now()))

    def inside():
        try:
            trip.begin(code)
        except Refused:
            return False
        return True

    return inside


WAYS = (
    by_password,
    by_another_browser,
    by_a_reset_under_way,
    by_a_new_reset,
    by_asking_for_the_username,
    by_an_undo_link,
    by_an_old_invitation,
)


@twin
@pytest.mark.parametrize("way", WAYS)
def test_a_way_back_into_a_closed_account(browser, office, posted, way, weak, monkeypatch):
    """Z15. The twin writes it down and signs this browser out, and that is all."""
    who = somebody(office.id)
    inside = way(browser, who, posted=posted, office=office)
    if weak:
        monkeypatch.setattr(closing, "close", lambda account, now: [])
    made, _ = leave(browser, who)
    assert made._send("get", "/me/").status_code == 303
    assert inside() == weak


@twin
def test_taking_the_username_of_somebody_who_left(browser, office, weak, monkeypatch):
    """Z15. The database is older than the account, and the twin looks into it alone."""
    who = somebody(office.id)
    leave(browser, who)
    with database.writing() as session:
        session.get_one(Account, who.account_id).username_key = "nobody any more"
    if weak:
        monkeypatch.setattr(ledger, "names_among", lambda names: set())
    with database.writing():
        taken = enrollment.taken_names([who.username], 0, clock.now())
    assert (taken == set()) == weak


@twin
def test_somebody_at_an_unlocked_screen(browser, office, weak, monkeypatch):
    """A23. The session is not five minutes old, and the twin takes that for a password."""
    who = somebody(office.id)
    if weak:
        monkeypatch.setattr(departure, "_why_not_theirs", lambda typed: None)
    made = browser(who)
    form = dict(made.get(PAGE).form("#deactivate form").form_values())
    made._send("post", f"{PAGE}deactivate", data=form | {"word": "deactivate", "password": "i do not know it"})
    assert (stored(Account)[0].state == "deactivated") == weak


@twin
def test_closing_right_after_a_take_over(browser, office, weak, monkeypatch):
    """A13. Who came in by a reset code can not destroy what they find, for a day."""
    who = somebody(office.id)
    with database.writing() as session:
        session.get_one(Account, who.account_id).frozen_until = clock.now() + timedelta(hours=24)
    made = browser(who)
    if weak:
        monkeypatch.setattr(departure.rules, "why_not_deactivate", lambda *_: None)
    form = dict(made.get("/me/").form("form[action='/sign_in/out']").form_values())
    form |= {"once": "k" * 22, "word": "deactivate", "password": who.password}
    made._send("post", f"{PAGE}deactivate", data=form)
    assert (stored(Account)[0].state == "deactivated") == weak


@twin
def test_guessing_the_link_of_a_copy(app, browser, office, weak, monkeypatch):
    """Z2. Somebody else's copy is a 404 like one that never was; the twin asks only whether there is such a copy."""
    jobs.use(app)
    who, foe = somebody(office.id), somebody(office.id, given="Jonas")
    made = browser(who)
    made.submit(made.get("/me/export/"), "#copy form")
    assert exporting.make_next()
    [row] = stored(Export)
    if weak:
        monkeypatch.setattr(export.queries, "ready_one", _of_anybody)
    other = browser(foe)
    theirs, nobodys = (other._send("get", f"/me/export/{one}/download") for one in (row.public_id, uuid4()))
    assert (theirs.status_code == 200) == weak
    if not weak:
        assert (theirs.status_code, theirs.data) == (nobodys.status_code, nobodys.data)


def _of_anybody(_viewer, public_id, _now):
    with database.apart() as session:
        row = session.scalars(select(Export).where(Export.public_id == public_id)).one()
        return Copy._make(row.public_id if name == "id" else getattr(row, name) for name in Copy._fields)


@twin
def test_reading_a_copy_off_the_disk(app, browser, office, settings, weak, monkeypatch):
    """The file is of no use without the key file; the twin writes it plainly."""
    jobs.use(app)
    if weak:
        monkeypatch.setattr(exporting.export_files, "SealedWriter", _Plain)
    made = browser(somebody(office.id))
    made.submit(made.get("/me/export/"), "#copy form")
    exporting.make_next()
    [file] = (settings.data / "exports").iterdir()
    assert (b"data/accounts/Patient.json" in file.read_bytes()) == weak


class _Plain:
    def __init__(self, target, _purpose):
        self.write, self.flush = target.write, target.flush

    def close(self):
        pass
