"""Where uploaded files lie does the same whether it is a folder or a bucket: SECURITY F2, A35."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from portal.gateways import files
from portal.kernel import clock

ROOT = Path(__file__).parents[2]
GOOD = "0123456789abcdef" * 2
#: SECURITY F2: sixty names that would reach beyond the store, or be another file than they say.
BEYOND = [
    "../../etc/passwd",
    "..",
    ".",
    "",
    "/etc/passwd",
    "//etc/passwd",
    "~/.ssh/id_rsa",
    "..\\..\\windows\\win.ini",
    "C:\\boot.ini",
    "C:/boot.ini",
    "\\\\server\\share",
    "file:///etc/passwd",
    "s3://other/object",
    "%2e%2e%2fetc%2fpasswd",
    "..%2f..%2fetc%2fpasswd",
    "..%c0%af..%c0%afetc",
    "..%252f..%252fetc",
    "....//....//etc",
    "..;/..;/etc",
    "．．／etc／passwd",
    "..∕..∕etc",
    "portal.sqlite",
    "../portal.sqlite",
    "../../data.keys",
    "/proc/self/environ",
    "/dev/full",
    "con",
    "nul.txt",
    "*",
    "?" * 32,
    GOOD + "/",
    "/" + GOOD,
    "../" + GOOD,
    GOOD + "/..",
    f"01/{GOOD}",
    f"01/../{GOOD}",
    GOOD[:29] + "/..",
    "../" + GOOD[:29],
    "../../" + GOOD[:26],
    GOOD + "\0",
    GOOD[:31] + "\0",
    GOOD + "\0.pdf",
    GOOD + "\n",
    "\n" + GOOD,
    GOOD + "\r\n",
    GOOD + " ",
    " " + GOOD,
    GOOD + ".part",
    GOOD + ".pdf",
    GOOD + ":stream",
    GOOD + "?versionId=1",
    GOOD + "#",
    GOOD.upper(),
    GOOD[:31],
    GOOD + "0",
    GOOD[:31] + "g",
    "-" + GOOD[:31],
    "０１２３４５６７８９abcdef" * 2,
    "٠١٢٣٤٥٦٧٨٩abcdef" * 2,
    "d39edbbd-0a48-439c-9da8-8338fa96df5b",
]


@pytest.fixture(params=["folder", "bucket"])
def store(request, outside):
    """The gateway with each of both behind it."""
    if request.param == "folder":
        return outside()
    return outside(files=request.getfixturevalue("s3").store)


def a_name() -> str:
    return uuid4().hex


def test_what_was_put_comes_back_as_it_was(store):
    name, content = a_name(), os.urandom(11 * 2**20)
    files.put(name, content)
    assert files.get(name) == content


def test_an_empty_file_is_a_file(store):
    name = a_name()
    files.put(name, b"")
    assert files.get(name) == b""


def test_the_same_name_again_is_the_newer_content(store):
    name = a_name()
    files.put(name, b"older and longer")
    files.put(name, b"newer")
    assert files.get(name) == b"newer"


def test_what_was_never_there_is_told_as_such(store):
    with pytest.raises(FileNotFoundError):
        files.get(a_name())


def test_what_was_removed_is_gone_and_removing_it_again_is_fine(store):
    name = a_name()
    files.put(name, b"x")
    files.remove(name)
    files.remove(name)
    with pytest.raises(FileNotFoundError):
        files.get(name)
    assert name not in set(files.old_names(clock.now() + timedelta(minutes=1)))


def test_old_names_are_those_last_written_before_a_moment(store):
    names = {a_name() for _ in range(5)}
    for name in names:
        files.put(name, b"x")
    assert names <= set(files.old_names(clock.now() + timedelta(minutes=1)))
    assert not names & set(files.old_names(clock.now() - timedelta(minutes=1)))


def test_old_files_can_be_removed_while_their_names_are_read(store):
    for _ in range(20):
        files.put(a_name(), b"x")
    later = clock.now() + timedelta(minutes=1)
    for name in files.old_names(later):
        files.remove(name)
    assert not list(files.old_names(later))


def test_there_are_sixty_names():
    assert len(set(BEYOND)) == 60


@pytest.mark.parametrize("name", BEYOND, ids=ascii)
def test_a_name_that_is_none_never_reaches_the_store(name, outside, tmp_path):
    outside()
    for deed in (files.get, files.remove, lambda name: files.put(name, b"x")):
        with pytest.raises(ValueError):
            deed(name)
    assert not list(tmp_path.rglob("*"))


def test_who_has_no_bucket_does_not_wait_for_its_library(tmp_path):
    code = f"""
import sys; from pathlib import Path; from config import Settings
from portal import create_app, gateways
from portal.gateways import files
gateways.use(Settings(data=Path({str(tmp_path)!r})))
files.put({GOOD!r}, b"x"); files.has_room(); list(files.old_names(__import__("datetime").datetime.max))
sys.exit("boto3" in sys.modules or "botocore" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
