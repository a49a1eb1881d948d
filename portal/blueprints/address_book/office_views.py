"""The insurance of a chart's person: the pictures of their cards."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, g

from portal.domain.address_book import charted
from portal.web import uploads
from portal.web.access import chart, staff

bp = Blueprint("address_book_office", __name__)


@bp.get("/<uuid:chart>/cards/<uuid:file_id>")
def open_file(file_id: UUID) -> Response:
    """To be saved. The look is written into the chain of the chart's person."""
    g.section = "insurance"
    return uploads.served(charted.file_of(staff(), chart(), file_id))
