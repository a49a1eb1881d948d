"""Somebody who checks in for a visit goes elsewhere to change something, and comes back when that is saved.

The address there carries the visit, `?check_in=<uuid>`, and never a place to return to: so there is only one way, and
the page at its end knows whose visit it is.
"""

from __future__ import annotations

from uuid import UUID

from flask import request, url_for


def visit() -> UUID | None:
    """The visit that somebody was checking in for; None for everybody else."""
    try:
        return UUID(request.args.get("check_in", ""))
    except ValueError:
        return None


def to(step: str) -> str | None:
    """The page of the check-in that they came from: phone, address or insurance."""
    came_from = visit()
    return url_for("check_in.ask", appointment_id=came_from, step=step) if came_from else None


def tail() -> str:
    """What the addresses of forms on the way end with."""
    came_from = visit()
    return f"?check_in={came_from}" if came_from else ""
