"""A page on a kiosk's screen: what it asks for by itself, and where it goes when nobody touches it."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for

from portal.domain.kiosks import rules
from portal.domain.kiosks.types import KioskViewer, Stage
from portal.web import kiosk_device
from portal.web.hypermedia import page

#: How often a screen asks whether there is anything new, in seconds.
POLL = 3


def screen(template: str, at: str, **values: Any) -> Response:
    """A page. `at`: what it shows, so that the next question of the page can tell whether that is still right."""
    kiosk = kiosk_device.here()
    return page(
        template,
        at=at,
        poll=POLL,
        begun=is_begun(kiosk),
        warned=False,
        refresh=_refresh(kiosk, at),
        **values,
    )


def is_begun(kiosk: KioskViewer) -> bool:
    """Whether somebody is enrolling here."""
    return rules.stage_of(kiosk.session) is Stage.BEGUN


def _refresh(kiosk: KioskViewer, at: str) -> tuple[int, str]:
    """Without script: after how many seconds the page goes where."""
    if at == "done":
        return int(rules.SHOWN.total_seconds()), url_for("kiosks.over")
    if at == "quiet":
        return int(rules.WARNED.total_seconds()), url_for("kiosks.over")
    if is_begun(kiosk):
        return int(rules.QUIET.total_seconds()), url_for("kiosks.still_there")
    return POLL, url_for("kiosks.welcome")
