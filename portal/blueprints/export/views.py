"""A copy of everything (HIPAA 164.524): asked for, made in the background, downloaded within a day."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, url_for

from portal.blueprints.export import wording
from portal.domain.audit.actions import record_apart
from portal.domain.export import actions, queries, rules
from portal.domain.export.types import Copy
from portal.gateways import export_files
from portal.kernel import clock, database
from portal.kernel.refusal import Missing, Refused
from portal.kernel.sealed_stream import BadArchive
from portal.web import access
from portal.web.access import viewer
from portal.web.hypermedia import done, go, page
from portal.web.navigation import settings_tabs
from portal.web.step_up import stepped_up, why_not_now
from portal.web.wording import words_for

bp = Blueprint("export", __name__)
assert wording.REASONS
_CARD = "partials/export/card.html"


@bp.get("/")
def status() -> Response:
    """The copy: none, on its way, or there."""
    return page("export/status.html", fragment=_CARD, **_shown())


@bp.get("/progress")
@access.quiet
def progress() -> Response:
    """How far it is, for the page that asks again and again; it shows nothing of a record."""
    g.section = ""
    return page(_CARD, **_shown())


@bp.post("/")
@stepped_up
def ask() -> Response:
    """Ask for a copy. The file of the one before is of no use any more."""
    try:
        old = actions.ask(viewer(), clock.now())
    except Refused as refused:
        return page("export/status.html", fragment=_CARD, status=409, refusal=words_for(refused.refusal), **_shown())
    if old:
        database.afterwards(lambda kept: export_files.forget(old) if kept else None)
    return done(_CARD, instead=url_for(".status"), **_shown())


@bp.get("/<uuid:copy_id>/download")
def download(copy_id: UUID) -> Response:
    """The file. Who must say their password again comes back to the card, for a file leaves the page as it is."""
    copy = queries.ready_one(viewer(), copy_id, clock.now())
    if why_not_now() is not None:
        return go(url_for("sign_in_again.ask", next=url_for(".status")))
    try:
        content = export_files.opened(str(copy.file_name))
    except (OSError, BadArchive) as error:
        raise Missing from error
    _note(copy)
    answer = Response(content, content_type="application/zip", direct_passthrough=True)
    answer.content_length = copy.size
    answer.headers["Content-Disposition"] = f'attachment; filename="portal-copy-{copy.made_at:%Y-%m-%d}.zip"'
    return answer


def _note(copy: Copy) -> None:
    """That everything was taken along is more than a look at a page."""
    g.section, here = "", viewer()
    record_apart(
        "export.downloaded", chain=here.subject, actor=here.actor, head=here.chain, about=copy.id, section="export"
    )


def _shown() -> dict[str, Any]:
    copy = queries.copy_of(viewer(), clock.now())
    return {"copy": copy, "kept": rules.KEPT, "zone": viewer().time_zone, "tabs": settings_tabs()}
