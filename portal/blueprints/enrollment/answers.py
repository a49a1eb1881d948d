"""What the views of enrolling share: who is here, and the answers that none of them gives differently."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, g, url_for

from portal.blueprints.enrollment import holder
from portal.domain.enrollment import queries
from portal.domain.enrollment.types import Run
from portal.kernel import clock
from portal.kernel.refusal import Refusal
from portal.web import access, language
from portal.web.forms import Form
from portal.web.hypermedia import go, page
from portal.web.wording import tell, words_for


def again(form: Form, refusal: Refusal, show: Callable[[Form, int], Response]) -> Response:
    """The same form with the reason in it; told to wait, machines hear for how long."""
    tell(form, refusal)
    answer = show(form, 429 if refusal.code == "wait" else 422)
    if until := refusal.facts.get("until"):
        answer.headers["Retry-After"] = str(max(int((until - clock.now()).total_seconds()), 1))
    return answer


def busy() -> Response:
    """Too many hashes are waiting."""
    answer = page("enrollment/busy.html", status=503)
    answer.headers["Retry-After"] = "5"
    return answer


def run() -> Run | None:
    """The enrollment under way in this browser."""
    held = holder.present()
    return queries.run_of(held, clock.now()) if held else None


def over() -> Response:
    """There is none (any more)."""
    return go(url_for("enrollment.start", why="over"))


def signed_in() -> Any:
    """The patient who is signed in, all steps done, if one is."""
    if "enrolling_as" not in g:
        row = access.whoever()
        inside = isinstance(row, access.viewers.PatientRow) and not row.awaiting_code
        g.enrolling_as = row if inside else None
    return g.enrolling_as


def speak() -> None:
    """Who is signed in reads these pages in their own language too."""
    if row := signed_in():
        language.speak(row.language)


def account_id() -> int | None:
    """Their account."""
    row = signed_in()
    return row.account_id if row else None


def words(refusal: Refusal | None) -> str | None:
    """A reason in words, None where there is none."""
    return words_for(refusal) if refusal else None
