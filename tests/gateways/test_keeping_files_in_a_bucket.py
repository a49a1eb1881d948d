"""A bucket on a real S3 API server, over HTTP: also after a fork, in threads, slow, refused, and gone."""

from __future__ import annotations

import logging
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from portal.gateways import Temporary, files
from portal.gateways.files import s3 as s3_module
from tests.s3_server import BUCKET

NAME, LATE = "ab" * 16, datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def bucket(outside, s3):
    outside(files=s3.store)
    return s3


def test_a_file_lies_under_the_prefix_by_the_path_that_it_has_in_a_folder(bucket):
    files.put(NAME, b"sealed")
    found = bucket.client().get_object(Bucket=BUCKET, Key=f"portal/files/ab/{NAME}")
    assert found["Body"].read() == b"sealed"
    assert found["ContentType"] == "application/octet-stream"


def test_without_a_prefix_it_lies_in_the_bucket_itself(bucket, outside):
    outside(files=replace(bucket.store, prefix=""))
    files.put(NAME, b"sealed")
    assert bucket.client().get_object(Bucket=BUCKET, Key=f"ab/{NAME}")["Body"].read() == b"sealed"


def test_what_lies_beside_the_prefix_is_not_ours(bucket):
    for key in (f"portal/files-old/ab/{NAME}", f"other/ab/{NAME}", "portal/files/ab/readme", "portal/files/x"):
        bucket.client().put_object(Bucket=BUCKET, Key=key, Body=b"x")
    files.put(NAME, b"x")
    assert list(files.old_names(LATE)).count(NAME) == 1


def ten_files():
    """Exit code 0 when ten files each came back as they were put, over no connection of the parent's."""
    code = 1
    try:
        signal.alarm(30)
        assert not s3_module._clients  # this server closes each connection; one that does not would mix the answers up
        names = [uuid4().hex for _ in range(10)]
        for name in names:
            files.put(name, name.encode() * 1000)
        code = 0 if [files.get(name) for name in names] == [name.encode() * 1000 for name in names] else 2
    finally:
        os._exit(code)


def test_children_speak_over_connections_of_their_own(bucket):
    """The work horses of RQ, a preloaded server: the parent has used its client before, and a thread makes one now."""
    files.put(NAME, b"parent")
    with s3_module._making:
        children = [os.fork() or ten_files() for _ in range(4)]
    for _ in range(10):
        assert files.get(NAME) == b"parent"
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4


def test_many_threads_share_it(bucket):
    names = [uuid4().hex for _ in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: files.put(name, name.encode()), names))
        assert list(pool.map(files.get, names)) == [name.encode() for name in names]


def test_nothing_of_it_comes_into_the_log(bucket, caplog):
    caplog.set_level(logging.DEBUG)
    s3_module._clients.clear()
    files.put(NAME, b"sealed")
    files.get(NAME)
    assert not caplog.records


def test_there_is_always_room(bucket):
    assert files.has_room()


def test_a_bucket_that_is_not_there_is_something_to_mend_and_no_missing_file(bucket, outside):
    outside(files=replace(bucket.store, bucket="another-bucket"))
    for deed in (files.get, files.remove, lambda name: files.put(name, b"x"), lambda _: list(files.old_names(LATE))):
        with pytest.raises(Temporary) as raised:
            deed(NAME)
        assert raised.value.code == "files_404"


def test_a_server_that_hangs_is_given_up_and_found_again(bucket):
    files.put(NAME, b"x")
    bucket.freeze()
    began = time.monotonic()
    try:
        with pytest.raises(Temporary) as raised:
            files.get(NAME)
    finally:
        bucket.resume()
    assert raised.value.code == "files_no_answer"
    assert time.monotonic() - began < 15
    assert files.get(NAME) == b"x"


def test_a_server_that_is_down_is_told_at_once_and_found_again(bucket):
    bucket.stop()
    began = time.monotonic()
    for deed in (files.get, files.remove, lambda name: files.put(name, b"x"), lambda _: list(files.old_names(LATE))):
        with pytest.raises(Temporary) as raised:
            deed(NAME)
        assert raised.value.code == "files_no_answer"
    assert time.monotonic() - began < 12
    bucket.start()
    files.put(NAME, b"back")
    assert files.get(NAME) == b"back"
