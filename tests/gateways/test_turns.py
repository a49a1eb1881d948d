"""SECURITY A4: fifty wait for their password to be hashed, in the order of coming, and none holds a thread."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from threading import Event

import pytest

from portal.commands.web_server import doorways_of
from portal.gateways.http import THREADS, Portal
from portal.gateways.turns import Turns
from tests.gateways.test_http import Wire, scope


def test_people_at_the_door_are_let_in_two_at_a_time_in_the_order_in_which_they_came():
    async def come() -> tuple[list[int], int]:
        turns, order, inside, most = Turns(), list[int](), 0, 0

        async def enter(number: int) -> None:
            nonlocal inside, most
            async with turns.one():
                inside, most = inside + 1, max(most, inside + 1)
                order.append(number)
                await asyncio.sleep(0)
                inside -= 1

        await asyncio.gather(*(enter(number) for number in range(20)))
        return order, most

    assert asyncio.run(come()) == (list(range(20)), 2)


def test_who_finds_fifty_in_line_is_not_kept_waiting():
    async def come() -> list[int]:
        turns, gate, entered = Turns(), asyncio.Event(), list[int]()

        async def enter(number: int) -> None:
            async with turns.one():
                entered.append(number)
                await gate.wait()

        tasks = [asyncio.create_task(enter(number)) for number in range(54)]
        for _ in range(3):
            await asyncio.sleep(0)
        at_once = list(entered)
        gate.set()
        await asyncio.gather(*tasks)
        assert sorted(entered) == list(range(54))
        return at_once

    assert asyncio.run(come()) == [0, 1, 52, 53]


def coming(path: str, method: str) -> object:
    made = scope(path=path)
    made.method, made.headers.get = method, {}.get
    return made


class Door(Wire):
    def response_bytes(self, status, _headers, _body):
        self.status = status


def looks_in_meanwhile(doorways: frozenset[str]) -> int:
    """What somebody is told who asks for a page while more people than there are threads wait at the door."""
    opened, page = Event(), Door()

    def application(environ, start):
        if environ["REQUEST_METHOD"] == "POST":
            assert opened.wait(30)
        start("200 OK", [("Content-Length", "0")])
        return []

    async def come() -> None:
        portal = Portal(application, doorways=doorways)
        crowd = [asyncio.create_task(portal.__rsgi__(coming("/sign_in/", "POST"), Door())) for _ in range(2 * THREADS)]
        await asyncio.sleep(0)
        look = asyncio.create_task(portal.__rsgi__(coming("/me/", "GET"), page))
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(look), 2)
        told.append(page.status)
        opened.set()
        await asyncio.gather(look, *crowd)

    told: list[int] = []
    asyncio.run(come())
    return told[0]


def test_a_crowd_at_the_door_holds_no_thread_that_a_page_needs():
    assert looks_in_meanwhile(frozenset({"/sign_in/"})) == 200


def test_a_page_has_to_wait_where_nobody_stands_in_line():
    """The twin: what the test above is able to see."""
    assert looks_in_meanwhile(frozenset()) == 0


@pytest.mark.sqlite
def test_both_doorways_have_a_line(app):
    assert doorways_of(app) == {"/sign_in/", "/sign_in/office"}
