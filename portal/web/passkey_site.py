"""For whom passkeys are made here: the portal's own address, and on this machine the one that was asked."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, request

from portal.domain.sign_in.passkeys import Site


def present() -> Site:
    """A passkey belongs to a host name. Over plain http that is `localhost` alone: an address of numbers has none."""
    settings = current_app.config["PORTAL"]
    origin = settings.public_url if settings.secure else f"http://{request.host}"
    return Site(urlsplit(origin).hostname or "", origin, settings.name)
