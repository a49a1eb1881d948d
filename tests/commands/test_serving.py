"""`make run`, as a process: from nothing to a page, a second time at once, and Ctrl-C ends all of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.commands.test_refusing_to_start import free_port

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.sqlite


@contextmanager
def serving(data: Path, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str, float]]:
    """The process, its address, and the seconds until it answered."""
    port = free_port()
    given = {"PATH": os.environ["PATH"], "PORTAL_DATA": str(data), "PORT": str(port), "LOG_LEVEL": "WARNING"}
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "portal.commands.serve"],
        cwd=ROOT,
        env={**given, **environment},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/healthz", process)
        yield process, address, time.monotonic() - began
    finally:
        process.kill()
        process.wait()


def wait_for(url: str, process: subprocess.Popen[str], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            return urllib.request.urlopen(url, timeout=2).close()
        except OSError:
            assert process.poll() is None, process.communicate()[1]
            time.sleep(0.05)
    raise AssertionError(f"{url} does not answer")


def ended(process: subprocess.Popen[str], number: int) -> tuple[int, str]:
    """Its exit code and all that it said, once it and every process that it began are gone."""
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(number)
    said, _ = process.communicate(timeout=40)
    psutil.wait_procs(children, timeout=5)
    assert not [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]
    return process.returncode, said


def test_from_nothing_to_signing_in_and_again(tmp_path):
    data = tmp_path / "data"
    with serving(data, DEMO="1") as (process, address, _):
        with urllib.request.urlopen(f"{address}/readyz") as answer:
            assert set(json.load(answer).values()) == {"ok"}
        with urllib.request.urlopen(f"{address}/demo/sign-ins.json") as answer:
            people = json.load(answer)
        code, said = ended(process, signal.SIGINT)
    assert code == 0
    assert [word for word in (address, "/demo/people", "/demo/outbox", people[0]["password"]) if word not in said] == []
    assert sum(f"  {one['username']} " in said for one in people) == 3
    assert (tmp_path / "data.keys").stat().st_mode & 0o777 == 0o600
    assert data.stat().st_mode & 0o777 == 0o700
    with serving(data, DEMO="1") as (process, _, seconds):
        assert ended(process, signal.SIGTERM)[0] == 0
    assert seconds < 10  # a loaded machine; `make run` on a quiet one takes 1.3 s


def test_without_the_demonstration_nobody_is_there(tmp_path):
    with serving(tmp_path / "data", DEMO="0") as (process, address, _):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{address}/demo/people")
        said = ended(process, signal.SIGINT)[1]
    assert "password" not in said
    assert f"{address}/sign_in/office" in said and "SMTP_URL is not set" in said


def test_no_process_outlives_the_first_one(tmp_path):
    with serving(tmp_path / "data", DEMO="0") as (process, _, _):
        children = psutil.Process(process.pid).children(recursive=True)
        assert children
        process.kill()
        gone, alive = psutil.wait_procs(children, timeout=10)
    assert not alive


def test_its_processes_share_what_they_have_in_common(tmp_path):
    """PERFORMANCE 6.8: 150 MiB in all, what several processes share counted once (PSS)."""
    with serving(tmp_path / "data", DEMO="1") as (process, address, _):
        urllib.request.urlopen(f"{address}/sign_in/").close()
        head = psutil.Process(process.pid)
        processes = [head, *head.children(recursive=True)]
        assert len(processes) > 1
        assert sum(one.memory_full_info().pss for one in processes) <= 150 * 1024**2
