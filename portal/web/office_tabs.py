"""The pages of an office's settings, side by side."""

from __future__ import annotations

from flask import url_for
from markupsafe import Markup

from portal.web.navigation import NavItem
from portal.web.texts import gettext as _


def of(present: str) -> list[NavItem]:
    """All of them; the one of the blueprint `present` is marked."""
    lines = (
        (_("Settings"), "practices_office.overview"),
        (_("Locations"), "practices_locations.listing"),
        (_("Providers"), "practices_providers.listing"),
        (_("Hours"), "appointments_hours.listing"),
        (_("Visit reasons"), "appointments_reasons.listing"),
    )
    return [
        NavItem(label, url_for(endpoint), Markup(""), endpoint.split(".")[0], endpoint.split(".")[0] == present)
        for label, endpoint in lines
    ]
