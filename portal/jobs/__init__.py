"""What happens later: delivering the outbox, sweeping up what was missed, tidying at night."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

_apps: list[Flask] = []


def use(app: Flask) -> None:
    """Give the jobs of this process their application (the runner and the worker command do)."""
    _apps[:] = [app]


@contextmanager
def application() -> Iterator[Flask]:
    """The application's context for one job, with a session of its own.

    Raises:
        RuntimeError: this process was started without `use`; run workers with `flask worker`.
    """
    if not _apps:
        raise RuntimeError("jobs run in `flask worker` or in the web process")
    with _apps[0].app_context():
        yield _apps[0]
