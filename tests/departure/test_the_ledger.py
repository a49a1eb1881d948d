"""The ledger of endings: on the disk before the database, true to itself after a crash, and telling nothing."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from portal.kernel import ledger, secrets
from portal.kernel.secrets import Keyring

NOW = datetime(2027, 3, 16, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(app, settings):
    """The ledger of this test's portal."""
    return settings.data / "endings"


def the_log(folder):
    [path] = folder.glob("*.log")
    return path


def test_it_tells_that_something_ended_and_not_what(folder):
    one = uuid4()
    ledger.end("account", one, NOW, name="maribel.oakhurst")
    text = the_log(folder).read_text()
    assert "maribel" not in text and one.hex not in text and str(one) not in text
    assert ledger.read().ended == {ledger.id_of("account", one)}
    assert ledger.names_among(["maribel.oakhurst", "somebody"]) == {"maribel.oakhurst"}


def test_it_is_private(folder):
    ledger.end("account", uuid4(), NOW, name="x")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_a_kind_is_not_another(folder):
    one = uuid4()
    ledger.end("share", one, NOW)
    assert ledger.id_of("account", one) not in ledger.read().ended


def test_an_ending_has_a_last_word(folder):
    kept, undone, open_one = uuid4(), uuid4(), uuid4()
    for one in (kept, undone, open_one):
        ledger.end("account", one, NOW, name=one.hex)
    ledger.settle("account", kept, NOW + timedelta(seconds=1), kept=True)
    ledger.settle("account", undone, NOW + timedelta(seconds=1), kept=False)
    found = ledger.read()
    assert found.ended == {ledger.id_of("account", one) for one in (kept, open_one)}
    assert found.unfinished == {ledger.id_of("account", open_one): NOW}
    assert ledger.names_among([undone.hex]) == set()


def test_what_was_undone_can_end_later(folder):
    one = uuid4()
    ledger.end("account", one, NOW)
    ledger.settle("account", one, NOW + timedelta(seconds=1), kept=False)
    ledger.end("account", one, NOW + timedelta(days=1))
    assert ledger.read().ended


def test_a_line_that_a_crash_cut_off_spoils_no_other(folder):
    first, second = uuid4(), uuid4()
    ledger.end("account", first, NOW)
    with the_log(folder).open("a") as file:
        file.write('{"at": "2027-03-16T08:0')
    ledger.end("account", second, NOW)
    assert len(ledger.read().ended) == 2


def test_a_disk_that_takes_nothing_is_told(folder, monkeypatch):
    def broken(_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError):
        ledger.end("account", uuid4(), NOW)


def test_ledgers_of_two_machines_become_one(folder, tmp_path):
    mine, theirs = uuid4(), uuid4()
    ledger.end("account", mine, NOW, name="mine")
    other = tmp_path / "other"
    other.mkdir()
    line = {"at": NOW.isoformat(), "word": "ended", "kind": "account", "id": ledger.id_of("account", theirs)}
    (other / "elsewhere.log").write_text(json.dumps(line) + "\n")
    assert ledger.gather(folder, other) == 1
    assert ledger.gather(folder, other) == 0
    assert ledger.read().ended == {ledger.id_of("account", one) for one in (mine, theirs)}


def test_an_older_copy_of_the_ledger_takes_nothing_away(folder, tmp_path):
    ledger.end("account", uuid4(), NOW)
    old = tmp_path / "old"
    old.mkdir()
    (old / the_log(folder).name).write_text(the_log(folder).read_text())
    ledger.end("account", uuid4(), NOW)
    assert ledger.gather(old, folder) == 1
    assert the_log(old).read_text() == the_log(folder).read_text()


def test_its_own_key_outlives_the_master_key(folder):
    ring = secrets.keyring()
    ledger.end("account", uuid4(), NOW, name="maribel")
    try:
        secrets.use(Keyring({**ring.masters, 2: os.urandom(32)}, 2))
        ledger.reseal()
        secrets.use(Keyring({2: secrets.keyring().masters[2]}, 2))
        assert ledger.opens() and ledger.names_among(["maribel"]) == {"maribel"}
        secrets.use(Keyring({3: os.urandom(32)}, 3))
        assert not ledger.opens()
    finally:
        secrets.use(ring)
