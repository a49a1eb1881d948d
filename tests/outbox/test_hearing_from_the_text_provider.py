from dataclasses import replace
from uuid import uuid4

import pytest
from flask import url_for

from portal import gateways
from portal.domain.notifications.rules import PROVIDER_REPORTS
from portal.domain.outbox import actions
from portal.domain.outbox.types import Written
from portal.gateways import text_provider
from portal.kernel import clock, database
from tests.factories.outbox import a_notice, a_recipient, row_of


@pytest.fixture
def sent_text(app):
    """A text that the provider took. It reports to https://portal.example.org."""
    gateways.use(replace(app.config["PORTAL"], public_url="https://portal.example.org", text_token="t0ken"))
    row = a_notice(a_recipient(), channel="sms")
    with database.writing():
        leased = actions.lease(row, clock.now())
        actions.settle_sent(leased, Written("+12025550123", "", "Hello", ""), "SM1", clock.now())
    return row_of(row)


def report(browser, public_id, signed=True, **fields):
    path = f"{PROVIDER_REPORTS}/{public_id}"
    signature = text_provider.signature("https://portal.example.org" + path, fields.items()) if signed else "AAAA"
    return browser().client.post(path, data=fields, headers={"X-Twilio-Signature": signature}).status_code


@pytest.mark.parametrize(
    ("fields", "state", "problem"),
    [
        ({"MessageStatus": "delivered"}, "delivered", None),
        ({"CallStatus": "completed"}, "delivered", None),
        ({"MessageStatus": "undelivered", "ErrorCode": "30003"}, "failed", "provider_30003"),
        ({"MessageStatus": "failed"}, "failed", "provider_failed"),
        ({"CallStatus": "no-answer", "ErrorCode": "<script>"}, "failed", "provider_no-answer"),
        ({"MessageStatus": "sending"}, "sent", None),
        ({"MessageStatus": "nonsense"}, "sent", None),
    ],
    ids=lambda value: "" if isinstance(value, dict) else str(value),
)
def test_the_provider_says_what_became_of_a_text(browser, sent_text, fields, state, problem):
    assert report(browser, sent_text.public_id, MessageSid="SM1", **fields) == 204
    stored = row_of(sent_text.id)
    assert (stored.state, stored.problem) == (state, problem)


def test_the_same_report_again_changes_nothing(browser, sent_text):
    for status in ("delivered", "delivered", "failed"):
        assert report(browser, sent_text.public_id, MessageStatus=status) == 204
    assert row_of(sent_text.id).state == "delivered"


def test_somebody_else_can_not_report(browser, sent_text):
    assert report(browser, sent_text.public_id, signed=False, MessageStatus="failed") == 403
    assert row_of(sent_text.id).state == "sent"


def test_a_report_about_nothing_is_taken_and_forgotten(browser, sent_text):
    assert report(browser, uuid4(), MessageStatus="failed") == 204


def test_the_address_that_the_provider_is_given_is_the_one_that_listens(app):
    outbox_id = uuid4()
    with app.test_request_context():
        assert url_for("notifications_provider.take_report", outbox_id=outbox_id) == f"{PROVIDER_REPORTS}/{outbox_id}"
