"""`flask keys-rotate`: everything comes under the new key, however often it is interrupted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import update

from config import BadSetting
from portal import create_app
from portal.commands import keys_rotate, prepare, sealed_values
from portal.commands.snapshot import opened, opens
from portal.domain.accounts.enrolling import make_staff_member, totp_secret_of
from portal.domain.accounts.models import Account, StaffMember
from portal.domain.outbox.actions import queue
from portal.domain.outbox.models import OutboxMessage
from portal.domain.outbox.sealing import opened as opened_notice
from portal.domain.viewer import Actor
from portal.kernel import database, passwords, secrets
from portal.kernel.secrets import Keyring
from tests.factories import accounts

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def portal(settings):
    """A portal with sealed values of several kinds, stopped."""
    with create_app(settings).app_context():
        accounts.an_account(accounts.a_person())
        with database.writing():
            make_staff_member(
                given="A",
                family="B",
                username="ab",
                email="ab@example.com",
                totp_secret=SECRET,
                password_hash=passwords.hash_password("four plain words here"),
            )
            queue("reset_code", to=Actor("patient", 1), secret={"code": "123456"})
        stop()
    return settings


def stop() -> None:
    database.session().rollback()
    database.let_go()
    database.engine().dispose()


def check_all_opens(settings) -> None:
    """Every kind of value is readable by a portal started now."""
    with create_app(settings).app_context():
        with database.apart() as session:
            member = session.query(StaffMember).one()
            assert totp_secret_of(member.username_key, member.data_key, member.authenticator) == SECRET
            assert passwords.matches("four plain words here", member.password_hash)
            notice = session.query(OutboxMessage).one()
            assert opened_notice(notice.public_id, bytes.fromhex(notice.facts["secret"])) == {"code": "123456"}
            current = secrets.keyring().current
            assert {row.data_key[0] for row in session.query(Account)} == {current}
        stop()


def sign_in_again(settings) -> None:
    """Everybody's password gets the pepper of the present key, as at a sign-in."""
    with create_app(settings).app_context():
        with database.writing() as session:
            hashed = passwords.hash_password("four plain words here")
            session.execute(update(Account).values(password_hash=hashed))
            session.execute(update(StaffMember).values(password_hash=hashed))
        stop()


def test_everything_comes_under_the_new_key(portal):
    done = keys_rotate.rotate(portal)
    assert (done.version, done.dropped, done.kept) == (2, [], [1])
    assert done.resealed >= 3
    check_all_opens(portal)
    assert done.before.stat().st_mode & 0o777 == 0o600


def test_the_old_key_goes_when_its_last_password_has(portal):
    keys_rotate.rotate(portal)
    sign_in_again(portal)
    done = keys_rotate.rotate(portal)
    assert (done.version, done.dropped) == (3, [1])
    check_all_opens(portal)


@pytest.mark.sqlite
def test_the_database_file_opens_with_the_new_key_only(portal):
    keys_rotate.rotate(portal)
    secrets.use(Keyring.read(portal.keys))
    path = prepare.database_file(portal)
    assert opens(path, 2)
    assert not opens(path, 1)
    assert not list(portal.data.glob("*.rotating"))


STEPS = ("_rekey", "_made_current", "reseal_all", "_peppers", "_drop")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("after", [False, True], ids=["before it", "after it"])
def test_an_interrupted_run_is_finished_by_the_next(portal, monkeypatch, step, after):
    """Killed before or after each step: the next run goes on, and one new version is all there is."""
    whole = getattr(keys_rotate, step)

    def killed(*given):
        if after:
            whole(*given)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(keys_rotate, step, killed)
        keys_rotate.rotate(portal)
    database.engine().dispose()
    done = keys_rotate.rotate(portal)
    assert done.version == (3 if (step, after) == ("_drop", True) else 2)
    check_all_opens(portal)


@pytest.mark.sqlite
def test_a_portal_that_runs_is_left_alone(portal):
    with prepare.held(portal), pytest.raises(BadSetting, match="stop it first"):
        keys_rotate.rotate(portal)
    assert Keyring.read(portal.keys).current == 1


@pytest.mark.sqlite
def test_a_database_that_somebody_has_open_is_left_alone(portal):
    secrets.use(Keyring.read(portal.keys))
    with opened(prepare.database_file(portal)) as other:
        other.execute("SELECT count(*) FROM person").fetchone()
        with pytest.raises(BadSetting, match="open"):
            keys_rotate.rotate(portal)
    assert keys_rotate.rotate(portal).version == 2
    check_all_opens(portal)


def _constant(path, name):
    return re.search(rf'^{name} = "(\w+)"$', path.read_text(), re.M)[1]


def test_every_purpose_that_is_sealed_for_can_be_sealed_anew():
    """The table of sealed values knows each purpose that the code seals for, so that no word is forgotten."""
    asked = set()
    for path in (ROOT / "portal" / "domain").rglob("*.py"):
        for purpose, module, name in re.findall(r'secrets\.seal\((?:"(\w+)"|(?:(\w+)\.)?([A-Z_]+)),', path.read_text()):
            asked.add(purpose or _constant(path.with_stem(module) if module else path, name))
    assert asked == {sealed.purpose for sealed in sealed_values.SEALED}


def test_the_command_says_what_it_did(portal, run):
    code, said = run("keys-rotate")
    assert code == 0, said
    assert "Version 2 of the key is in use" in said
    assert "data.keys.before-2" in said
