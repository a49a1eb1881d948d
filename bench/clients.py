"""Requests without a network: WSGI calls in this process, by one client or by several threads at once."""

from __future__ import annotations

import io
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any, NamedTuple

Application = Callable[..., Any]


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


class Spent(NamedTuple):
    """Microseconds a request: of this process' processor time, and on the clock."""

    cpu: float
    wall: float


def ask(app: Application, path: str, cookie: str = "", **headers: str) -> Answer:
    """One GET, its answer closed as a server would close it."""
    told: list[Any] = []
    body = app(_environment(path, cookie, headers), lambda status, sent, _=None: told.extend((status, sent)))
    try:
        whole = b"".join(body)
    finally:
        if hasattr(body, "close"):
            body.close()
    return Answer(int(told[0][:3]), dict(told[1]), whole)


def _environment(path: str, cookie: str, headers: dict[str, str]) -> dict[str, Any]:
    path, _, query = path.partition("?")
    found = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "HTTP_HOST": "127.0.0.1",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_ACCEPT_LANGUAGE": "en-US,en;q=0.9",
        "HTTP_USER_AGENT": "Mozilla/5.0",
        "HTTP_ACCEPT": "text/html",
        "HTTP_ACCEPT_ENCODING": "gzip, br",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **headers,
    }
    if cookie:
        found["HTTP_COOKIE"] = cookie
    return found


def in_turn(steps: dict[str, tuple[Application, str, list[str]]], times: int) -> dict[str, Spent]:
    """Each step once, then each once more, `times` times over: all of them find the processor's caches as cold.

    Asked in a loop, a small thing answers from the nearest cache, as it never does in a server between other requests.
    """
    cpu, wall = dict.fromkeys(steps, 0.0), dict.fromkeys(steps, 0.0)
    for turn in range(times):
        for name, (app, path, cookies) in steps.items():
            cookie = cookies[turn % len(cookies)]
            began, spent = time.perf_counter(), time.process_time()
            answer = ask(app, path, cookie)
            cpu[name] += time.process_time() - spent
            wall[name] += time.perf_counter() - began
            if answer.status != 200:
                raise RuntimeError(f"{path} answers {answer.status}")
    return {name: Spent(cpu[name] / times * 1e6, wall[name] / times * 1e6) for name in steps}


def measure(app: Application, path: str, cookies: list[str], times: int, clients: int = 1) -> Spent:
    """What one request costs on average, asked `times` times by each of so many threads.

    Raises:
        RuntimeError: an answer was not 200; a page that fails is not fast.
    """
    cpu, wall = time.process_time(), time.perf_counter()
    if clients == 1:
        _several(app, path, cycle(cookies), times)
    else:
        _at_once(app, path, cookies, times, clients)
    asked = times * clients
    return Spent((time.process_time() - cpu) / asked * 1e6, (time.perf_counter() - wall) / asked * 1e6)


def _at_once(app: Application, path: str, cookies: list[str], times: int, clients: int) -> None:
    """Each thread is somebody else, as far as there are people."""
    failed: list[BaseException] = []

    def one(place: int) -> None:
        try:
            _several(app, path, cycle([cookies[place % len(cookies)]]), times)
        except BaseException as problem:  # a thread's end is not seen otherwise
            failed.append(problem)

    threads = [threading.Thread(target=one, args=(place,)) for place in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def _several(app: Application, path: str, cookies: Iterator[str], times: int) -> None:
    for _ in range(times):
        answer = ask(app, path, next(cookies))
        if answer.status != 200:
            raise RuntimeError(f"{path} answers {answer.status}")
