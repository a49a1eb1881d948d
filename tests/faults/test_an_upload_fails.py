"""A file is on its way and the disk is full, or the sender is gone (SECURITY C13, C14): nothing half-stored.

Each fault has its control: the same upload without it is kept.
"""

from __future__ import annotations

import errno
import io

import pytest
from sqlalchemy import select
from werkzeug.test import EnvironBuilder

from portal.domain.files.models import StoredFile
from portal.domain.messaging.models import Draft
from portal.gateways.files import folder
from portal.kernel import database
from tests.factories.files import PDF, sent

ADD = "/me/messaging/files/new"
fault = pytest.mark.parametrize("injected", [True, False], ids=["fault", "control"])


def builder(me, words="It hurts."):
    token = me.get("/me/messaging/new").css("input[name=csrf_token]")[0].get("value")
    data = {"csrf_token": token, "body": words, "file": sent(PDF + b" " * 300_000, "a.pdf")}
    return EnvironBuilder(ADD, method="POST", data=data, content_type="multipart/form-data")


def kept(kind):
    with database.writing() as session:
        return len(session.scalars(select(kind)).all())


def bytes_kept(settings):
    return [path for path in (settings.data / "files").rglob("*") if path.is_file()]


@fault
@pytest.mark.parametrize("step", ["fsync", "open"])
def test_the_disk_is_full(browser, patient, settings, monkeypatch, step, injected):
    """C13. The words are there still, and can be kept and sent; of the file there is neither row nor bytes."""
    me = browser(patient)
    if injected:

        def full(*_args, **_more):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(folder.os, step, full)
    answer = me.client.open(builder(me))
    monkeypatch.undo()
    assert answer.status_code == (422 if injected else 303)
    assert len(bytes_kept(settings)) == kept(StoredFile) == (0 if injected else 1)
    if injected:
        assert "Files can not be taken just now" in answer.get_data(as_text=True)
        assert "It hurts." in answer.get_data(as_text=True)
        assert me.client.open(builder(me)).status_code == 303, "it recovers by itself"
    assert kept(Draft) == 1


@fault
def test_the_sender_is_gone_halfway(browser, patient, settings, injected):
    """C14. Half a body is no upload: without its end nothing in it counts, the form's token neither. That the server
    gives no thread to such a body is in tests/gateways/test_http.py."""
    me = browser(patient)
    environ = builder(me).get_environ()
    body = environ["wsgi.input"].read()
    environ["wsgi.input"] = io.BytesIO(body[: len(body) // 2] if injected else body)
    answer = me.client.open(environ)
    assert answer.status_code == (403 if injected else 303)
    assert len(bytes_kept(settings)) == kept(StoredFile) == (0 if injected else 1)
