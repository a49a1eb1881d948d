"""A step that could hurt asks once more who is there, unless that was proven a moment ago (A23): with all the steps of
their sign-in, for what changes how somebody signs in must not be open to half of them (ASVS 7.5.1)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Response, g, request, url_for

from portal.domain.sign_in import rules
from portal.kernel import clock
from portal.web import access, hypermedia, parked

View = TypeVar("View", bound=Callable[..., Any])


def stepped_up(view: View) -> View:
    """Mark a view of a patient's or office door: it opens only within five minutes of a sign-in or of an answer.

    Who comes later is led to say it again and then back here; what they had typed is kept for them.
    """

    @wraps(view)
    def asking(**arguments: Any) -> Any:
        return why_not_now() or view(**arguments)

    return cast(View, asking)


def why_not_now() -> Response | None:
    """The way to the question, where it is due."""
    if rules.why_not_step_on(g.viewer.stepped_up_at, clock.now()) is None:
        return None
    return _ask()


def _ask() -> Response:
    kept = request.method == "POST" and parked.keep(g.viewer.actor, request.form.get("form_path") or request.path)
    back = request.form.get("form_path") or request.full_path.rstrip("?")
    if not access.is_ours(back):
        back = "/"
    if kept:
        back += ("&" if "?" in back else "?") + "kept=1"
    return hypermedia.go(url_for("sign_in_again.ask", next=back))
