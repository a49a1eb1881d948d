"""A copy of everything: asked for with a fresh password, made meanwhile, there for a day and for its owner alone."""

from __future__ import annotations

import json
from datetime import timedelta

import pyotp
import pytest
from lxml import html
from sqlalchemy import update

from portal.domain.audit.models import AuditEntry
from portal.domain.export import parts
from portal.domain.export.models import Export
from portal.domain.outbox.models import OutboxMessage
from portal.domain.practices.models import Office
from portal.domain.sign_in.models import SignInSession
from portal.jobs import exporting, nightly
from portal.kernel import clock, database
from tests.enrollment.conftest import viewer_of
from tests.export.copies import CARD, asked_by, downloaded, make, stored
from tests.factories import address_book, enrollment
from tests.factories.security import a_passkey, a_second_step
from tests.people import a_connected_patient


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])
def test_a_person_takes_a_copy_along(browser, patient, htmx):
    address_book.an_insurance(patient.person_id, company="Bluefern Mutual")
    made, page = asked_by(browser, patient, htmx=htmx)
    assert "Your copy is being made." in page and page.css("progress")
    make()
    copy = downloaded(made)
    assert copy.testzip() is None
    assert json.loads(copy.read("data/address_book/Coverage.json"))[0]["payor"] == [{"display": "Bluefern Mutual"}]
    assert "Bluefern Mutual" in copy.read("address_book.html").decode()
    [person] = json.loads(copy.read("data/accounts/Patient.json"))
    assert person["name"][0] == {"use": "official", "family": "Oakhurst", "given": ["Maribel"]}
    told = stored(OutboxMessage, OutboxMessage.message == "export_ready")
    assert [(row.to_kind, row.to_id) for row in told] == [("patient", patient.account_id)]


def test_my_account_leads_there(browser, patient):
    page = browser(patient).get("/me/departure/")
    assert len(page.css("main a[href='/me/export/']")) == 2, "in its own right, and before the account is closed"


def test_every_part_is_there_for_people_and_for_programs(browser, patient):
    made, _ = asked_by(browser, patient)
    make()
    copy = downloaded(made)
    names = copy.namelist()
    index = html.fromstring(copy.read("index.html"))
    assert {link.get("href") for link in index.cssselect("li a")} == {f"{part.word}.html" for part in parts.PARTS}
    for part in parts.PARTS:
        assert f"{part.word}.html" in names
        assert [name for name in names if name.startswith(f"data/{part.word}/")]
        html.fromstring(copy.read(f"{part.word}.html"))
    for name in names:
        if name.endswith(".json"):
            assert isinstance(json.loads(copy.read(name)), list), name
        else:
            assert "://" not in copy.read(name).decode(), "a page on somebody's device loads nothing"


def test_it_says_what_offices_were_told(browser, patient):
    made = browser(patient)
    made.submit(made.get("/me/accounts/profile/about"), "#about form", given="Mariabelle")
    made.submit(made.get(CARD), "#copy form")
    make()
    copy = downloaded(made)
    [change] = json.loads(copy.read("data/connections/changes.json"))
    assert change["after"]["given"] == "Mariabelle" and "Mariabelle" in copy.read("connections.html").decode()


def test_it_says_who_looked(browser, patient, office, front_desk):
    made, _ = asked_by(browser, patient)
    make()
    events = json.loads(downloaded(made).read("data/export/AuditEvent.json"))
    assert "export.asked" in [event["type"]["code"] for event in events]
    assert [event["recorded"] for event in events] == sorted(event["recorded"] for event in events)


def test_it_says_in_whose_lists_they_were(browser, patient, office, front_desk):
    desk = browser(front_desk)
    desk.submit(desk.get(f"/office/{office.public_id}/charts/"), q="Oakhurst")
    made, _ = asked_by(browser, patient)
    make()
    copy = downloaded(made)
    [event] = json.loads(copy.read("data/export/lists.json"))
    assert event["type"]["code"] == "charts.searched"
    assert event["agent"][0]["who"]["display"] in copy.read("export.html").decode()


