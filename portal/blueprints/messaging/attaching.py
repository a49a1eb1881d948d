"""The file that a form brings goes onto the draft, before whatever the form asks for (web/transaction, first)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import Response, request, url_for

from portal.blueprints.messaging.forms import MessageForm
from portal.domain.messaging import attaching, drafts
from portal.domain.messaging.attached_types import Attached
from portal.domain.viewer import Actor
from portal.kernel import clock
from portal.kernel.refusal import Refused
from portal.kernel.typed import uuid_of
from portal.web import uploads
from portal.web.hypermedia import go, page
from portal.web.texts import gettext as _
from portal.web.transaction import afterwards
from portal.web.wording import words_for

FRAGMENT = "partials/messaging/attachments.html"


def attach_chosen(form: MessageForm, by: Actor, place: str, person_id: int) -> bool:
    """Put the file of this request onto the draft. False: it was not taken, and the form says why. Not within a
    transaction.
    """
    try:
        sent = uploads.chosen(form.file.name)
        if sent is not None:
            new = uploads.take(sent)
            uploads.keep(new, lambda: attaching.attach(by, place, new, person_id, clock.now()))
    except Refused as refused:
        form.file.errors = [words_for(refused.refusal)]
    return not form.file.errors


def attach_one(form: MessageForm, by: Actor, place: str, person_id: int) -> bool:
    """The same for who asks for nothing else: one must be chosen."""
    if attach_chosen(form, by, place, person_id) and uploads.chosen(form.file.name) is None:
        form.file.errors = [_("Choose a file first.")]
    return not form.file.errors


def pressed_instead(form: MessageForm, by: Actor, place: str, url: str) -> Response | None:
    """What another button of the form asks for, in a browser that knows no `formaction` (w3m) and sends every button to
    where the message goes: nothing is sent, and the page (`url`) comes again. Not within a transaction.
    """
    pressed = request.form.get("pressed", "")
    if not pressed:
        return None

    def deed() -> None:
        removed = uuid_of(pressed)
        if removed is not None:
            uploads.let_go(attaching.detach(by, place, removed))
        drafts.keep(by, place, form.values("file", "saved"), clock.now())

    afterwards(deed)
    return go(url)


def about(attached: Sequence[Attached], files_url: str, open_endpoint: str, **place: Any) -> dict[str, Any]:
    """For the templates: what is on the draft, where to send files, where each one opens."""
    open_url = partial(_open_url, open_endpoint, place)
    return {"attached": attached, "files_url": files_url, "open_url": open_url}


def _open_url(endpoint: str, place: dict[str, Any], one: Attached) -> str:
    return url_for(endpoint, file_id=one.id, **place)


def fragment(form: MessageForm, values: dict[str, Any]) -> Response:
    """What is on the draft now, for htmx; or why a file is not."""
    return page(FRAGMENT, status=422 if form.file.errors else 200, form=form, **values)
