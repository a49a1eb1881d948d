"""No word of a conversation is outside of it: not in mails, the log, addresses or titles (P1, P2); with its twin."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import select

from portal.blueprints.messaging import office_views
from portal.domain.connections.models import Connection
from portal.domain.outbox.models import OutboxMessage
from portal.jobs import delivery
from portal.kernel import database
from tests.factories.messaging import a_conversation

twin = pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])
CANARY = "Zebediah"


@twin
def test_words_stay_inside(browser, patient, front_desk, office, sink, caplog, weak, monkeypatch):
    """A question, a note, a draft and an answer, with a name in all of them. The twin writes down what it is sent."""
    caplog.set_level(logging.DEBUG)
    with database.writing() as session:
        chart = session.scalars(select(Connection.chart_id).where(Connection.person_id == patient.person_id)).one()
    about = (chart, patient.person_id, office.id, patient.account_id)
    a_conversation(*about, CANARY, subject=CANARY)
    if weak:
        written = office_views.AnswerForm.validate
        monkeypatch.setattr(
            office_views.AnswerForm,
            "validate",
            lambda form: logging.getLogger("portal").info("%s", form.body.data) or written(form),
        )
    me, them, desk = browser(patient), browser(front_desk), f"/office/{office.public_id}/messaging/"
    page = them.get(them.get(desk).one("#conversations h3 a").get("href"))
    pages = [page, them.submit(page, "form[action$=note]", note=CANARY)]
    pages.append(them.submit(page, "form[action$=reply]", body=CANARY))
    pages.append(me.get("/me/messaging/new"))
    to = str(office.public_id)
    pages.append(me.submit(pages[-1], "#new-conversation form", to=to, subject=CANARY, body=CANARY))
    pages.append(me.submit(pages[-1], "#conversation form", 422, body=CANARY * 2_501))
    with database.writing() as session:
        waiting = list(session.scalars(select(OutboxMessage.id)))
    for one in waiting:
        delivery.deliver(one)
    (mail,) = sink.messages
    assert CANARY not in mail.message.as_string()
    assert all(CANARY not in page.url and CANARY not in page.one("title").text for page in pages)
    assert (CANARY in caplog.text) == weak
