"""What the web server does with senders that are slow, cut, too big or odd, asked of the real process over sockets."""

from __future__ import annotations

import asyncio
import http.client
import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from types import SimpleNamespace
from urllib.parse import urlencode, urlsplit

import pytest

from portal.gateways.bodies import CEILING, Body, Gathering
from portal.gateways.http import Portal, environ_of
from tests.commands.test_serving import ended, serving

pytestmark = pytest.mark.sqlite
PAGE = "/sign_in/"
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
SLOW = 60


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """The portal as `make run` starts it, without the demonstration: its host and port."""
    with serving(tmp_path_factory.mktemp("http") / "data", DEMO="0", LOG_LEVEL="ERROR") as (_, address, _):
        yield str(urlsplit(address).hostname), int(urlsplit(address).port or 0)


def opened(server: tuple[str, int], said: str, wait: float = 15) -> socket.socket:
    """A connection on which this much was said."""
    connection = socket.create_connection(server, timeout=wait)
    connection.sendall(said.encode("latin-1"))
    return connection


def heard(connection: socket.socket) -> str:
    """All that comes until the server closes the connection."""
    with closing(connection):
        return b"".join(iter(lambda: connection.recv(65536), b"")).decode()


def is_closed(connection: socket.socket) -> bool:
    """Whether the server ends it, without a word."""
    try:
        return heard(connection) == ""
    except ConnectionResetError:
        return True


def status(answer: str) -> int:
    return int(answer.split(" ", 2)[1])


def post(rest: str, head: str = FORM) -> str:
    """A form on its way to the sign-in page."""
    return f"POST {PAGE} HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}{rest}"


def test_a_page_comes_on_a_connection_that_is_kept(server):
    connection = http.client.HTTPConnection(*server, timeout=15)
    connection.connect()
    ours = connection.sock
    for _ in range(3):
        connection.request("GET", PAGE)
        answer = connection.getresponse()
        assert (answer.status, b"<h1" in answer.read()) == (200, True)
        assert answer.headers.get_all("Server") == ["portal"]  # no name and no version of a product
    assert connection.sock is ours
    connection.close()


def test_head_says_what_get_would_and_sends_nothing(server):
    got = heard(opened(server, f"GET {PAGE} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"))
    head = heard(opened(server, f"HEAD {PAGE} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"))
    length = int(re.search(r"content-length: (\d+)", head)[1])
    assert (status(head), head.endswith("\r\n\r\n")) == (200, True)
    assert abs(length - len(got.partition("\r\n\r\n")[2].encode())) < 200  # the tokens of two pages differ


def test_a_text_browser_speaks_http_1_0(server):
    answer = heard(opened(server, f"GET {PAGE} HTTP/1.0\r\nHost: 127.0.0.1\r\nUser-Agent: w3m/0.5.3\r\n\r\n"))
    assert answer.startswith("HTTP/1.0 200 OK\r\n")
    assert answer.rstrip().endswith("</html>")


def test_a_form_arrives_whole(server):
    connection = http.client.HTTPConnection(*server, timeout=30)
    connection.request("GET", PAGE)
    answer = connection.getresponse()
    cookie = "; ".join(line.partition(";")[0] for line in answer.headers.get_all("Set-Cookie") or [])
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.read().decode())[1]
    sent = urlencode({"csrf_token": token, "username": "nobody-é", "password": "x" * 200_000})
    connection.request("POST", PAGE, sent, {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie})
    answer = connection.getresponse()
    assert answer.status == 422, answer.read()  # read by the form, and refused by it
    assert "nobody-é" in answer.read().decode()
    connection.close()


def test_a_body_that_is_cut_is_told_in_words(server):
    connection = opened(server, post("Content-Length: 10\r\n\r\nabc"))
    connection.shutdown(socket.SHUT_WR)
    answer = heard(connection)
    assert status(answer) == 400
    assert all(part in answer for part in ("<h1", "connection: close", "content-security-policy: default-src 'none'"))


@pytest.mark.parametrize("length", [CEILING + 1, 10**15])
def test_what_is_too_big_is_refused_before_it_is_sent(server, length):
    began = time.monotonic()
    answer = heard(opened(server, post(f"Content-Length: {length}\r\n\r\n")))
    assert (status(answer), "<h1" in answer) == (413, True)
    assert time.monotonic() - began < 5


def test_a_body_of_unknown_length_is_refused(server):
    """Where it was cut, the server could not tell it from one that ended."""
    assert status(heard(opened(server, post("Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n")))) == 411


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        (f"GET {PAGE} HTTP/1.1\r\nHost: 127.0.0.1\r\nX: {'a' * 9000}\r\n\r\n", {400, 431}),
        (f"GET {PAGE} HTTP/1.1\r\nConnection: close\r\n\r\n", {400}),
        (f"GET {PAGE} HTTP/1.0\r\n\r\n", {400}),
        (f"GET {PAGE} HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", {400}),
        (post("Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"), {400}),
        (post("Content-Length: -3\r\n\r\nabc"), {400}),
        ("HELLO\r\n\r\n", {400}),
    ],
    ids=["header over 8 KiB", "no host", "no host in 1.0", "two hosts", "two lengths", "minus", "no HTTP"],
)
def test_odd_requests_are_refused(server, said, codes):
    answer = heard(opened(server, said))
    assert status(answer) in codes
    assert "granian" not in answer.lower()


