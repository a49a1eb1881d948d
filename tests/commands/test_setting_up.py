"""A portal for real people: `make setup`, an office, its staff, and a new passphrase for who lost theirs."""

from __future__ import annotations

import re

import pyotp
import pytest
from sqlalchemy import select

from portal import create_app
from portal.commands import setup, where
from portal.commands.catalogues import compile_stale
from portal.domain.accounts.models import StaffMember
from portal.domain.audit import queries
from portal.domain.practices.models import Office
from portal.domain.sign_in import actions, second_step
from portal.domain.sign_in.actions import Try
from portal.kernel import clock, database

OFFICE = (
    "office-create",
    "--name",
    "Fernhill Practice",
    "--zone",
    "America/Chicago",
    "--phone",
    "+13125550100",
    "--email",
    "desk@example.com",
    "--admin-name",
    "Ada",
    "Fernhill",
    "--admin-username",
    "ada",
    "--admin-email",
    "ada@example.com",
)


def signs_in(settings, said: str) -> bool:
    """Whether what was printed opens the door: user name, passphrase, and a code of the authenticator."""
    told = dict(re.findall(r"^(User name|Passphrase|Authenticator)\s+(.+)$", said, re.M))
    attempt = Try("staff", told["User name"], told["Passphrase"], "127.0.0.1", "127.0.0.0/24", None, "tests")
    with create_app(settings).app_context():
        actor = actions.check_password(attempt)
        code = pyotp.parse_uri(told["Authenticator"]).now()
        found = second_step.prove(actor, attempt, code, clock.now()).step is not None
        database.let_go()
        database.engine().dispose()
    return found


def test_the_operator_is_made_once(settings, run):
    code, said = run("setup")
    assert code == 0, said
    assert len(re.search(r"Passphrase +(\S+)", said)[1]) >= 15
    assert signs_in(settings, said)
    assert "set up already" in run("setup")[1]


@pytest.mark.sqlite
def test_setting_up_makes_keys_and_tables_from_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path / "new"))
    monkeypatch.setenv("PASSWORD_COST", "8,1,1")
    assert setup.main() == 0
    assert (tmp_path / "new.keys").stat().st_mode & 0o777 == 0o600
    assert "Passphrase" in capsys.readouterr().out


def test_an_office_starts_with_its_administrator_and_gets_staff(settings, run):
    code, said = run(*OFFICE)
    assert code == 0, said
    assert signs_in(settings, said)
    office = re.search(r"/office/(\S+)/\n", said)[1]
    code, said = run(
        "staff-create",
        "--office",
        office,
        "--role",
        "front_desk",
        "--name",
        "Bo",
        "Day",
        "--username",
        "bo",
        "--email",
        "bo@example.com",
    )
    assert code == 0, said
    assert signs_in(settings, said)


def test_a_zone_that_is_none_is_refused(run):
    code, said = run(*[word if word != "America/Chicago" else "Chicago" for word in OFFICE])
    assert (code, "no time zone" in said) == (2, True)


def test_a_user_name_is_given_once_and_nothing_is_half_done(settings, run):
    run(*OFFICE)
    code, said = run(*OFFICE)
    assert (code, "is taken" in said) == (1, True)
    with create_app(settings).app_context():
        with database.apart() as session:
            assert len(session.scalars(select(Office)).all()) == 1
        database.engine().dispose()


def test_a_reset_makes_the_old_ways_in_useless(settings, run):
    before = run(*OFFICE)[1]
    code, said = run("staff-reset", "--username", "ADA")
    assert code == 0, said
    assert signs_in(settings, said)
    with pytest.raises(actions.Refused):
        signs_in(settings, before)
    with create_app(settings).app_context():
        with database.apart() as session:
            member = session.scalar(select(StaffMember.id))
        assert [entry.event for entry in queries.chain_of("staff", member)][:2] == ["staff.added", "staff.reset"]
        database.let_go()
        database.engine().dispose()


def test_the_files_of_a_word_are_found_on_all_shelves(capsys):
    assert where.show("announcements") == 0
    found = capsys.readouterr().out
    for shelf in ("domain/announcements/", "blueprints/announcements/", "commands/demo/announcements.py"):
        assert f"portal/{shelf}" in found
    assert where.show("nonesuch") == 1


def test_translations_are_compiled_when_they_changed(tmp_path, monkeypatch):
    folder = tmp_path / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
    (folder / "messages.po").write_text(head + '\nmsgid "Home"\nmsgstr "Inicio"\n')
    monkeypatch.setattr("portal.commands.catalogues.TRANSLATIONS", tmp_path)
    assert compile_stale() == [folder / "messages.mo"]
    assert compile_stale() == []
