"""Views that take a file: each says so, and only then may a request be larger than a form (SECURITY A33)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

View = TypeVar("View", bound=Callable[..., Any])
LARGEST = 12 * 1024 * 1024
#: What a form has around its file.
_AROUND = 64 * 1024


def takes_file(view: View) -> View:
    """Mark a view whose post carries one file."""
    view.takes_file = True  # type: ignore[attr-defined]
    return view


def _make_room() -> None:
    """Before anything reads the body."""
    if request.method == "POST" and getattr(
        current_app.view_functions.get(request.endpoint or ""), "takes_file", False
    ):
        request.max_content_length = LARGEST + _AROUND


def join(app: Flask) -> None:
    """Bind to the application. Runs before the check of form tokens is bound: that reads the body."""
    app.before_request(_make_room)
