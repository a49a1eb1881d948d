"""SECURITY C1, C36: the process is killed while an account is being closed; each promise holds at the next start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.domain.accounts.models import Account
from portal.domain.departure import replaying
from portal.domain.outbox.models import OutboxMessage
from portal.kernel import clock, database, ledger
from tests.conftest import ROOT

#: Signs in as the person, closes the account, and dies at the named moment as `kill -9` would have it.
_LEAVES = """
import os, signal, sys
from portal.kernel import database, ledger
from tests.browser import Browser
from portal.domain.viewer import Actor
from portal.domain.departure import actions
from wsgi import app

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

account, password, moment = int(sys.argv[1]), sys.argv[2], sys.argv[3]
with app.app_context():
    made = Browser(app)
    made.sign_in(Actor("patient", account))
    fields = dict(made.get("/me/departure/").form("#deactivate form").form_values())
    if moment == "before the ledger":
        ledger.end = die
    elif moment == "before the database":
        database.afterwards = die
    else:
        actions._settle = die
    made._send("post", "/me/departure/deactivate", data=fields | {"word": "deactivate", "password": password})
print("still here")
"""


@pytest.mark.parametrize(
    ("moment", "closed_at_once", "closed_in_the_end"),
    [
        ("before the ledger", False, False),
        ("before the database", False, True),
        ("before the last word", True, True),
    ],
)
def test_killed_while_an_account_is_closed(app, settings, patient, moment, closed_at_once, closed_in_the_end):
    database.session().rollback()
    database.let_go()
    environment = {
        **os.environ,
        "PORTAL_DATA": str(settings.data),
        "PORTAL_KEYS": str(settings.keys),
        "DATABASE_URL": settings.database_url,
        "PASSWORD_COST": "8,1,1",
        "DEMO": "1",
        "LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-c", _LEAVES, str(patient.account_id), patient.password, moment]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2000:]
    assert is_closed() == closed_at_once
    assert bool(ledger.read().ended) == closed_in_the_end
    clock.shift(timedelta(minutes=6))
    with database.writing():
        replaying.finish(clock.now())
    assert is_closed() == closed_in_the_end
    assert not ledger.read().unfinished
    told = {row.message for row in rows(OutboxMessage)}
    assert told == ({"account_deactivated", "patient_left"} if closed_in_the_end else set())


def rows(kind):
    with database.writing() as session:
        return list(session.scalars(select(kind)))


def is_closed():
    return rows(Account)[0].state == "deactivated"
