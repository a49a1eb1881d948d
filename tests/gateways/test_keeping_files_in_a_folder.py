"""A folder of this machine: private, whole or not there, and nothing left of what a full disk or a kill cut short."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import time
from collections import namedtuple
from datetime import timedelta
from uuid import uuid4

import pytest

from portal.gateways import Temporary, files
from portal.kernel import clock

GIB = 2**30
NAME = "ab" * 16


@pytest.fixture
def folder(outside):
    return outside().data / "files"


def everything(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def halves(folder):
    return [path for path in everything(folder) if path.suffix == ".part"]


def test_files_and_folders_are_private_whatever_the_umask_is(folder):
    before = os.umask(0)
    try:
        files.put(NAME, b"x")
    finally:
        os.umask(before)
    assert everything(folder) == [folder / "ab" / NAME]
    assert [path.stat().st_mode & 0o777 for path in (folder, folder / "ab", folder / "ab" / NAME)] == [
        0o700,
        0o700,
        0o600,
    ]


def test_a_disk_that_takes_no_more_leaves_nothing(folder):
    """SECURITY C13: the kernel stops the write in the middle."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, before[1]))
    try:
        with pytest.raises(Temporary) as raised:
            files.put(NAME, os.urandom(2 * 2**20))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert raised.value.code == "disk"
    assert not everything(folder)
    files.put(NAME, b"x")
    assert files.get(NAME) == b"x"


def test_what_stood_there_before_is_still_there_when_the_disk_takes_no_more(folder):
    files.put(NAME, b"before")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, before[1]))
    try:
        with pytest.raises(Temporary):
            files.put(NAME, os.urandom(2 * 2**20))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert files.get(NAME) == b"before"


def test_a_folder_that_is_none_is_told_as_something_to_mend(folder):
    folder.write_text("not a folder")
    with pytest.raises(Temporary):
        files.put(NAME, b"x")
    with pytest.raises(Temporary):
        files.get(NAME)
    with pytest.raises(Temporary):
        files.remove(NAME)


def writing_until_killed(folder, content):
    """A process writes file after file, and is killed while one stands half-written (or has just got whole)."""
    there = len(everything(folder))
    child = os.fork()
    if not child:
        try:
            while True:
                files.put(uuid4().hex, content)
        finally:
            os._exit(1)
    while len(everything(folder)) < there + 3 or not halves(folder):
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL


def test_a_killed_process_leaves_whole_files_and_halves_that_are_swept(folder):
    content = b"x" * (4 * 2**20)
    while not halves(folder):
        writing_until_killed(folder, content)
    later = clock.now() + timedelta(minutes=1)
    names = set(files.old_names(later))
    assert names and all(len(files.get(name)) == len(content) for name in names)
    assert files.forget_halves(clock.now() - timedelta(minutes=1)) == 0
    assert files.forget_halves(later) == 1 and not halves(folder)
    assert {path.name for path in everything(folder)} == names


def test_strange_files_in_the_folder_are_no_names_of_ours(folder):
    files.put(NAME, b"x")
    for strange in ("ab/README", "ab/" + "cd" * 16, "zz", "cd/" + NAME):
        (folder / strange).parent.mkdir(exist_ok=True)
        (folder / strange).touch()
    (folder / "zz").unlink()
    assert list(files.old_names(clock.now() + timedelta(minutes=1))) == [NAME]


@pytest.mark.parametrize(
    "total,free,room",
    [
        (10 * GIB, GIB, True),
        (10 * GIB, GIB - 1, False),
        (100 * GIB, 5 * GIB, True),
        (100 * GIB, 5 * GIB - 1, False),
        (GIB // 2, GIB // 2, False),
    ],
)
def test_a_twentieth_of_the_disk_and_a_gibibyte_stay_free(folder, monkeypatch, total, free, room):
    """SECURITY A35, with the disk's figures in place of a disk."""
    usage = namedtuple("usage", "total used free")
    asked = []
    monkeypatch.setattr(shutil, "disk_usage", lambda path: asked.append(path) or usage(total, total - free, free))
    assert files.has_room() is room
    assert asked == [folder.parent]


def test_the_disk_of_the_data_folder_is_asked(folder):
    disk = os.statvfs(folder.parent)
    total, free = disk.f_blocks * disk.f_frsize, disk.f_bavail * disk.f_frsize
    least = max(total / 20, GIB)
    assert files.has_room() is (free >= least) or abs(free - least) < GIB / 4  # others write meanwhile
