"""Attacks with files (SECURITY F1-F5, F7), each also against a weakened twin."""

from __future__ import annotations

import io
import mimetypes
import os
import re
import subprocess
import sys
import time
import zlib
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from flask import Response
from sqlalchemy import select, update

from portal import gateways, jobs
from portal.domain.files import actions, rules
from portal.domain.files.models import StoredFile
from portal.formats import picture_process, pictures
from portal.gateways import files, virus_scan
from portal.jobs import stored_files
from portal.kernel import database
from portal.web import uploads
from tests.factories.files import PDF, a_picture, sent
from tests.people import a_connected_patient
from tests.virus_scanner import EICAR, virus_scanner

twin = pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])
NEW, ADD = "/me/messaging/new", "/me/messaging/files/new"
SCRIPT = b"<script>alert(1)</script>"
ENDINGS = ("html", "svg", "php", "phtml", "js", "htm", "xhtml", "xml", "shtml", "jsp", "aspx", "py", "exe", "htaccess")
NAMES = [f"{stem}.{ending}" for stem in ("a", "photo.jpg", "letter.pdf") for ending in ENDINGS]
CONTENTS = (b"<!doctype html>" + SCRIPT, PDF + SCRIPT, a_picture() + SCRIPT)
PATHS = [
    f"{up}{place}"
    for up in ("../", "../../../", "..\\..\\", "/", "C:\\", "....//", "%2e%2e%2f", "..%c0%af", "~/", "file:///")
    for place in ("evil.txt", "etc/passwd", "portal.sqlite", "run.keys", "files/x", "a\0.txt")
]


def post(me, content, name):
    token = me.get(NEW).css("input[name=csrf_token]")[0].get("value")
    data = {"csrf_token": token, "file": sent(content, name)}
    return me._send("post", ADD, data=data, content_type="multipart/form-data")


def opened(me):
    """Each file of the draft, as its owner gets it."""
    return [me._send("get", link.get("href")) for link in me.get(NEW).css("a.file")]


def as_it_came(found):
    """A portal that shows a file as its name says, within its own pages."""
    content = actions.opened(found.name, found.key or b"", files.get(found.name))
    return Response(content, content_type=mimetypes.guess_type(found.title)[0] or "text/html")


@twin
def test_an_upload_never_becomes_code(browser, patient, weak, monkeypatch):
    """F1, F3. Whatever it is called, it is one of four kinds, called so, and only to be saved. The twin keeps the name
    and shows it."""
    me = browser(patient)
    if weak:
        monkeypatch.setattr(rules, "title_of", lambda name, _kind: name)
        monkeypatch.setattr(rules, "is_called_text", lambda _name: True)
        monkeypatch.setattr(uploads, "served", as_it_came)
        monkeypatch.setattr(pictures, "anew", lambda content, _kind: content)
    broken = 0
    for content, name in zip(cycle(CONTENTS), NAMES, strict=False):
        post(me, content, name)
        (row, *_) = opened(me) or [None]
        if row is not None:
            disposition = row.headers.get("Content-Disposition", "")
            policy = row.headers["Content-Security-Policy"]
            inert = disposition.startswith("attachment") and policy.startswith("sandbox")
            safe_name = re.search(r"\.(pdf|jpg|png|txt)$", disposition.strip('"'))
            broken += not (inert and safe_name and row.headers["X-Content-Type-Options"] == "nosniff")
        for button in me.get(NEW).css("button[formaction$='/remove']"):
            token = me.get(NEW).css("input[name=csrf_token]")[0].get("value")
            me._send("post", button.get("formaction"), data={"csrf_token": token})
    assert (broken > 0) == weak


