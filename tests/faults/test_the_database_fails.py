"""A database that is busy, full, or stopped: the 503 page, nothing half-written, and recovery without a restart."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import replace

import pytest
import sqlcipher3
from sqlalchemy import event

from portal import create_app
from portal.kernel import database, engines, secrets
from tests import cluster as clusters
from tests.browser import Browser
from tests.conftest import migrated
from tests.factories import practices
from tests.people import a_connected_patient


def add_contact(made, name, status=200):
    form = made.get("/me/address_book/contacts/add").form("main form")
    return made.submit(form, status=status, name=name, relationship="Sister", phone="800-555-0134")


@pytest.mark.sqlite
def test_another_writer_for_ten_seconds_is_a_clear_503_and_the_form_can_be_sent_again(app, browser, patient, settings):
    """SECURITY C9."""
    made = browser(patient)
    form = made.get("/me/address_book/contacts/add").form("main form")
    other = sqlcipher3.connect(str(settings.data / "portal.sqlite"), check_same_thread=False)
    engines.open_sqlite(other, secrets.keyring().derive("database"))
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    page = made.submit(form, status=503, name="Ivy Castellane", relationship="Sister", phone="800-555-0134")
    assert time.monotonic() - began < 8 and page.headers["Retry-After"]
    other.execute("ROLLBACK")
    other.close()
    assert "Ivy Castellane" in made.submit(form, name="Ivy Castellane", relationship="Sister", phone="800-555-0134")


@pytest.mark.sqlite
def test_a_full_disk_refuses_what_it_can_not_write_down_and_recovers(app, browser, patient):
    """SECURITY C12, C39: a view that can not be written into the audit is not shown."""
    made = browser(patient)
    made.get("/me/")
    limits = {"pages": 1}

    @event.listens_for(database.engine(), "connect")
    def fill(connection, _):
        connection.execute(f"PRAGMA max_page_count = {limits['pages']}")

    database.let_go()
    database.engine().dispose()
    while made._send("get", "/me/").status_code == 200:
        pass
    made.get("/me/", status=503)
    made.get("/sign_in/")
    limits["pages"] = 1 << 30
    database.let_go()
    database.engine().dispose()
    made.get("/me/")


@pytest.mark.postgresql
def test_a_killed_server_is_a_503_and_is_found_again_within_ten_seconds(settings, run_folder, monkeypatch):
    """SECURITY C7: what was told as saved is there afterwards."""
    monkeypatch.setitem(clusters.SETTINGS, "synchronous_commit", "on")
    folder = run_folder / f"own-{os.getpid()}"
    server = clusters._start(folder)
    address = clusters.Cluster(f"postgresql+psycopg://{clusters.SUPERUSER}@/{{database}}?host={folder}")
    settings = replace(settings, database_url=address.url("postgres"))
    migrated(settings)
    app = create_app(settings)
    with app.app_context():
        office = practices.an_office()
        patient = a_connected_patient(office.id)
        made = Browser(app)
        made.sign_in(patient.actor)
        assert "Ivy Castellane" in add_contact(made, "Ivy Castellane")
        server.send_signal(signal.SIGKILL)
        server.wait()
        assert made._send("get", "/me/address_book/contacts/").status_code == 503
        server = _restarted(folder)
        began = time.monotonic()
        while made._send("get", "/me/").status_code == 503:
            assert time.monotonic() - began < 10
            time.sleep(0.1)
        assert "Ivy Castellane" in made.get("/me/address_book/contacts/")
        database.let_go()
        database.engine().dispose()
    server.send_signal(signal.SIGQUIT)
    server.wait()


def _restarted(folder):
    """The same cluster once more, as its host would start it again."""
    (folder / "data" / "postmaster.pid").unlink(missing_ok=True)
    owner = clusters._owner(folder)
    command = [str(clusters._programs(folder, owner) / "postgres"), "-D", str(folder / "data"), "-k", str(folder)]
    for name, value in clusters.SETTINGS.items():
        command += ["-c", f"{name}={value}"]
    server = subprocess.Popen(command, **owner)
    clusters._await_ready(server, folder / "data" / "postmaster.pid", folder / "log")
    return server
