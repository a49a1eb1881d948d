"""Files go with messages: onto the draft, off it, along, and out of a conversation again (MSG-2, A33-A35)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4
from zipfile import ZipFile

import pytest
from sqlalchemy import select, update

from portal import jobs
from portal.domain.connections.models import Connection
from portal.domain.files.models import StoredFile
from portal.domain.files.rules import LARGEST, MIB
from portal.domain.messaging import leaving
from portal.domain.messaging.models import Attachment
from portal.gateways import files
from portal.jobs import nightly
from portal.kernel import clock, database
from tests.export.copies import asked_by, downloaded, make
from tests.factories import practices
from tests.factories.files import PDF, WHERE, a_picture, sent
from tests.messaging import traces
from tests.people import staff_of

MINE = "/me/messaging/"
both_ways = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])
PICTURE = a_picture()


def stored(model=StoredFile):
    with database.writing() as session:
        rows = list(session.scalars(select(model)))
        session.expunge_all()
        return rows


def send_to(me, page, url, form="#new-conversation form", status=None, **fields):
    """A button of the form that leads elsewhere, with a file."""
    data = {**dict(page.form(form).form_values()), **fields}
    headers = {"HX-Request": "true"} if me.htmx else {}
    answer = me._send("post", url, data=data, headers=headers, content_type="multipart/form-data")
    assert answer.status_code == (status or (200 if me.htmx else 303)), answer.get_data(as_text=True)[-800:]
    return answer.get_data(as_text=True) if status or me.htmx else me.get(answer.headers["Location"]).text


def add(me, file, url="/me/messaging/files/new", **how):
    return send_to(me, me.get(how.pop("place", MINE + "new")), url, file=file, **how)


@both_ways
def test_a_first_message_with_two_files(browser, patient, care, htmx):
    me = browser(patient, htmx=htmx)
    assert "knee.jpg" in add(me, sent(PICTURE, "knee.jpg"), body="It hurts.")
    shown = add(me, sent(PDF, "Letter of Dr. Q.pdf"), body="It hurts.")
    assert "Letter of Dr. Q.pdf" in shown
    page = me.get(MINE + "new")
    assert "It hurts." in page.source and "knee.jpg" in page
    me.submit(page, "#new-conversation form", status=204 if htmx else 200, to=str(care.provider), subject="My knee")
    (row,) = traces.conversations()
    page = browser(patient).get(f"{MINE}{row.public_id}/")
    links = [one.get("href") for one in page.css("a.file")]
    assert len(links) == 2
    assert not [one for one in stored(Attachment) if one.place is not None]
    opened = me._send("get", links[0])
    assert opened.headers["Content-Type"] == "image/jpeg"
    assert opened.headers["Content-Disposition"] == "attachment; filename=knee.jpg"
    assert opened.headers.getlist("Content-Security-Policy") == ["sandbox; default-src 'none'"]
    assert opened.headers["X-Content-Type-Options"] == "nosniff"
    assert opened.get_data().startswith(b"\xff\xd8\xff") and WHERE not in opened.get_data()
    assert me._send("get", links[1]).get_data() == PDF
    assert traces.events_of(patient.person_id)[-1] == "messaging.viewed"


def test_one_that_is_chosen_and_not_added_goes_along(browser, patient, care):
    me = browser(patient)
    page = me.get(MINE + "new")
    form = {"to": str(care.provider), "subject": "My knee", "body": "Look.", "file": sent(PDF, "a.pdf")}
    assert "a.pdf" in send_to(me, page, MINE + "new", **form)
    assert len(stored(Attachment)) == 1


@both_ways
def test_one_is_removed_before_it_is_sent(browser, patient, care, htmx, settings):
    me = browser(patient, htmx=htmx)
    add(me, sent(PICTURE, "knee.jpg"))
    page = me.get(MINE + "new")
    url = page.one("button[formaction$='/remove']").get("formaction")
    assert "knee.jpg" not in send_to(me, page, url, body="No picture then.")
    assert not stored() and not stored(Attachment)
    assert not list(files.old_names(clock.now() + timedelta(hours=2)))


@both_ways
def test_files_with_a_reply_and_an_answer(browser, patient, care, front_desk, htmx):
    one = care.conversation("Hello")
    me, desk = browser(patient, htmx=htmx), browser(front_desk, htmx=htmx)
    mine, there = f"{MINE}{one}/", f"/office/{front_desk.place}/messaging/{one}/"
    add(me, sent(PICTURE, "arm.jpg"), f"/me/messaging/files/{one}", place=mine, form="#conversation form")
    me.submit(me.get(mine), "form[action$='/reply']", body="My arm.")
    form = "form[action$='/reply']"
    add(desk, sent(PDF, "Plan.pdf"), f"/office/{front_desk.place}/messaging/files/{one}", place=there, form=form)
    assert "Plan.pdf" not in browser(patient).get(mine), "it is not sent yet"
    desk.submit(desk.get(there), form, body="Here is your plan.")
    assert [link.text_content().strip().split(" (")[0] for link in me.get(mine).css("a.file")] == [
        "arm.jpg",
        "Plan.pdf",
    ]
    links = [link.get("href") for link in desk.get(there).css("a.file")]
    assert desk._send("get", links[1]).get_data() == PDF
    assert traces.events_of(patient.person_id)[-1] == "chart.viewed"


@both_ways
@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"", "a.pdf", "This file is empty."),
        (PDF + b"\0" * LARGEST, "a.pdf", "larger than 10 MB"),
        (b"MZ\x90\0", "a.exe", "Only photos"),
        (b"PK\x03\x04\0\0", "a.jpg", "Only photos"),
        (b"<svg onload=alert(1)></svg>", "a.svg", "Only photos"),
        (PICTURE[:300], "a.jpg", "can not be read"),
        (PDF, "../../etc/passwd", "has signs that can not be used"),
        (PDF, "a\x07.pdf", "has signs that can not be used"),
        (PDF, "a\u202efdp.exe", "has signs that can not be used"),
    ],
    ids=[
        "empty",
        "too large",
        "a program",
        "an archive",
        "a drawing with a script",
        "cut off",
        "a path",
        "a control",
        "turned around",
    ],
)
def test_what_is_not_taken_is_told_and_the_rest_stays(browser, patient, care, htmx, content, name, told):
    me = browser(patient, htmx=htmx)
    answer = add(me, sent(content, name), status=422, body="It hurts.")
    assert told in answer
    assert htmx or "It hurts." in answer
    assert not stored() and not list(files.old_names(clock.now() + timedelta(hours=2)))


def test_a_file_that_is_not_taken_keeps_the_message_back(browser, patient, care):
    me = browser(patient)
    form = {"to": str(care.provider), "subject": "My knee", "body": "Look.", "file": sent(b"", "a.pdf")}
    assert "This file is empty." in send_to(me, me.get(MINE + "new"), MINE + "new", status=422, **form)
    assert not traces.conversations()


@pytest.mark.parametrize(
    ("kind", "name", "shown"),
    [("HEIF", "IMG_1.HEIC", "IMG_1.jpg"), ("PNG", "scan", "scan.png"), ("JPEG", "a.pdf", "a.jpg")],
)
def test_pictures_are_made_anew_and_called_what_they_are(browser, patient, care, kind, name, shown):
    assert shown in add(browser(patient), sent(a_picture(kind), name))
    assert [one.kind for one in stored()] == [shown.rpartition(".")[2]]


def test_text_is_kept_as_utf8(browser, patient, care):
    me = browser(patient)
    add(me, sent("Señal".encode("cp1252"), "notes.txt"))
    link = me.get(MINE + "new").one("a.file").get("href")
    opened = me._send("get", link)
    assert (opened.get_data().decode(), opened.headers["Content-Type"]) == ("Señal", "text/plain; charset=utf-8")


def test_no_more_than_five_and_the_same_one_once(browser, patient, care):
    me = browser(patient)
    for number in range(5):
        add(me, sent(b"%PDF-" + bytes([65 + number]), f"{number}.pdf"))
    add(me, sent(b"%PDF-A", "again.pdf"))
    assert len(stored()) == len(list(files.old_names(clock.now() + timedelta(hours=2)))) == 5
    assert "takes 5 files" in add(me, sent(b"%PDF-Z", "six.pdf"), status=422)
    assert len(stored()) == 5


@pytest.mark.parametrize(("size", "told"), [(50 * MIB, "added 50 MB"), (500 * MIB, "500 MB of files")])
def test_so_much_a_day_and_in_all(browser, patient, care, size, told):
    me = browser(patient)
    add(me, sent(PDF, "a.pdf"))
    with database.writing() as session:
        old = {} if size == 50 * MIB else {"added_at": clock.now() - timedelta(days=2)}
        session.execute(update(StoredFile).values(size=size, **old))
    assert told in add(me, sent(PICTURE, "b.jpg"), status=422)
    assert len(stored()) == 1


def test_a_thousand_and_one_parts(browser, patient, care):
    me = browser(patient)
    page = me.get(MINE + "new")
    parts = {f"more{number}": "1" for number in range(1001)}
    assert "too big" in send_to(me, page, MINE + "new", status=413, file=sent(PDF, "a.pdf"), **parts)
    assert not stored()


def test_two_files_at_once_are_one_too_many(browser, patient, care):
    me = browser(patient)
    two = [sent(PDF, "a.pdf"), sent(PICTURE, "b.jpg")]
    assert "one file at a time" in add(me, two, status=422)


def test_somebody_elses_file_does_not_exist(browser, patient, care, stranger, office):
    one = care.conversation("Hello")
    me = browser(patient)
    add(me, sent(PDF, "a.pdf"), f"/me/messaging/files/{one}", place=f"{MINE}{one}/", form="#conversation form")
    draft = me.get(f"{MINE}{one}/").one("a.file").get("href")
    foe = browser(stranger)
    foe.get(draft, status=404)
    colleague = staff_of(office, "front_desk")
    key = draft.rsplit("/", 1)[1]
    place = f"/office/{colleague.place}/messaging/files/{one}"
    browser(colleague).get(f"{place}/{key}", status=404)  # not sent yet
    me.submit(me.get(f"{MINE}{one}/"), "form[action$='/reply']", body="Look.")
    assert browser(colleague)._send("get", f"{place}/{key}").status_code == 200
    foe.get(draft, status=404)
    away = staff_of(practices.an_office("Harbor Point Medical"))
    browser(away).get(f"/office/{away.place}/messaging/files/{one}/{key}", status=404)
    browser(staff_of(office, "billing")).get(f"{place}/{key}", status=404)
    other = care.conversation("Another")
    browser(colleague).get(f"{place.replace(str(one), str(other))}/{key}", status=404)
    me.get(f"/me/messaging/files/{uuid4()}", status=404)
    token = foe.get(MINE + "new").css("input[name=csrf_token]")[0].get("value")
    for url in (f"/me/messaging/files/{one}", f"/me/messaging/files/{one}/{key}/remove"):
        answer = foe._send("post", url, data={"csrf_token": token, "file": sent(PDF, "x.pdf")})
        assert answer.status_code in {303, 404}
    assert len(stored()) == 1
    with database.writing() as session:
        session.execute(update(Connection).values(ended_at=clock.now()))
    me.get(draft, status=404)


def test_files_that_nobody_sent_go(browser, patient, care):
    me = browser(patient)
    add(me, sent(PDF, "a.pdf"))
    clock.shift(timedelta(days=91))
    report = nightly.tidy()
    assert (report["files of drafts"], report["bytes that no file knows"]) == (1, 1)
    assert not stored()


def test_who_leaves_takes_along_what_was_not_sent(browser, patient, care):
    me = browser(patient)
    add(me, sent(PDF, "a.pdf"))
    with database.writing():
        leaving.leave(patient.person_id, patient.actor, clock.now())
    assert not stored() and not stored(Attachment)


def test_files_are_in_the_copy_of_everything(app, browser, patient, care):
    jobs.use(app)
    me = browser(patient)
    form = {"to": str(care.provider), "subject": "My knee", "body": "Look.", "file": sent(PDF, "a letter.pdf")}
    send_to(me, me.get(MINE + "new"), MINE + "new", **form)
    made, _ = asked_by(browser, patient)
    make()
    archive: ZipFile = downloaded(made)
    (name,) = [one for one in archive.namelist() if one.endswith("a letter.pdf")]
    assert archive.read(name) == PDF
    assert name in archive.read("messaging.html").decode().replace("%20", " ")


@pytest.mark.parametrize("where", ["save", "remove"])
def test_a_chosen_file_is_not_lost_by_another_button(browser, patient, care, where):
    """Without script every button of the form sends the file that was chosen along."""
    me = browser(patient)
    add(me, sent(PDF, "a.pdf"))
    page = me.get(MINE + "new")
    url = page.one(f"button[formaction$='/{where}']").get("formaction")
    send_to(me, page, url, body="It hurts.", file=sent(a_picture(size=(900, 900)), "large.jpg"))
    assert [one.title for one in stored()] == (["a.pdf", "large.jpg"] if where == "save" else ["large.jpg"])
