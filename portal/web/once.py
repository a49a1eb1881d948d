"""Twenty clicks, one deed, one answer, one number (SECURITY A38, NTF-3)."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any, TypeVar

from flask import Response, abort, g, make_response, request

from portal.domain.notifications import receipts
from portal.domain.notifications.receipts import AlreadySent
from portal.domain.viewer import Anybody
from portal.kernel import database
from portal.kernel.refusal import Refusal, Refused
from portal.web.hypermedia import wants_fragment
from portal.web.parked import SECRETS

FIELD = "once"
_LEFT_OUT = {FIELD, "csrf_token"} | SECRETS
_KEPT_HEADERS = ("Location", "HX-Redirect", "Vary", "Content-Type")
View = TypeVar("View", bound=Callable[..., Any])


def exempt(view: View) -> View:
    """Mark a view that writes without a form key: it has no viewer yet, or doing it twice is the same."""
    view.sent_freely = True  # type: ignore[attr-defined]
    return view


def told_once(view: View) -> View:
    """Mark a view whose answer says a secret: it is kept nowhere, and the same form again gets only its number."""
    view.is_told_once = True  # type: ignore[attr-defined]
    return view


def applies_to(view: Callable[..., Any]) -> bool:
    """Whether posts to this view carry a key."""
    return not getattr(view, "sent_freely", False)


def is_sent(viewer: Anybody) -> bool:
    """Whether this request's form was sent before."""
    return receipts.is_known(viewer, request.form.get(FIELD, ""))


def first_or_same(view: Callable[..., Any], arguments: dict[str, Any], viewer: Anybody) -> Response:
    """The view's answer the first time; the stored answer for the same form again.

    Raises:
        Refused: the same key with another body (code `sent_differently`).
    """
    key = request.form.get(FIELD, "")
    if not 20 <= len(key) <= 64:
        abort(400)
    body = _body_hash()
    try:
        row = receipts.claim(viewer, key, body, str(request.endpoint))
    except AlreadySent:
        database.session().rollback()
        return _same_again(viewer, key, body)
    g.receipt_number = row.number
    answer = make_response(view(**arguments))
    if answer.status_code < 400 and not getattr(view, "is_told_once", False):
        receipts.keep_answer(row, _packed(answer))
    return answer


def _same_again(viewer: Anybody, key: str, body: bytes) -> Response:
    stored = receipts.stored_for(viewer, key)
    if stored.body_hash != body:
        raise Refused(Refusal("sent_differently", number=stored.number))
    answer = _unpacked(receipts.open_answer(stored)) if stored.answer else None
    if answer is None:
        raise Refused(Refusal("sent_before", number=stored.number))
    return answer


def _body_hash() -> bytes:
    fields = sorted((name, value) for name, value in request.form.items(multi=True) if name not in _LEFT_OUT)
    return sha256(json.dumps([request.path, fields]).encode()).digest()


def _packed(answer: Response) -> bytes:
    headers = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
    return json.dumps([wants_fragment(), answer.status_code, headers, answer.get_data(as_text=True)]).encode()


def _unpacked(packed: bytes) -> Response | None:
    """The answer again; None where it was a fragment and a page is asked for now, or the other way round."""
    was_fragment, status, headers, body = json.loads(packed)
    return Response(body, status, headers) if was_fragment == wants_fragment() else None
