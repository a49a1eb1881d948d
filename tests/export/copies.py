"""Asking for a copy, having it made, and opening it."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

from sqlalchemy import select

from portal.jobs import exporting
from portal.kernel import database

CARD = "/me/export/"


def stored(model, *where):
    with database.writing() as session:
        return list(session.scalars(select(model).where(*where)))


def make():
    """All that waits, in this process."""
    while exporting.make_next():
        pass


def asked_by(browser, who, *, htmx=False):
    made = browser(who, htmx=htmx)
    return made, made.submit(made.get(CARD), "#copy form")


def downloaded(made):
    link = made.get(CARD).one("#copy a.btn").get("href")
    answer = made._send("get", link)
    assert answer.status_code == 200 and answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    content = answer.get_data()
    assert len(content) == answer.content_length
    return ZipFile(BytesIO(content))