def test_it_is_in_the_language_of_its_reader(browser, office):
    patient = a_connected_patient(office.id, language="es")
    made, _ = asked_by(browser, patient)
    make()
    page = html.fromstring(downloaded(made).read("accounts.html"))
    assert page.get("lang") == "es-US" and page.cssselect("h1")[0].text == "Perfil"


def test_it_says_how_they_sign_in_and_no_secret(browser, patient):
    made, _ = asked_by(browser, patient)
    step = a_second_step(patient.account_id)
    a_passkey(patient.account_id, name="My blue phone")
    make()
    copy = downloaded(made)
    [app] = json.loads(copy.read("data/sign_in/secondStep.json"))
    assert app == {"kind": "authenticator app", "since": None, "recoveryCodesLeft": 10}
    [key] = json.loads(copy.read("data/sign_in/passkeys.json"))
    assert set(key) == {"name", "made", "used"} and key["name"] == "My blue phone"
    assert {one["device"] for one in json.loads(copy.read("data/sign_in/devices.json"))} == {"tests"}
    page = copy.read("sign_in.html").decode()
    assert "My blue phone" in page and "A code of an app on your phone" in page
    words = b"".join(copy.read(name) for name in copy.namelist()).decode()
    assert step.secret not in words and not [code for code in step.codes if code in words]


def test_it_says_since_when_the_second_step_is_on(browser, patient):
    me = browser(patient)
    page = me.submit(me.get("/me/sign_in/second_step/"))
    secret = page.one("b.num").text_content().replace(" ", "")
    me.submit(page, code=pyotp.TOTP(secret).at(clock.now()))
    me.submit(me.get(CARD), "#copy form")
    make()
    [app] = json.loads(downloaded(me).read("data/sign_in/secondStep.json"))
    assert app["since"].startswith(f"{clock.now():%Y-%m-%d}")


def test_it_says_how_they_enrolled(browser, patient, office, front_desk):
    with database.writing() as session:
        session.get(Office, office.id).enrolls_by_invitation = True
    chart = enrollment.a_chart(office.id, person_id=patient.person_id)
    code = enrollment.invited(viewer_of(front_desk, office), chart, "letter")
    made, _ = asked_by(browser, patient)
    make()
    copy = downloaded(made)
    [invited] = json.loads(copy.read("data/enrollment/invitations.json"))
    assert invited["channel"] == "letter" and invited["used"] is None
    words = b"".join(copy.read(name) for name in copy.namelist()).decode()
    page = copy.read("enrollment.html").decode()
    assert invited["office"] in page and "Letter" in page
    assert code.code not in words and code.token not in words
    assert json.loads(copy.read("data/kiosks/visits.json")) == []


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])
def test_home_says_that_it_is_ready_until_it_is_fetched(browser, patient, stranger, htmx):
    line = "Your copy of everything is ready"
    made, _ = asked_by(browser, patient, htmx=htmx)
    assert line not in made.get("/me/")
    make()
    assert line in made.get("/me/") and line not in browser(stranger).get("/me/")
    [link] = [one.get("href") for one in made.get("/me/").css("main a") if one.get("href") == CARD]
    assert "Your copy is ready." in made.get(link)
    downloaded(made)
    assert line not in made.get("/me/")


def test_home_says_it_no_more_when_its_time_is_over(browser, patient):
    asked_by(browser, patient)
    make()
    clock.shift(timedelta(hours=24, seconds=1))
    assert "Your copy of everything is ready" not in browser(patient).get("/me/")


def test_nothing_of_anybody_else_is_in_it(browser, patient, office):
    other = a_connected_patient(office.id, given="Rosalind", family="Tidewater")
    address_book.a_contact(other.person_id, name="Ivy Castellane")
    made, _ = asked_by(browser, patient)
    make()
    copy = downloaded(made)
    words = b"".join(copy.read(name) for name in copy.namelist())
    assert b"Tidewater" not in words and b"Castellane" not in words


def test_a_strangers_copy_does_not_exist(browser, patient, stranger):
    made, _ = asked_by(browser, patient)
    make()
    link = made.get(CARD).one("#copy a.btn").get("href")
    other = browser(stranger)
    assert other._send("get", link).status_code == 404
    assert "Make a copy" in other.get(CARD)
    assert browser()._send("get", link).status_code == 303


