"""Going through an enrollment without any door: each step as the web and the kiosk call it, in its own transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from portal.domain.enrollment import finishing, queries, rules, runs, steps
from portal.domain.enrollment.types import Enrolled, Run, Step
from portal.kernel import clock, database
from portal.kernel.refusal import Refused
from tests.factories.enrollment import sent_code

HERE, THERE = b"h" * 32, b"t" * 32
BORN, POSTAL_CODE = date(1968, 9, 3), "00101"
PASSWORD = "lantern copper violet harbor"


def do(deed: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """One call as a door makes it: committed when it comes back, else nothing of it stays."""
    with database.writing() as session:
        answer = deed(*given, **named)
        session.flush()
        session.info.pop("outbox", None)
        return answer


def why(deed: Callable[..., Any], *given: Any, **named: Any) -> str:
    """The code of the refusal."""
    with pytest.raises(Refused) as refused:
        do(deed, *given, **named)
    return refused.value.refusal.code


def run_of(holder: bytes = HERE) -> Run:
    """What is under way."""
    found = queries.run_of(holder, clock.now())
    assert found is not None
    return found


def step_of(holder: bytes = HERE) -> Step:
    """The step that is due."""
    return rules.next_step(run_of(holder))


def begin(code: str, holder: bytes = HERE, **more: Any) -> None:
    """Type the activation code."""
    do(runs.begin_with_code, code, holder=holder, source="127.0.0.1", now=clock.now(), **more)


def say_who(holder: bytes = HERE, born: date = BORN, postal_code: str | None = POSTAL_CODE) -> None:
    """Answer the questions."""
    do(steps.say_who, holder, born, postal_code, now=clock.now())


def prove_phone(holder: bytes = HERE, channel: str = "sms") -> None:
    """Ask for the code and type it."""
    do(steps.send_phone_code, holder, channel, source="127.0.0.1", now=clock.now())
    do(steps.prove_phone, holder, sent_code(channel), clock.now())


def choose(holder: bytes = HERE, username: str = "clementine68", password: str = PASSWORD) -> None:
    """Choose username and password."""
    do(steps.choose_login, holder, username, password, source="127.0.0.1", now=clock.now())


def prove_email(holder: bytes = HERE, email: str = "clementine@example.com") -> None:
    """Ask for the code and type it."""
    do(steps.send_email_code, holder, email, source="127.0.0.1", now=clock.now())
    do(steps.prove_email, holder, sent_code("email"), clock.now())


def finish(holder: bytes = HERE) -> Enrolled:
    """The end."""
    return do(finishing.finish, holder, clock.now())


def all_but_the_end(code: str, holder: bytes = HERE, username: str = "clementine68") -> None:
    """From the code to the proven email."""
    begin(code, holder)
    say_who(holder)
    prove_phone(holder)
    choose(holder, username)
    prove_email(holder)
