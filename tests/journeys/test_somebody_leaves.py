"""A copy of everything, then the account is closed, and every way back is shut. In three browsers."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest

from portal import gateways, jobs
from portal.domain.accounts.models import Account
from portal.domain.connections.models import Connection
from portal.domain.export.models import Export
from portal.domain.outbox import queries
from portal.domain.outbox.models import OutboxMessage
from portal.gateways import export_files
from portal.jobs import exporting
from portal.jobs.delivery import deliver
from portal.kernel import clock
from tests.journeys.stored import deeds_of, rows


@pytest.fixture(autouse=True)
def worker(app):
    """Jobs of this portal, done when the test says."""
    jobs.use(app)
    gateways.use(app.config["PORTAL"])


def test_taking_a_copy_along(visitor, patient):
    visitor.sign_in(patient)
    visitor.follow("Settings")
    visitor.follow("My Account")
    visitor.follow("Download everything")
    visitor.press("Make a copy")
    visitor.sees("Your copy is being made.")
    assert exporting.make_next()
    visitor.follow("Look again")
    visitor.sees("Your copy is ready.")
    [copy] = rows(Export, account_id=patient.account_id)
    content = b"".join(export_files.opened(copy.file_name))
    with ZipFile(BytesIO(content)) as archive:
        assert "index.html" in archive.namelist() and len(content) == copy.size
    assert deeds_of(patient.person_id)[-1] == "export.asked"


def test_the_page_sees_by_itself_that_it_is_ready_and_the_file_arrives(with_htmx, patient):
    with_htmx.sign_in(patient)
    with_htmx.open("/me/export/")
    with_htmx.press("Make a copy")
    with_htmx.sees("Your copy is being made.")
    assert exporting.make_next()
    with_htmx.sees("Your copy is ready.")
    with with_htmx.tab.expect_download() as started:
        with_htmx.follow("Download (")
    with ZipFile(started.value.path()) as archive:
        assert archive.testzip() is None and "Maribel" in archive.read("accounts.html").decode()
    assert deeds_of(patient.person_id)[-1] == "export.downloaded"


def test_closing_the_account_shuts_every_way_back(visitor, patient):
    visitor.sign_in(patient)
    visitor.follow("Settings")
    visitor.follow("Deactivate Account")
    visitor.sees("This can not be undone.")
    visitor.fill("Type the word DEACTIVATE", "deactivate")
    visitor.fill("Your password", "not these words here")
    visitor.press("Deactivate my account")
    visitor.sees("That is not your password.")
    visitor.fill("Type the word DEACTIVATE", "deactivate")
    visitor.fill("Your password", patient.password)
    visitor.press("Deactivate my account")
    visitor.sees("Your account is closed")
    [account] = rows(Account, id=patient.account_id)
    assert (account.state, account.data_key) == ("deactivated", b"")
    assert all(one.ended_at for one in rows(Connection, person_id=patient.person_id))
    assert {row.message for row in rows(OutboxMessage)} == {"account_deactivated", "patient_left"}

    visitor.open("/me/")
    assert visitor.path() == "/sign_in/"
    visitor.fill("Username", patient.username)
    visitor.fill("Password", patient.password)
    visitor.press("Sign in")
    visitor.sees("The username or the password is not right.")
    visitor.follow("Reset Password")
    visitor.fill("Username", patient.username)
    visitor.tick("Email")
    visitor.press("Send code")
    visitor.sees("Type your code")
    visitor.open("/me/export/")
    assert visitor.path() == "/sign_in/"
    for row in queries.due_ids(clock.now(), 100):
        deliver(row)
    sent = [one.message for one in queries.newest(100) if one.state == "sent"]
    assert sorted(sent) == ["account_deactivated", "patient_left"], "whoever asks for a code gets none"


def test_help_is_read_before_and_after_signing_in(visitor, patient):
    visitor.open("/sign_in/")
    visitor.follow("Help and contact")
    visitor.sees("If this is an emergency call 911.")
    visitor.follow("Privacy policy")
    visitor.sees("Who can see your records")
    visitor.sign_in(patient)
    visitor.follow("Help and contact")
    visitor.follow("My Account")
    visitor.sees("How do I close my account?")