@twin
def test_a_name_leads_nowhere(browser, patient, settings, weak, monkeypatch):
    """F2. Everything lies in the store under a name that was drawn. The twin takes the sender's."""
    me, home = browser(patient), settings.data
    before = outside(home)
    for path in PATHS:
        if weak:
            monkeypatch.setattr(rules, "why_not_take", lambda *_: None)
            monkeypatch.setattr(rules, "is_called_text", lambda _name: True)
            monkeypatch.setattr(files, "_NAME", re.compile(".*", re.S))
            monkeypatch.setattr(actions, "token_hex", lambda _count, path=path: path[:32])
        post(me, os.urandom(8).hex().encode(), path)
        with database.writing() as session:
            session.execute(update(StoredFile).values(size=1, person_id=patient.person_id))
    assert (outside(home) != before) == weak


def outside(home):
    """What lies near the store, and in it under no drawn name; without what the database writes by itself."""
    near = [path for folder in (home, home.parent) for path in folder.rglob("*") if path.is_file()]
    drawn = re.compile(r"/files/[0-9a-f]{2}/[0-9a-f]{32}$")
    return {str(path) for path in near if not drawn.search(str(path)) and "portal.sqlite" not in path.name}


@twin
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_what_hides_behind_a_picture_does_not_come_through(browser, patient, kind, weak, monkeypatch):
    """F3. Pictures are made anew. The twin keeps the bytes."""
    me, behind = browser(patient), io.BytesIO()
    with ZipFile(behind, "w") as archive:
        archive.writestr("run.js", SCRIPT)
    if weak:
        monkeypatch.setattr(pictures, "anew", lambda content, _kind: content)
    post(me, a_picture(kind) + SCRIPT + behind.getvalue(), "a.jpg")
    (answer,) = opened(me)
    assert (SCRIPT in answer.get_data()) == (b"PK" in answer.get_data()) == weak


def a_png(width, height, lines=300):
    """A PNG that says it is so large, with so many lines in a few bytes."""

    def chunk(name, content):
        return len(content).to_bytes(4, "big") + name + content + zlib.crc32(name + content).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    rows = zlib.compressobj(9)
    body = b"".join(rows.compress(bytes(1 + 3 * width)) for _ in range(min(height, lines))) + rows.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def a_zip():
    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("zeros", bytes(50 * 1024 * 1024))
    return target.getvalue()


@pytest.mark.parametrize(
    ("made", "name", "status"),
    [
        (a_zip, "a.pdf", 422),
        (lambda: a_png(30_000, 30_000), "a.png", 422),
        (lambda: a_png(2_000_000_000, 2, lines=0), "a.png", 422),
        (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 1_000_000, "a.png", 422),
        (lambda: b"%PDF-1.7\n1 0 obj<</Type/Pages/Kids[1 0 R]/Parent 1 0 R>>endobj\n%%EOF", "a.pdf", 303),
    ],
    ids=["zip", "PNG of 900 million dots", "PNG of one line", "PNG of nothing", "PDF in a circle: kept, never opened"],
)
def test_bombs_are_refused_at_once(browser, patient, made, name, status):
    """F4. Two seconds; the memory is that of a process that ends with it."""
    me, content = browser(patient), made()
    began = time.monotonic()
    assert post(me, content, name).status_code == status
    assert time.monotonic() - began < 2


