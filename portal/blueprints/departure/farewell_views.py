"""What is said to somebody who has just left, and to nobody in particular."""

from __future__ import annotations

from flask import Blueprint, Response, request

from portal.domain.notifications.receipts import is_a_number
from portal.web.hypermedia import page

bp = Blueprint("farewell", __name__)


@bp.get("/")
def gone() -> Response:
    """The account is closed. The number is only shown again; it opens nothing."""
    number = request.args.get("receipt", "")
    return page("departure/gone.html", number=number if is_a_number(number) else None)
