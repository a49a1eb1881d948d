"""Places of requests to connect and of changes of profiles: endpoint, roles, and values of its URL, as in places.py."""

from __future__ import annotations

from typing import Any

_DESK = ("front_desk", "clinician", "administrator")
_REQUEST = {"office": "office", "request_id": "request"}
_CHART = {"office": "office", "chart": "chart"}
_NOBODYS = {"office": "office", "chart": "chart of nobody"}

CONNECTIONS: tuple[tuple[str, tuple[str, ...], dict[str, Any]], ...] = (
    ("connections.mine", ("patient", "patient of two offices", "patient who was declined"), {}),
    ("connections.choose", ("patient", "patient who was declined"), {}),
    ("connections.changes", ("patient", "patient whose change was left"), {}),
    ("home.today", ("patient whose change was left",), {}),
    ("connections_changes.listing", _DESK, {"office": "office"}),
    ("connections_changes.look_at", _DESK, _CHART),
    ("connections_changes.look_at", ("front_desk",), _NOBODYS),
    ("charts.show_part", (*_DESK, "billing"), {**_CHART, "part": "connection"}),
    ("charts.show_part", ("front_desk",), {**_NOBODYS, "part": "connection"}),
    ("connections_ending.ask", ("front_desk", "administrator"), _CHART),
    ("connections_ending.ask", ("front_desk",), _NOBODYS),
    ("connections_office.listing", _DESK, {"office": "office"}),
    ("connections_office.look_at", _DESK, _REQUEST),
    ("connections_office.ask_to_decline", _DESK, _REQUEST),
    ("connections_office.compare", ("front_desk",), {**_REQUEST, "chart": "chart of the request"}),
    ("connections_office.compare", ("front_desk",), {**_REQUEST, "chart": "chart"}),
)
