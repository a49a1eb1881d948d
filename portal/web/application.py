"""Flask, without what it asks of every request and this portal has no use for."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import Flask, g, has_request_context, request

_MARKS = tuple(UUID(int=place) for place in range(1, 9))


class Portal(Flask):
    """The application object."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Nothing here is a coroutine; asking that of every view and hook took as long as half of bare Flask."""
        return func

    def url_for(self, endpoint: str, **options: Any) -> str:  # type: ignore[override]
        """As Flask's. Addresses inside the portal that hold nothing but ids are filled into a pattern made once."""
        values = {name: value for name, value in options.items() if value is not None}
        if not has_request_context() or any(type(value) is not UUID for value in values.values()):
            return super().url_for(endpoint, **options)
        if endpoint[0] == ".":
            endpoint = f"{request.blueprint}{endpoint}"
        here = g._get_current_object()
        pattern = self._pattern(endpoint, here.get("person"), here.get("office"), tuple(values))
        return pattern.format(*values.values()) if values else pattern

    @lru_cache(maxsize=4096)  # noqa: B019 - an application lives as long as its process
    def _pattern(self, endpoint: str, person: str | None, office: UUID | None, names: tuple[str, ...]) -> str:
        """The address for whose page this is, with {0} where the first id stands. Person and office are Flask's to add."""
        url = super().url_for(endpoint, **dict(zip(names, _MARKS, strict=False)))
        for place, mark in enumerate(_MARKS[: len(names)]):
            url = url.replace(str(mark), f"{{{place}}}")
        return url
