"""Statements of threads that wait are committed together, and each has its own end."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from portal.domain.audit import queries, rules
from portal.domain.audit.actions import record_apart
from portal.domain.viewer import Actor
from portal.kernel import clock, database
from portal.kernel.engines import writer_lock

pytestmark = pytest.mark.sqlite
ACTOR = Actor("portal", 0)


def view(person: int) -> None:
    record_apart("home.viewed", chain=("person", person), actor=ACTOR)


@pytest.fixture
def crowd(app):
    """Runs a deed for each of the given, in a thread each, so that all of them wait for the pen at the same moment."""

    def run(deed, given):
        pen = writer_lock(database.engine())
        assert pen is not None

        def at_once(one):
            with app.app_context():
                return deed(one)

        with ThreadPoolExecutor(len(given)) as threads:
            with pen:
                waiting = [threads.submit(at_once, one) for one in given]
                commits = database._database.commits
                assert commits is not None
                while len(commits._queue) < len(given):
                    threading.Event().wait(0.01)
            return [one.exception(timeout=20) for one in waiting]

    database.session().rollback()
    return run


def test_what_waited_is_committed_in_one_group(crowd, monkeypatch):
    groups = []
    commits = database._database.commits
    commit = commits._commit
    monkeypatch.setattr(commits, "_commit", lambda group: (groups.append(len(group)), commit(group)))
    assert crowd(view, range(1001, 1007)) == [None] * 6
    assert groups == [6]
    assert [queries.head_of("person", person).seq for person in range(1001, 1007)] == [1] * 6


def test_a_row_that_is_there_already_is_refused_alone(crowd):
    """Six look at one record at once: each row finds its place in the chain, and nobody loses theirs."""
    assert crowd(view, [2001] * 6) == [None] * 6
    chain = queries.chain_of("person", 2001)
    assert [entry.seq for entry in chain] == [1, 2, 3, 4, 5, 6]
    assert rules.first_bad(chain) is None


def test_when_the_commit_fails_all_of_them_hear_of_it_and_the_next_one_writes(crowd, monkeypatch):
    commits = database._database.commits

    def fail(_group):
        raise OSError("the disk is full")

    with monkeypatch.context() as failing:
        failing.setattr(commits, "_commit", fail)
        assert [type(problem) for problem in crowd(view, range(3001, 3004))] == [OSError] * 3
    view(3001)
    assert queries.head_of("person", 3001).seq == 1
    assert clock.now() >= queries.chain_of("person", 3001)[0].at