def test_sixty_slow_senders_hold_up_nobody(server):
    """P8 in little; `bench/slow_connections.py` holds 400."""
    headers = [opened(server, f"GET {PAGE} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ") for _ in range(SLOW // 2)]
    bodies = [opened(server, post("Content-Length: 4096\r\n\r\na=")) for _ in range(SLOW // 2)]
    until, spent = time.monotonic() + 9, []
    while time.monotonic() < until:
        began = time.monotonic()
        asked = opened(server, f"GET {PAGE} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        assert status(heard(asked)) == 200
        spent.append(time.monotonic() - began)
        for connection in (*headers, *bodies):
            with suppress(OSError):  # on a busy machine the ten seconds can be over already
                connection.sendall(b"b")
        time.sleep(0.1)
    assert sorted(spent)[len(spent) // 2] < 1
    answers = [heard(connection) for connection in bodies]
    assert {status(answer) for answer in answers} == {408}
    assert all("<h1" in answer and "connection: close" in answer for answer in answers)
    assert all(is_closed(connection) for connection in headers)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_request_under_way_ends_before_the_server_does(tmp_path, number):
    with serving(tmp_path / "data", DEMO="0", LOG_LEVEL="ERROR") as (process, address, _):
        at = (str(urlsplit(address).hostname), int(urlsplit(address).port or 0))
        with closing(opened(at, f"GET {PAGE} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")) as idle:
            assert idle.recv(65536)
            connection = opened(at, post("Content-Length: 4\r\n\r\na="))
            time.sleep(0.5)
            os.kill(process.pid, number)
            time.sleep(0.5)
            connection.sendall(b"bc")
            assert status(heard(connection)) == 403  # no token in it: Flask had it whole
            began = time.monotonic()
            assert ended(process, number)[0] == 0  # and being told twice does no harm
    assert time.monotonic() - began < 10


def scope(*headers: tuple[str, str], path: str = "/", client: str = "127.0.0.1:5000") -> SimpleNamespace:
    return SimpleNamespace(
        method="GET",
        path=path,
        query_string="q=%41",
        http_version="1",
        server="[::1]:8000",
        client=client,
        scheme="http",
        headers=SimpleNamespace(items=lambda: list(headers)),
    )


def test_the_application_is_told_the_request_and_nothing_else(monkeypatch):
    monkeypatch.setenv("SMTP_URL", "smtp://user:secret@mail")
    headers = [("cookie", "a=1"), ("cookie", "b=2"), ("x-forwarded-for", "1"), ("x-forwarded-for", "2")]
    found = environ_of(
        scope(*headers, ("x_forwarded_proto", "https"), ("content-length", "9"), path="/é%41", client="[::1]:7"),
        Body(None, 3),
    )
    assert found["PATH_INFO"].encode("latin-1").decode() == "/é%41"  # decoded once, by the server
    assert (found["REMOTE_ADDR"], found["SERVER_PROTOCOL"], found["HTTP_HOST"]) == ("::1", "HTTP/1.0", "")
    assert (found["HTTP_COOKIE"], found["HTTP_X_FORWARDED_FOR"]) == ("a=1; b=2", "1,2")
    assert found["CONTENT_LENGTH"] == "3"
    assert not {"SMTP_URL", "PATH", "HTTP_X_FORWARDED_PROTO", "HTTP_CONTENT_LENGTH"} & set(found)


class Wire:
    """The server's end of a request: `parts` come in, what goes out is kept; the reader leaves after so many parts."""

    def __init__(self, *parts: bytes, leaves_after: int = 99) -> None:
        self.parts, self.leaves_after, self.sent, self.status = parts, leaves_after, list[bytes](), 0

    async def __aiter__(self):
        for part in self.parts:
            yield part

    def response_stream(self, status, _headers):
        self.status = status
        return self

    async def send_bytes(self, part):
        if len(self.sent) >= self.leaves_after:
            raise ConnectionError
        self.sent.append(part)


@pytest.mark.parametrize("leaves_after", [99, 2])
def test_what_is_made_while_it_is_sent_goes_part_by_part_and_is_closed(leaves_after):
    closed = []

    def made():
        try:
            yield from (b"one", b"", b"two", b"three")
        finally:
            closed.append(True)

    def application(_environ, start):
        start("200 OK", [("Content-Type", "text/plain")])
        return made()

    wire = Wire(leaves_after=leaves_after)
    asyncio.run(Portal(application).__rsgi__(reading(), wire))
    assert (wire.status, wire.sent) == (200, [b"one", b"", b"two", b"three"][:leaves_after])
    assert closed == [True]


def reading(length: int = 0) -> SimpleNamespace:
    """A request whose body has so many bytes."""
    made = scope()
    made.headers.get = {"content-length": str(length)}.get
    return made


def test_so_many_large_bodies_at_once_and_small_ones_never_wait():
    async def arrive() -> list[Body]:
        gathering, gate = Gathering(), asyncio.Event()

        class Held(Wire):
            async def __aiter__(self):
                await gate.wait()
                yield self.parts[0]

        large = [asyncio.create_task(gathering.body(reading(10**6), Held(b"x" * 10**6))) for _ in range(33)]
        await asyncio.sleep(0)
        small = await gathering.body(reading(3), Wire(b"ab", b"c"))
        gate.set()
        return [small, await gathering.body(reading(10**6), Wire(b"x")), *await asyncio.gather(*large)]

    small, late, *large = asyncio.run(arrive())
    assert (small.lost, small.stream.read()) == (False, b"abc")
    assert late.lost
    assert [body.lost for body in large].count(True) == 1
    assert all(len(body.stream.read()) == 10**6 for body in large if not body.lost)
