"""`flask audit`: verify, seal, show."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import update

from portal import commands
from portal.domain.audit.actions import append
from portal.domain.audit.models import AuditEntry
from portal.domain.viewer import Actor
from portal.kernel import database


@pytest.fixture
def run(app: Flask):
    """Run a command; gives its exit code and what it said."""
    commands.join(app)

    def run(*words: str):
        found = app.test_cli_runner().invoke(args=["audit", *words])
        return found.exit_code, found.output

    return run


def test_a_tampered_row_is_named_and_the_exit_is_one(run, patient):
    with database.writing():
        for _ in range(3):
            append("profile.changed", chain=("person", patient.person_id), actor=patient.actor)
    assert run("seal")[0] == 0
    assert run("verify") == (0, run("verify")[1])
    with database.writing() as session:
        session.execute(update(AuditEntry).where(AuditEntry.seq == 2).values(event="profile.viewed"))
    code, said = run("verify")
    assert code == 1
    assert f"First bad row of person:{patient.person_id}: row 2 " in said


def test_rows_are_shown_with_who_did_what(run, patient):
    with database.writing():
        append("insurance.added", chain=("person", patient.person_id), actor=patient.actor)
        append("account.made", chain=("person", patient.person_id), actor=Actor("portal", 0))
    code, said = run("show", "--username", patient.username)
    assert code == 0
    assert f"{patient.username:20} insurance.added" in said
    assert "portal:0" in said


def test_somebody_who_is_not_here_has_no_rows(run):
    assert run("show", "--username", "nobody")[0] == 2
