"""What the text provider says became of a text or call. No form of ours: its signature stands in the token's place."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from portal.domain.outbox import actions
from portal.extensions import csrf
from portal.gateways import settings, text_provider
from portal.kernel import clock

bp = Blueprint("notifications_provider", __name__)
csrf.exempt(bp)


@bp.post("/provider/<uuid:outbox_id>")
def take_report(outbox_id: UUID) -> ResponseReturnValue:
    """Settle the row that the report speaks of. A report that comes twice, or after the last word, changes nothing."""
    said = list(request.form.items(multi=True))
    given = request.headers.get("X-Twilio-Signature", "")
    if not text_provider.is_signed(settings().public_url + request.path, said, given):
        abort(403)
    if outcome := text_provider.outcome(request.form):
        arrived, why = outcome
        actions.settle_reported(outbox_id, delivered=arrived, why=why, now=clock.now())
    return "", 204
