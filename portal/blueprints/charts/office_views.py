from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, url_for
from flask_babel import lazy_gettext as _l

from portal.blueprints.charts import wording
from portal.blueprints.charts.forms import SearchForm
from portal.domain.charts import actions, rules
from portal.domain.charts.types import Found, OpenChart
from portal.domain.connections import queries as connections
from portal.domain.viewer import StaffViewer
from portal.kernel import clock
from portal.kernel.refusal import Missing, Refused
from portal.web import errors
from portal.web.access import chart, staff
from portal.web.chart_parts import Part, add_part, first_part, links_of, part_of, parts
from portal.web.filters import time_words
from portal.web.hypermedia import go, page
from portal.web.once import exempt
from portal.web.transaction import first
from portal.web.wording import words_for

bp = Blueprint("charts", __name__)


@bp.get("/")
def find() -> Response:
    """An empty search."""
    return _search(SearchForm())


def _count_a_search() -> Response | None:
    refusal = actions.count_a_search(staff(), clock.now())
    if refusal is None:
        return None
    return errors.answer(429, wording.too_many_searches(time_words(refusal.facts["until"], staff().time_zone)))


@bp.post("/")
@exempt
@first(_count_a_search)
def search() -> Response:
    """Who is meant. The answer is a page of its own: names and birth dates never stand in a URL."""
    form = SearchForm()
    if not form.validate():
        return _search(form, status=422)
    try:
        found = actions.search(staff(), form.wanted())
    except Refused as refused:
        form.q.errors = [words_for(refused.refusal)]
        return _search(form, status=422)
    return _search(form, found)


def _search(form: SearchForm, found: list[Found] | None = None, status: int = 200) -> Response:
    return page(
        "charts/search.html",
        fragment="partials/charts/search.html",
        status=status,
        form=form,
        found=None if found is None else found[: rules.MOST_FOUND],
        more=found is not None and len(found) > rules.MOST_FOUND,
    )


@bp.get("/<uuid:chart>/")
def show() -> Response:
    """A chart, open at its first part."""
    return _show(first_part())


@bp.get("/<uuid:chart>/<part>")
def show_part(part: str) -> Response:
    """A chart, open at one of its parts."""
    found = part_of(part)
    if found is None or found is first_part():
        raise Missing
    return _show(found)


def _show(part: Part) -> Response:
    viewer, opened = staff(), chart()
    if opened.merged_into:
        return go(url_for(".show", chart=opened.merged_into))
    if viewer.role not in part.roles:
        raise Missing
    g.section = part.word
    return page(
        "charts/chart.html",
        fragment=part.template,
        part=part,
        deeds=links_of(viewer, opened),
        tabs=_tabs(viewer, part),
        zone=viewer.time_zone,
        **{"chart": opened, **part.values(viewer, opened)},
    )


def _tabs(viewer: StaffViewer, open_part: Part) -> list[dict[str, Any]]:
    return [
        {"label": part.heading, "url": url_of(part, chart()), "current": part is open_part}
        for part in parts()
        if viewer.role in part.roles
    ]


def url_of(part: Part, opened: OpenChart) -> str:
    """Where a part of a chart is."""
    if part is first_part():
        return url_for(".show", chart=opened.public_id)
    return url_for(".show_part", chart=opened.public_id, part=part.word)


def _demographics(_viewer: StaffViewer, _opened: OpenChart) -> dict[str, Any]:
    return {"languages": wording.LANGUAGES}


def _care_team(viewer: StaffViewer, opened: OpenChart) -> dict[str, Any]:
    return {"team": connections.team_of_chart(viewer, opened)}


add_part(Part("demographics", _l("Demographics"), _demographics, "partials/charts/demographics.html", order=0))
add_part(Part("care_team", _l("Care team"), _care_team, "partials/charts/care_team.html", order=20))