def test_it_asks_for_the_password_again(browser, patient):
    made, _ = asked_by(browser, patient)
    make()
    link = made.get(CARD).one("#copy a.btn").get("href")
    clock.shift(timedelta(minutes=6))
    assert made._send("get", link).headers["Location"] == "/sign_in/again?next=/me/export/"
    page = made.submit(made.get("/sign_in/again?next=/me/export/"), "form", password=patient.password)
    assert page.url == CARD and made._send("get", link).status_code == 200
    with database.writing() as session:
        session.execute(update(SignInSession).values(stepped_up_at=clock.now() - timedelta(minutes=6)))
    answer = made._send("post", CARD, data=dict(made.get(CARD).form("#copy form").form_values()))
    assert "/sign_in/again" in answer.headers["Location"]


def test_after_a_day_it_is_gone(browser, patient, settings):
    made, _ = asked_by(browser, patient)
    make()
    link = made.get(CARD).one("#copy a.btn").get("href")
    assert list((settings.data / "exports").iterdir())
    clock.shift(timedelta(hours=24, seconds=1))
    again = browser(patient)
    assert again._send("get", link).status_code == 404 and "Make a copy" in again.get(CARD)
    assert dict(nightly.CHORES)["copies"] is exporting.forget_old
    assert exporting.forget_old(clock.now()) == 1
    database.session().commit()
    assert not list((settings.data / "exports").iterdir()) and not stored(Export)


def test_the_file_is_sealed_and_its_name_tells_nothing(browser, patient, settings):
    address_book.an_insurance(patient.person_id, company="Bluefern Mutual")
    asked_by(browser, patient)
    make()
    [file] = (settings.data / "exports").iterdir()
    [row] = stored(Export)
    assert file.stem == row.file_name and len(file.stem) == 32
    assert b"PK" not in file.read_bytes()[:4] and b"index.html" not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_new_one_takes_the_place_of_the_old(browser, patient, settings):
    made, _ = asked_by(browser, patient)
    make()
    [old] = (settings.data / "exports").iterdir()
    made.submit(made.get(CARD), "#copy form")
    assert not old.exists()
    make()
    assert len(list((settings.data / "exports").iterdir())) == 1


def test_one_is_made_at_a_time(browser, patient):
    made, other = browser(patient), browser(patient)
    first, second = made.get(CARD), other.get(CARD)
    made.submit(first, "#copy form")
    page = other.submit(second, "#copy form", 409)
    assert "You can ask for a new one when it is done." in page
    assert len(stored(Export)) == 1


def test_who_leaves_meanwhile_leaves_no_copy(browser, patient, settings):
    made, _ = asked_by(browser, patient)
    make()
    made.submit(made.get("/me/departure/"), "#deactivate form", word="deactivate", password=patient.password)
    assert not stored(Export) and not list((settings.data / "exports").iterdir())


def test_who_leaves_while_it_is_made_gets_none(browser, patient, settings, monkeypatch):
    made, _ = asked_by(browser, patient)
    page = made.get("/me/departure/")
    whole = exporting._add_part

    def leaves(*given):
        if stored(Export):
            made.submit(page, "#deactivate form", word="deactivate", password=patient.password)
        whole(*given)

    monkeypatch.setattr(exporting, "_add_part", leaves)
    assert exporting.make_next()
    assert not list((settings.data / "exports").glob("*")) and not stored(Export)


def test_taking_it_along_stands_in_the_audit(browser, patient):
    made, _ = asked_by(browser, patient)
    make()
    downloaded(made)
    events = [row.event for row in stored(AuditEntry, AuditEntry.subject_id == patient.person_id)]
    assert "export.asked" in events and "export.downloaded" in events


def test_a_page_that_asks_how_far_it_is_writes_nothing_down(browser, patient):
    made, _ = asked_by(browser, patient)
    before = len(stored(AuditEntry))
    made.get("/me/export/progress", htmx=True)
    assert len(stored(AuditEntry)) == before
