"""The chart page: what each capability adds to it, without blueprints knowing each other.

A blueprint's office_views.py (or wording.py) adds its parts when it is imported:

    add_part(Part("records", _l("Records"), _records, "partials/records/chart.html", CLINICAL, 40, clinical=True))
    add_deed(Deed("enrollment_office.ask_to_invite", _l("Invite"), _DESK, order=10))

A *part* is a tab of the chart at /office/<office>/charts/<chart>/<word>. Its function gets the StaffViewer and the
OpenChart and gives the values of its template, a partial of one root element that also sees `chart`, `csrf()` and
`once()`. It has one statement: the frame (who, where, whose chart, the audit row) takes the other three of a page.
Who may open a part is in `roles`. For others there is no such tab; or, where the part is `clinical`, it is closed: they
may open it in an emergency, with a reason, for an hour, and the office's administrators are told.

A *deed* is a link at the top of the chart. Its endpoint has `<uuid:chart>` in its URL and stands behind an office
door; the door looks the chart up (404 for another office's), `access.chart()` gives it to the view, which has no such
argument, and a page that is shown is written into the audit chain of the chart's person. `fits` says for which charts
it is offered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from flask import url_for

from portal.domain.charts.types import OpenChart
from portal.domain.viewer import Role, StaffViewer

#: Everybody who sees charts at all; the operator sees none.
EVERYBODY = (Role.FRONT_DESK, Role.CLINICIAN, Role.BILLING, Role.ADMINISTRATOR)
#: Who sees what treatment is about: not billing.
CLINICAL = (Role.FRONT_DESK, Role.CLINICIAN, Role.ADMINISTRATOR)


class Part(NamedTuple):
    """A tab of the chart. `word` is its place in the URL and the section in the audit; `heading` a lazy text."""

    word: str
    heading: Any
    values: Callable[[StaffViewer, OpenChart], Mapping[str, Any]]
    template: str
    roles: tuple[Role, ...] = EVERYBODY
    order: int = 50
    clinical: bool = False


class Deed(NamedTuple):
    """A link at the top of the chart. `words` is a lazy text, `icon` a name of icons.svg."""

    endpoint: str
    words: Any
    roles: tuple[Role, ...] = EVERYBODY
    order: int = 50
    icon: str = "right"
    fits: Callable[[OpenChart], bool] = lambda chart: True


_parts: dict[str, Part] = {}
_deeds: dict[str, Deed] = {}


def add_part(part: Part) -> None:
    """Add a tab. The first one (`order`) is what a chart opens with."""
    _parts[part.word] = part


def add_deed(deed: Deed) -> None:
    """Add a link."""
    _deeds[deed.endpoint] = deed


def part_of(word: str) -> Part | None:
    """The part of that name."""
    return _parts.get(word)


def parts() -> list[Part]:
    """All parts in their order."""
    return sorted(_parts.values(), key=lambda part: part.order)


def first_part() -> Part:
    """What a chart opens with."""
    return parts()[0]


def links_of(viewer: StaffViewer, chart: OpenChart) -> list[dict[str, Any]]:
    """The deeds that this viewer may do with this chart: label, url, icon."""
    offered = (deed for deed in _deeds.values() if viewer.role in deed.roles and deed.fits(chart))
    return [
        {"label": deed.words, "url": url_for(deed.endpoint, chart=chart.public_id), "icon": deed.icon}
        for deed in sorted(offered, key=lambda deed: deed.order)
    ]
