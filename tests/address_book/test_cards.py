"""Pictures of insurance cards: added, replaced, removed, opened, and gone with what they hang on (ADR-2)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4
from zipfile import ZipFile

import pytest
from sqlalchemy import select, update

from portal import jobs
from portal.domain.accounts.models import Account
from portal.domain.address_book import retention
from portal.domain.address_book.models import InsuranceCard
from portal.domain.address_book.types import Kind
from portal.domain.charts.models import Chart
from portal.domain.connections.models import Connection
from portal.domain.departure import closing
from portal.domain.files.models import StoredFile
from portal.gateways import files
from portal.kernel import clock, database
from tests.address_book.book import LISTS, deeds_of, stored, url_of
from tests.address_book.cards import PICTURE, put
from tests.export.copies import asked_by, downloaded, make
from tests.factories import practices
from tests.factories.address_book import an_insurance
from tests.factories.files import PDF, WHERE, a_picture, sent
from tests.messaging import traces
from tests.people import staff_of

both_ways = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


def rows(model=StoredFile):
    with database.writing() as session:
        found = list(session.scalars(select(model)))
        session.expunge_all()
        return found


@both_ways
def test_a_picture_of_each_side(browser, patient, htmx):
    entry, me = an_insurance(patient.person_id), browser(patient, htmx=htmx)
    assert "Add card pictures" in me.get(LISTS[Kind.INSURANCE])
    put(me, entry, "front")
    after = put(me, entry, "back", sent(a_picture("HEIF"), "back.heic"))
    assert after.is_fragment == htmx
    assert "Open the picture" in after.one("#card-back a.file").text_content()
    page = browser(patient).get(url_of(Kind.INSURANCE, entry))
    assert [one.text_content() for one in page.css("section h2")] == ["Card, front", "Card, back"]
    assert "2 card pictures" in browser(patient).get(LISTS[Kind.INSURANCE])
    opened = me._send("get", page.one("#card-front a.file").get("href"))
    assert opened.headers["Content-Type"] == "image/jpeg"
    assert opened.headers["Content-Disposition"] == "attachment; filename=card.jpg"
    assert opened.get_data().startswith(b"\xff\xd8\xff") and WHERE not in opened.get_data()
    assert traces.events_of(patient.person_id)[-1] == "address_book.viewed"
    assert deeds_of(patient) == ["insurance_card.added"] * 2


@both_ways
def test_another_picture_takes_its_place(browser, patient, htmx):
    entry, me = an_insurance(patient.person_id), browser(patient, htmx=htmx)
    put(me, entry, "front")
    (old,) = rows()
    put(me, entry, "front", sent(a_picture("PNG"), "new.png"))
    (new,) = rows()
    assert (old.title, new.title) == ("card.jpg", "new.png")
    put(me, entry, "front", sent(a_picture("PNG"), "again.png"))
    assert [one.title for one in rows()] == ["new.png"], "the same one twice is once"
    assert len(rows(InsuranceCard)) == 1
    assert list(files.old_names(clock.now() + timedelta(hours=2))) == [new.name], "the bytes of the others are gone"


@both_ways
def test_one_is_removed_and_can_be_added_again(browser, patient, htmx):
    entry, me = an_insurance(patient.person_id), browser(patient, htmx=htmx)
    put(me, entry, "front")
    page = me.get(url_of(Kind.INSURANCE, entry))
    after = me.submit(page, "form[action$='/front/remove']")
    assert "There is no picture yet" in after.one("#card-front").text_content()
    assert not rows() and not rows(InsuranceCard)
    assert not list(files.old_names(clock.now() + timedelta(hours=2)))
    put(me, entry, "front")
    assert len(rows()) == 1


@both_ways
@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (PDF, "card.pdf", "This is no picture"),
        (b"BIN 1234", "card.txt", "This is no picture"),
        (b"", "card.jpg", "This file is empty"),
        (PICTURE[:300], "card.jpg", "can not be read"),
        (b"", "", "Choose a picture first"),
    ],
    ids=["pdf", "text", "empty", "cut off", "none"],
)
def test_what_is_not_taken_is_told(browser, patient, htmx, content, name, told):
    entry, me = an_insurance(patient.person_id), browser(patient, htmx=htmx)
    put(me, entry, "front")
    answer = put(me, entry, "front", sent(content, name), status=422)
    assert told in answer.one("#card-front").text_content()
    assert len(answer.css("#card-front a.file")) == 1, "the one before stays"
    assert len(rows()) == 1


def test_a_deleted_insurance_keeps_its_pictures_until_it_is_gone(browser, patient):
    entry, me = an_insurance(patient.person_id), browser(patient)
    put(me, entry, "front")
    link = me.get(url_of(Kind.INSURANCE, entry)).one("a.file").get("href")
    page = me.get(url_of(Kind.INSURANCE, entry))
    gone = me.submit(me.get(url_of(Kind.INSURANCE, entry, "delete")), "button.stop")
    me.get(link, status=404)
    assert "deleted in another window" in put(me, entry, "back", page=page, status=422)
    me.submit(gone, "form[action$=restore]")
    assert me._send("get", link).status_code == 200
    me.submit(me.get(url_of(Kind.INSURANCE, entry, "delete")), "button.stop")
    with database.writing():
        assert retention.forget_deleted(clock.now() + timedelta(days=31)) == 1
    assert not rows() and not rows(InsuranceCard) and not stored(Kind.INSURANCE)


def test_who_leaves_takes_them_along(browser, patient):
    put(browser(patient), an_insurance(patient.person_id), "front")
    with database.writing() as session:
        closing.close(session.get_one(Account, patient.account_id), clock.now())
    assert not rows() and not rows(InsuranceCard)


def test_they_are_in_the_copy_of_everything(app, browser, patient):
    jobs.use(app)
    entry = an_insurance(patient.person_id)
    put(browser(patient), entry, "back")
    made, _ = asked_by(browser, patient)
    make()
    archive: ZipFile = downloaded(made)
    (name,) = [one for one in archive.namelist() if one.endswith(f"{entry}-back.jpg")]
    assert archive.read(name).startswith(b"\xff\xd8\xff")
    assert name in archive.read("address_book.html").decode()


@both_ways
def test_somebody_elses_card_does_not_exist(browser, patient, stranger, htmx):
    entry, own = an_insurance(patient.person_id), an_insurance(stranger.person_id)
    me, foe = browser(patient), browser(stranger, htmx=htmx)
    put(me, entry, "front")
    foe.get(me.get(url_of(Kind.INSURANCE, entry)).one("a.file").get("href"), status=404)
    me.get(f"/me/address_book/cards/{uuid4()}", status=404)
    page = foe.get(url_of(Kind.INSURANCE, own))
    put(foe, entry, "front", sent(a_picture("PNG"), "mine.png"), page=page, status=404)
    token = dict(page.form("#card-front form").form_values())
    foe.post(f"/me/address_book/insurance/{entry}/cards/front/remove", token, 404)
    assert [one.title for one in rows()] == ["card.jpg"]


def test_the_office_sees_the_insurance_and_its_cards(browser, patient, office, front_desk):
    entry = an_insurance(patient.person_id)
    put(browser(patient), entry, "front")
    with database.writing() as session:
        chart = session.scalars(select(Chart.public_id).where(Chart.person_id == patient.person_id)).one()
    desk = browser(front_desk)
    page = desk.get(f"/office/{front_desk.place}/charts/{chart}/insurance")
    assert "TW 2210 0093" in page.one("#insurance").text_content()
    link = page.one("#insurance a.file").get("href")
    assert desk._send("get", link).get_data().startswith(b"\xff\xd8\xff")
    assert traces.events_of(patient.person_id)[-2:] == ["chart.viewed", "chart.viewed"]
    desk.get(f"{link.rsplit('/', 1)[0]}/{uuid4()}", status=404)
    away = staff_of(practices.an_office("Harbor Point Medical"))
    browser(away).get(link.replace(str(front_desk.place), str(away.place)), status=404)
    with database.writing() as session:
        session.execute(update(Connection).values(ended_at=clock.now()))
    desk.get(link, status=404)
    assert "no insurance in their Address Book" in desk.get(f"/office/{front_desk.place}/charts/{chart}/insurance")
