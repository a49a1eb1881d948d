"""A post that came too late is not lost: it is sealed for its owner and offered back after they signed in."""

from __future__ import annotations

import json
from typing import NamedTuple

from flask import current_app, g, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from portal.domain.sign_in import parking, queries
from portal.domain.viewer import Actor, Anybody
from portal.kernel import database

#: Fields of forms that are stored nowhere, sealed or hashed: passwords and codes.
SECRETS = {"password", "current", "new", "again", "code", "credential"}
_NEVER = {"csrf_token", "once", "form_path"} | SECRETS
_LARGEST = 64 * 1024


class ParkedForm(NamedTuple):
    """Where the form belongs, and what was typed."""

    path: str
    fields: list[tuple[str, str]]


def keep(actor: Actor, path: str | None = None) -> bool:
    """Park this request's form for the owner of the ended session. Says whether there was anything to keep.

    `path`: where the form belongs when that is not where it was sent.
    """
    path = path or request.path
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in _NEVER]
    if not any(value.strip() for _, value in fields) or sum(len(value) for _, value in fields) > _LARGEST:
        return False
    if not _opens(path):
        return False
    with database.writing():
        parking.park(actor, path, fields)
    return True


def _opens(path: str) -> bool:
    """Whether a form can be opened again at this path."""
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return False
    return True


def waiting_for(viewer: Anybody) -> ParkedForm | None:
    """What was kept for this viewer."""
    found = queries.parked_for(viewer)
    if found is None:
        return None
    path, fields = json.loads(queries.opened(found, viewer))
    return ParkedForm(path, [(name, value) for name, value in fields])


def fields_of_this_page() -> MultiDict[str, str] | None:
    """What to fill a form with that is opened by `?kept=1`: it counts as typed, not as sent."""
    if request.method != "GET" or request.args.get("kept") != "1" or "viewer" not in g:
        return None
    found = waiting_for(g.viewer)
    return MultiDict(found.fields) if found and found.path == request.path else None
