from __future__ import annotations

from flask import Blueprint, Response, url_for

from portal.blueprints.notifications import wording
from portal.domain.notifications import receipts as kept
from portal.web.access import viewer
from portal.web.hypermedia import page

bp = Blueprint("notifications", __name__)


@bp.get("/receipts")
def receipts() -> Response:
    """What the person sent in lately."""
    lines = wording.receipts_in_words(kept.receipts_of(viewer()), viewer().time_zone)
    full = len(lines) == kept.LISTED
    return page("notifications/receipts.html", receipts=lines, full=full, base=url_for(".receipts"))


@bp.get("/receipts/<number>")
def receipt(number: str) -> Response:
    """One of them, to print or keep."""
    line = wording.in_words(kept.receipt_of(viewer(), number), viewer().time_zone)
    return page("notifications/receipt.html", receipt=line, person=viewer().name, base=url_for(".receipts"))
