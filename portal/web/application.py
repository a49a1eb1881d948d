"""Flask, without what it asks of every request and this portal has no use for."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import Flask, g, has_request_context, request

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WORD = re.compile(r"[a-z_]+")
_MARKS = tuple(UUID(int=place) for place in range(1, 9))
Known = tuple[tuple[str, str | None], ...]


class Application(Flask):
    """The application object."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._pattern = lru_cache(maxsize=4096)(self._make_pattern)  # its own: it goes when the application goes

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Nothing here is a coroutine; asking that of every view and hook took half as long as all of bare Flask."""
        return func

    def url_for(self, endpoint: str, **options: Any) -> str:
        """As Flask's; ids are filled into a pattern that is made once for each kind of address."""
        known, ids = _sorted(options)
        if known is None or not has_request_context():
            return super().url_for(endpoint, **options)
        if endpoint[0] == ".":
            endpoint = f"{request.blueprint}{endpoint}"
        here = g._get_current_object()
        pattern = self._pattern(endpoint, here.get("person"), here.get("office"), known)
        return pattern.format(*ids) if ids else pattern

    def _make_pattern(self, endpoint: str, person: str | None, office: UUID | None, known: Known) -> str:
        """The address with {0} for the first id. Flask adds person and office; they are named for the cache."""
        marks = iter(_MARKS)
        values: dict[str, Any] = {name: value or next(marks) for name, value in known}
        url = super().url_for(endpoint, **values)
        for place, mark in enumerate(_MARKS):
            url = url.replace(str(mark), f"{{{place}}}")
        return url


def _sorted(options: dict[str, Any]) -> tuple[Known | None, list[str]]:
    """The words of an address, with None in the places of ids, and the ids. No words: it holds something else."""
    known: list[tuple[str, str | None]] = []
    ids: list[str] = []
    for name, value in options.items():
        if value is None:
            continue
        if type(value) is UUID or (type(value) is str and _ID.fullmatch(value)):
            known.append((name, None))
            ids.append(str(value))
        elif type(value) is str and _WORD.fullmatch(value):
            known.append((name, value))
        else:
            return None, ids
    return tuple(known), ids
