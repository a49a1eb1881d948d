"""A browser that is known when its password comes, and what may happen before its session is written."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from portal.domain.audit.queries import chain_of, head_of
from portal.domain.sign_in import actions, queries
from portal.domain.sign_in.actions import Try
from portal.domain.sign_in.models import KnownDevice
from portal.kernel import database
from tests.security.traces import devices, open_sessions


def a_try(patient, device: str | None) -> Try:
    return Try("patient", patient.username, patient.password, "127.0.0.1", "127.0.0.0/24", device, "w3m, Linux")


@pytest.fixture
def known(patient) -> Try:
    """The next try in a browser that its owner signed in with once."""
    database.session().rollback()
    with database.writing():
        return a_try(patient, actions.enter(actions.knock(a_try(patient, None)), a_try(patient, None)).device)


def test_a_browser_that_was_forgotten_meanwhile_is_a_new_one(patient, known):
    entrant = actions.knock(known)
    assert entrant.is_known
    with database.writing() as session:
        session.execute(delete(KnownDevice))
    with database.writing():
        entered = actions.enter(entrant, known)
    assert entered.device != known.device and len(devices(patient)) == 1
    assert len(open_sessions(patient)) == 2  # what was begun as a known one left nothing


def test_where_another_took_the_place_in_the_chain_all_of_it_is_done_again(patient, known, monkeypatch):
    """The end of the chain as it was a row ago, the first time that it is asked for."""
    entrant, asked = actions.knock(known), queries.arrival_of
    late = iter([True])

    def as_it_was(*given):
        here = asked(*given)
        return here._replace(seq=here.seq - 1) if next(late, False) else here

    monkeypatch.setattr(queries, "arrival_of", as_it_was)
    before = head_of("person", patient.person_id).seq
    with database.writing():
        assert actions.enter(entrant, known).device == known.device
    assert [one.seq for one in chain_of("person", patient.person_id)][-1] == before + 1
    assert len(open_sessions(patient)) == 2 and next(late, None) is None
