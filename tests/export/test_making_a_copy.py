"""The process that makes copies: it may die, a part may fail, and a large one takes little memory."""

from __future__ import annotations

import tracemalloc
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest

from portal.domain.copies import Part, Sheet
from portal.domain.export.models import Export
from portal.gateways import export_files
from portal.jobs import exporting
from portal.kernel import clock
from tests.export.copies import CARD, asked_by, downloaded, make, stored


def test_a_maker_that_died_is_followed_by_another(browser, patient, settings, monkeypatch):
    """Killed in the middle: after a minute somebody else begins anew; the third time it is given up and said."""
    made, _ = asked_by(browser, patient)
    for minute in range(3):
        clock.shift(timedelta(minutes=2 * minute))
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(exporting, "_add_part", _killed)
            exporting.make_next()
        assert not exporting.make_next(), "its lease still runs"
    assert "Your copy is being made." in made.get(CARD)
    clock.shift(timedelta(minutes=7))
    exporting.make_next()
    assert "could not be made" in browser(patient).get(CARD)
    assert not list((settings.data / "exports").glob("*.zip"))


def _killed(*_):
    raise KeyboardInterrupt


def test_a_part_that_fails_is_tried_again(browser, patient, monkeypatch):
    made, _ = asked_by(browser, patient)

    def broken(_):
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(exporting, "PARTS", (Part("accounts", broken),))
        assert exporting.make_next()
    make()
    assert downloaded(made).testzip() is None


def test_a_hundred_megabytes_take_little_memory(browser, patient, monkeypatch):
    """Rows are made as they are read, and go to the disk as they come."""
    made, _ = asked_by(browser, patient)
    words = "x" * 1000

    def sheets(_):
        yield Sheet("many", ({"number": number, "words": f"{number} {words}"} for number in range(100_000)))

    monkeypatch.setattr(exporting, "PARTS", (Part("sign_in", sheets),))
    monkeypatch.setattr(exporting, "_page", lambda *_, **__: "<html></html>")
    tracemalloc.start()
    make()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 16 * 1024 * 1024
    [row] = stored(Export)
    assert row.state == "ready"
    tracemalloc.start()
    size = sum(map(len, export_files.opened(row.file_name)))
    assert size == row.size and tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024
    tracemalloc.stop()
    with ZipFile(BytesIO(b"".join(export_files.opened(row.file_name)))) as archive:
        assert archive.getinfo("data/sign_in/many.json").file_size > 100_000_000
