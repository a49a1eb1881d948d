"""Passwords are hashed one at a time, after all else, in any process that the server forks."""

from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from portal.kernel import passwords


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere threads have no priority of their own")
def test_pages_go_before_hashes(app):
    assert passwords.matches("a passphrase", passwords.hash_password("a passphrase"))
    theirs = passwords._hasher.submit(threading.get_native_id).result()
    assert os.getpriority(os.PRIO_PROCESS, theirs) > os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_one_at_a_time_and_each_gets_its_own(app):
    stored = {word: passwords.hash_password(word) for word in ("one two", "three four")}
    with ThreadPoolExecutor(2) as people:
        found = people.map(lambda word: passwords.matches(word, stored[word]), list(stored) * 8)
    assert all(found)
    assert passwords._hasher._max_workers == 1


def test_a_forked_process_hashes_too(app):
    stored = passwords.hash_password("a passphrase")
    child = os.fork()
    if child == 0:
        try:
            is_right = passwords.matches("a passphrase", stored)
        except BaseException:  # a child that left this function would go on with the tests, on the parent's connections
            os._exit(2)
        os._exit(0 if is_right else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
