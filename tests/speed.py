"""What lets thousands of tests, each with a portal, run in minutes. A pytest plugin (`-p tests.speed`)."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

from werkzeug.routing.rules import Rule

_compile = Rule._compile_builder
_compiled: dict[tuple[object, ...], Callable[..., Any]] = {}


def _compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
    """A rule's URL builder, out of those that were compiled for an earlier portal.

    Werkzeug compiles them anew for each, a tenth of a second for all rules. Those of one rule are the same everywhere:
    they take the rule itself, with its converters, as their argument.
    """
    defaults = tuple(sorted((rule.defaults or {}).items()))
    key = (rule.rule, tuple(rule._trace), defaults, append_unknown)
    if key not in _compiled:
        _compiled[key] = _compile(rule, append_unknown)
    return _compiled[key]


def pytest_configure() -> None:
    """Compile each rule once a run."""
    Rule._compile_builder = _compile_once  # type: ignore[method-assign]


def pytest_collection_finish() -> None:
    """What was imported stays: the collector need not look through it again after each test."""
    gc.collect()
    gc.freeze()
