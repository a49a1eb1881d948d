"""Commit at the door: a writing request that ends below 400 is committed, any other leaves nothing behind.

Then the outbox rows of that transaction are rung, and a page that showed a record or a chart is written into its audit
chain before it is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, Response, g, make_response, request

from portal.domain.audit.actions import record_apart
from portal.domain.charts.actions import note_look
from portal.domain.viewer import Viewer
from portal.gateways import queue
from portal.kernel import database
from portal.web import once

_SAFE = {"GET", "HEAD", "OPTIONS"}
View = TypeVar("View", bound=Callable[..., Any])


def first(check: Callable[..., Response | None]) -> Callable[[View], View]:
    """Have `check` called with the view's arguments before its transaction begins, for what counts tries apart.

    An answer of the check goes out instead of the view's. A form that was sent before goes straight to its one answer.
    """

    def marked(view: View) -> View:
        view.first = check  # type: ignore[attr-defined]
        return view

    return marked


def afterwards(deed: Callable[[], None]) -> None:
    """Have this done in a transaction of its own when that of the request is over, however it ended (MODEL, Apart)."""
    g.setdefault("afterwards", []).append(deed)


def _do_afterwards() -> None:
    for deed in g.pop("afterwards", []):
        with database.writing():
            deed()


def around(view: Callable[..., Any]) -> Callable[..., Response]:
    """The view with its transaction."""

    @wraps(view)
    def at_the_door(**arguments: Any) -> Response:
        if request.method in _SAFE:
            return _shown(_made(view(**arguments)))
        try:
            return _written(view, arguments)
        finally:
            _do_afterwards()

    return at_the_door


def _made(answer: Any) -> Response:
    return answer if isinstance(answer, Response) else make_response(answer)


def _shown(answer: Response) -> Response:
    here = g._get_current_object()
    viewer, section = here.get("viewer"), here.get("section")
    if "chart" in here and answer.status_code == 200:
        chart, part = here.chart, section or str(request.blueprint)
        note_look(viewer, chart.public_id, chart.person_id, here.chart_head, part)
    elif section and isinstance(viewer, Viewer) and answer.status_code == 200:
        record_apart(f"{section}.viewed", chain=viewer.subject, actor=viewer.actor, head=viewer.chain, section=section)
    return answer


def _written(view: Callable[..., Any], arguments: dict[str, Any]) -> Response:
    viewer, check = g.get("viewer"), getattr(view, "first", None)
    keyed = viewer is not None and once.applies_to(view)
    if check is not None and not (keyed and once.is_sent(viewer)):
        stopped: Response | None = check(**arguments)
        if stopped is not None:
            return stopped
    session = database.session()
    try:
        answer = once.first_or_same(view, arguments, viewer) if keyed else make_response(view(**arguments))
        if answer.status_code >= 400:
            session.rollback()
            database.over(kept=False)
            return answer
        session.commit()
        database.over(kept=True)
        rows = session.info.pop("outbox", [])
    except BaseException:
        session.rollback()
        database.over(kept=False)
        session.info.pop("outbox", None)
        raise
    if rows:
        queue.ring([row.id for row in rows])
    return answer


def join(app: Flask) -> None:
    """Put every view of the portal behind its transaction. Runs after all blueprints are registered."""
    for endpoint, view in app.view_functions.items():
        app.view_functions[endpoint] = around(view)
