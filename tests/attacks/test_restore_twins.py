"""SECURITY Z15, C36: somebody puts an older backup in place; the twin forgot what has ended since."""

from __future__ import annotations

import pytest

from portal.commands import backup
from portal.domain.accounts.models import Account
from portal.kernel import ledger
from portal.kernel.ledger import Endings
from tests.departure.test_deactivate import leave, stored
from tests.departure.test_restoring import postgresqls_programs, restored, settings

assert postgresqls_programs and settings
twin = pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])


@twin
def test_an_older_backup_brings_a_closed_account_back(browser, patient, settings, tmp_path, weak, monkeypatch):
    path = backup.write_backup(settings, tmp_path / "backups")
    leave(browser, patient)
    if weak:
        monkeypatch.setattr(ledger, "read", lambda: Endings(frozenset(), {}, frozenset()))
    restored(settings, path)
    door = browser()
    form = dict(door.get("/sign_in/").form().form_values())
    door._send("post", "/sign_in/", data=form | {"username": patient.username, "password": patient.password})
    assert (door._send("get", "/me/").status_code == 200) == weak
    assert (stored(Account)[0].state == "active") == weak


@twin
def test_the_backups_own_ledger_is_all_there_is(browser, patient, settings, tmp_path, weak, monkeypatch):
    """The folder is put aside with everything else; the twin does not take its lines along."""
    path = backup.write_backup(settings, tmp_path / "backups")
    leave(browser, patient)
    if weak:
        monkeypatch.setattr(ledger, "gather", lambda into, other: 0)
    restored(settings, path)
    assert (stored(Account)[0].state == "active") == weak
