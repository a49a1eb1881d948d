"""SECURITY C2, C23: what the portal said it sent is kept, and nothing is sent twice, whoever is killed meanwhile."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

import psutil
import pytest

from bench.seeded import signed_in
from portal.kernel import database
from tests.commands.test_refusing_to_start import free_port
from tests.conftest import ROOT
from tests.faults.conftest import LONG, until
from tests.messaging import traces
from tests.messaging.conftest import care  # noqa: F401 (a fixture)

SENDS, KILLS, AT_ONCE = (300, 15, 6) if LONG else (24, 1, 4)
#: Sends one form and dies, as `kill -9` would have it, when the message is committed and nothing is answered yet.
_SENDS = """
import os, signal, sys
from portal.kernel import database
from tests.browser import Browser
from portal.domain.viewer import Actor
from wsgi import app

account, url, key = int(sys.argv[1]), sys.argv[2], sys.argv[3]
with app.app_context():
    made = Browser(app)
    made.sign_in(Actor("patient", account))
    fields = dict(made.get(url).form("#conversation form").form_values())
    over = database.over
    database.over = lambda *, kept: os.kill(os.getpid(), signal.SIGKILL) if kept else over(kept=kept)
    made._send("post", url + "reply", data=fields | {"body": "Once.", "once": key})
"""


def environment(settings, **more):
    return {
        **os.environ,
        "PORTAL_DATA": str(settings.data),
        "PORTAL_KEYS": str(settings.keys),
        "DATABASE_URL": settings.database_url,
        "PORTAL_TESTING": "1",
        "PASSWORD_COST": "8,1,1",
        "LOG_LEVEL": "ERROR",
        **more,
    }


def let_go():
    database.session().rollback()
    database.let_go()
    database.engine().dispose()


def test_killed_between_the_commit_and_the_answer(browser, app, settings, patient, care):  # noqa: F811
    """C2. The same form again gives the one answer. Control: another form is another message."""
    one, key = care.conversation(state="answered"), "k" * 22
    let_go()
    url = f"/me/messaging/{one}/"
    command = [sys.executable, "-c", _SENDS, str(patient.account_id), url, key]
    died = subprocess.run(command, env=environment(settings, DEMO="1"), cwd=ROOT, capture_output=True, timeout=60)
    assert died.returncode == -signal.SIGKILL, died.stderr[-2000:]
    assert traces.said(one)[1:] == [("patient", "Once.")]
    me = browser(patient)
    fields = dict(me.get(url).form("#conversation form").form_values()) | {"body": "Once."}
    notices = traces.told()
    again = me._send("post", url + "reply", data=fields | {"once": key})
    assert (again.status_code, len(traces.said(one)), traces.told()) == (303, 2, notices)
    me._send("post", url + "reply", data=fields)
    assert len(traces.said(one)) == 3


class Served:
    """The portal as it is served, in processes that can be killed and begun again."""

    def __init__(self, settings, log):
        self.port, self._log = free_port(), log
        own = {"PORT": str(self.port), "PUBLIC_URL": f"http://127.0.0.1:{self.port}", "DEMO": "0"}
        self._environment = environment(settings, **own)
        self.begin()

    def begin(self):
        command = [sys.executable, "-m", "portal.commands.serve"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, env=self._environment, stdout=log, stderr=log)
        until(self._answers, within=60)

    def _answers(self):
        assert self._process.poll() is None, self._log.read_text()[-2000:]
        with suppress(OSError, HTTPException):
            return self.ask("GET", "/healthz")[0] == 200

    def ask(self, method, path, cookie="", fields=None):
        """Status, where it leads to, and the page."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if fields else {}
        try:
            connection.request(method, path, urlencode(fields) if fields else None, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location"), answer.read().decode()
        finally:
            connection.close()

    def kill(self):
        """SIGKILL to all of it at once."""
        doomed = [psutil.Process(self._process.pid)]
        doomed += doomed[0].children(recursive=True)
        for one in doomed:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        self._process.wait()
        psutil.wait_procs(doomed[1:], timeout=10)


@contextmanager
def all_at_once(work, places) -> Iterator[list[BaseException]]:
    """A thread for each place; what went wrong in any."""
    wrong: list[BaseException] = []

    def one(place):
        try:
            work(place)
        except BaseException as problem:
            wrong.append(problem)

    threads = [threading.Thread(target=one, args=(place,), daemon=True) for place in places]
    for thread in threads:
        thread.start()
    yield wrong
    for thread in threads:
        thread.join(300)


@pytest.fixture
def served(app, settings, tmp_path, patient, care):  # noqa: F811
    """The served portal, the address of a conversation, the cookie of its person, and a form's token."""
    one = care.conversation(state="answered")
    cookie = f"sid={signed_in([patient.account_id])[0]}"
    let_go()
    server = Served(settings, tmp_path / "served.log")
    try:
        url = f"/me/messaging/{one}/"
        status, _, page = server.ask("GET", url, cookie)
        assert status == 200, page[:500]
        yield server, one, url, cookie, re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    finally:
        server.kill()


def test_killed_again_and_again_while_people_send(served):
    server, one, url, cookie, token = served
    said: set[int] = set()
    left = list(range(SENDS))
    killed = 0

    def send(number):
        """As somebody does whose browser got no answer: the same form again."""
        fields = {"csrf_token": token, "once": f"{number:022}", "body": f"No. {number}."}
        for _ in range(400):
            with suppress(OSError, HTTPException):
                status = server.ask("POST", url + "reply", cookie, fields)[0]
                if status == 303:
                    said.add(number)
                    return
                assert status in (503, 429), status
            time.sleep(0.1)
        raise AssertionError(f"No. {number} was never sent")

    def work(_place):
        with suppress(IndexError):
            while True:
                send(left.pop())

    with all_at_once(work, range(AT_ONCE)) as wrong:
        while killed < KILLS:
            enough = (killed + 1) * SENDS // (KILLS + 1)
            until(lambda enough=enough: wrong or len(said) >= enough, within=120)
            server.kill()
            killed += 1
            server.begin()
    assert (wrong, killed, len(said)) == ([], KILLS, SENDS)
    found = Counter(body for role, body in traces.said(one)[1:])
    assert found == Counter(f"No. {number}." for number in range(SENDS))
    assert traces.conversation(one).messages == SENDS + 1


def test_twenty_times_the_same_form_in_one_moment(served):
    """C23. One message and one answer. Control: twenty forms are twenty messages."""
    server, one, url, cookie, token = served

    def sent(key):
        gate, answers = threading.Barrier(20), []

        def send(place):
            fields = {"csrf_token": token, "once": key(place), "body": "Once."}
            gate.wait()
            for _ in range(100):
                status, to, _page = server.ask("POST", url + "reply", cookie, fields)
                if status != 503:
                    return answers.append((status, to))
                time.sleep(0.1)

        with all_at_once(send, range(20)) as wrong:
            pass
        assert (wrong, len(answers)) == ([], 20)
        return len(set(answers)), len(traces.said(one)) - 1

    assert sent(lambda _place: "d" * 22) == (1, 1)
    assert sent(lambda place: f"{place:022}") == (20, 21)