#: Runs a program on what comes in, and says how it ended and how much memory it took (KiB).
MEASURE = """
import resource, subprocess, sys
code = subprocess.call([sys.executable, "-I", sys.argv[1], "png"], stdout=subprocess.DEVNULL)
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@twin
def test_a_bomb_takes_little_memory(tmp_path, weak):
    """F4: 300 MiB at most. The twin decodes before it looks at the size."""
    program = Path(picture_process.__file__).read_text()
    if weak:
        program = program.replace("MOST_PIXELS = 40_000_000", "MOST_PIXELS = 10**12")
    (tmp_path / "program.py").write_text(program)
    # By way of a small process: a child counts what its parent had before it became another program.
    command = [sys.executable, "-I", "-c", MEASURE, str(tmp_path / "program.py")]
    done = subprocess.run(command, input=a_png(12_000, 10_000, lines=10_000), stdout=subprocess.PIPE, check=True)
    code, used = map(int, done.stdout.split())
    assert (used > 300 * 1024) == weak
    assert weak or code == picture_process.TOO_LARGE


@twin
def test_a_disk_that_nobody_fills(browser, patient, office, weak, monkeypatch):
    """F5. So much a day and in all; others still write. The twin counts nothing."""
    if weak:
        monkeypatch.setattr(rules, "why_not_keep", lambda *_, **__: None)
    me, taken = browser(patient), 0
    for number in range(4):
        taken += post(me, PDF + b"%d" % number, f"{number}.pdf").status_code == 303
        with database.writing() as session:
            session.execute(update(StoredFile).values(size=20 * rules.MIB))
    assert taken == (4 if weak else 3)
    other = a_connected_patient(office.id, given="Cordelia", family="Ashgrove")
    assert post(browser(other), PDF, "a.pdf").status_code == 303


@twin
def test_nothing_stays_of_what_is_taken_off_or_sent_twice(browser, patient, weak, monkeypatch):
    """F5. Adding and removing, or the same again and again, fills no disk either. The twin leaves it to the night."""
    if weak:
        monkeypatch.setattr(uploads, "_drop", lambda _name: None)
    me = browser(patient)
    for _ in range(3):
        post(me, PDF, "a.pdf")
    assert (len(in_the_store()) > 1) == weak
    token = me.get(NEW).css("input[name=csrf_token]")[0].get("value")
    url = me.get(NEW).one("button[formaction$='/remove']").get("formaction")
    me._send("post", url, data={"csrf_token": token})
    assert bool(in_the_store()) == weak


def in_the_store():
    return [path for path in (gateways.settings().data / "files").rglob("*") if path.is_file()]


@twin
def test_a_full_disk_takes_no_files(browser, patient, weak, monkeypatch):
    """A35. The portal leaves the rest to the database. The twin does not look."""
    if not weak:
        monkeypatch.setattr(files, "has_room", lambda: False)
    answer = post(browser(patient), PDF, "a.pdf")
    assert (answer.status_code == 303) == weak


@pytest.fixture
def scanned(app, settings):
    """`scanned(url)`: the portal with a scanner there."""

    def configured(url):
        gateways.use(replace(settings, virus_scan_url=url))

    yield configured
    gateways.use(settings)


@twin
def test_known_malware_is_not_taken(browser, patient, scanned, weak, monkeypatch):
    """F7. The twin does not ask the scanner."""
    with virus_scanner() as scanner:
        scanned(scanner.url)
        if weak:
            monkeypatch.setattr(virus_scan, "is_on", lambda: False)
        answer = post(browser(patient), EICAR, "a.txt")
    assert (answer.status_code == 303) == bool(in_the_store()) == weak


@twin
def test_a_file_that_no_scanner_saw_is_held(app, browser, patient, scanned, weak, monkeypatch):
    """F7. The scanner is down: kept, and nobody opens it, until it has said yes. The twin takes silence for a yes."""
    jobs.use(app)
    me = browser(patient)
    scanned("tcp://127.0.0.1:1")
    if weak:
        monkeypatch.setattr(virus_scan, "is_clean", lambda _content: True)
    post(me, PDF, "a.pdf")
    post(me, EICAR, "b.txt")
    with database.writing() as session:
        states = list(session.scalars(select(StoredFile.state).order_by(StoredFile.id)))
        first = session.scalars(select(StoredFile.public_id).order_by(StoredFile.id)).first()
    assert (states == ["ready", "ready"]) == weak
    url = f"/me/messaging/files/{first}"
    assert me._send("get", url).status_code == (200 if weak else 409)
    if not weak:
        assert "Being checked for viruses" in me.get(NEW)
        assert stored_files.scan_held() == 0
        with virus_scanner() as scanner:
            scanned(scanner.url)
            assert stored_files.scan_held() == 2
        assert me._send("get", url).get_data() == PDF
        assert "Bad file, removed" in me.get(NEW)
        assert len(in_the_store()) == 1
