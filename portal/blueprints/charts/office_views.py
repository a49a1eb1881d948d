"""Charts of an office: searching, opening, creating, changing."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, g, request, url_for

from portal.blueprints.charts import wording
from portal.blueprints.charts.forms import ChartForm, EmergencyForm
from portal.domain.charts import actions, emergency, queries, rules
from portal.domain.charts.types import Found, OpenChart
from portal.domain.connections import queries as connections
from portal.domain.viewer import Role, StaffViewer
from portal.kernel import clock, paging
from portal.kernel.refusal import Missing, Refused, Stale, refuse_if
from portal.web import errors
from portal.web.access import chart, emergency_until, staff
from portal.web.chart_parts import (
    CLINICAL,
    EVERYBODY,
    Deed,
    Part,
    add_deed,
    add_part,
    first_part,
    links_of,
    part_of,
    parts,
)
from portal.web.chart_search import SearchForm
from portal.web.filters import time_words
from portal.web.hypermedia import done, go, page
from portal.web.once import exempt
from portal.web.texts import lazy_gettext as _l
from portal.web.transaction import afterwards, first
from portal.web.wording import words_for

bp = Blueprint("charts", __name__)
_CHART = "/<uuid:chart>"
_WRITERS = tuple(role for role in EVERYBODY if rules.why_not_write(role) is None)
#: Which field of the form a reason stands at.
_AT_FIELD = {"born_in_future": "birth_date", "born_too_long_ago": "birth_date", "number_taken": "number"}


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
        may_write=staff().role in _WRITERS,
        may_oversee=staff().role is Role.ADMINISTRATOR,
        may_import=rules.why_not_import(staff().role) is None,
        found=None if found is None else found[: rules.MOST_FOUND],
        more=found is not None and len(found) > rules.MOST_FOUND,
    )


@bp.get("/new")
def new() -> Response:
    """An empty form."""
    refuse_if(rules.why_not_write(staff().role))
    return _new(ChartForm())


@bp.post("/new")
def create() -> Response:
    """Open a chart, unless there are some that may be of the same person: those are shown first."""
    form = ChartForm()
    if not form.validate():
        return _new(form, 422)
    try:
        made = actions.create(staff(), form.facts(), number=form.number.data, seen=form.seen_charts(), now=clock.now())
    except Refused as refused:
        alike = queries.alike(staff(), form.facts())
        afterwards(partial(actions.note_alike, staff(), alike))
        return _new(_told(form, refused), 409, alike)
    return go(url_for(".show", chart=made))


def _told(form: ChartForm, refused: Refused) -> ChartForm:
    """The form with a reason at the field that it is about."""
    words, field = words_for(refused.refusal), _AT_FIELD.get(refused.refusal.code)
    if field:
        form[field].errors = [words]
    else:
        form.form_errors.append(words)
    return form


def _new(form: ChartForm, status: int = 200, alike: list[Found] | None = None) -> Response:
    if alike:
        form.have_seen(alike)
    return page("charts/new.html", fragment="partials/charts/new.html", status=status, form=form, alike=alike)


@bp.get(f"{_CHART}/")
def show() -> Response:
    """A chart, open at its first part."""
    return _show(first_part())


@bp.get(f"{_CHART}/<part>")
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
    if not is_open(part):
        return _closed(part, EmergencyForm())
    return _page(part, part.template, **part.values(viewer, opened))


@bp.get(f"{_CHART}/edit")
def edit() -> Response:
    """The demographics as a form."""
    refuse_if(rules.why_not_write(staff().role))
    refuse_if(rules.why_not_change(chart().merged_into))
    return _edit(ChartForm.of(chart()))


@bp.post(f"{_CHART}/edit")
def change() -> Response:
    """Save them, unless somebody else did meanwhile."""
    form, opened = ChartForm(), chart()
    if not form.validate():
        return _edit(form, 422)
    try:
        actions.change(staff(), opened.public_id, form.facts(), version=form.opened_version, now=clock.now())
    except Refused as refused:
        return _edit(_told(form, refused), 409)
    except Stale as stale:
        form.meets(stale.theirs)
        return _edit(form, 409)
    g.chart = queries.chart_of(staff(), opened.public_id)
    part = first_part()
    values = {**_around(part, part.template), **part.values(staff(), chart())}
    return done("partials/charts/chart.html", instead=url_of(part, opened), **values)


def _edit(form: ChartForm, status: int = 200) -> Response:
    return _page(first_part(), "partials/charts/edit.html", status, form=form)


def _page(part: Part, body: str, status: int = 200, section: str | None = None, **values: Any) -> Response:
    g.section = section or part.word
    return page(
        "charts/chart.html",
        fragment="partials/charts/chart.html",
        status=status,
        **{**_around(part, body), **values},
    )


def _around(part: Part, body: str) -> dict[str, Any]:
    """What stands around a part of a chart; `body` is the partial that is shown under its tab."""
    viewer, opened = staff(), chart()
    return {
        "chart": opened,
        "body": body,
        "deeds": links_of(viewer, opened),
        "tabs": _tabs(viewer, part),
        "url": url_of(part, opened),
        "zone": viewer.time_zone,
        "in_emergency": viewer.role not in part.roles and is_open(part),
    }


def _tabs(viewer: StaffViewer, open_part: Part) -> list[dict[str, Any]]:
    return [
        {"label": part.heading, "url": url_of(part, chart()), "current": part is open_part}
        for part in parts()
        if viewer.role in part.roles or part.clinical
    ]


def is_open(part: Part) -> bool:
    """Whether the viewer sees this part of the chart of the URL."""
    return rules.is_open(part.roles, staff().role, emergency_until() if part.clinical else None, clock.now())


def _closed(part: Part, form: EmergencyForm, status: int = 200) -> Response:
    """A part that the viewer's role leaves out: to them it is not there, or opens in an emergency only."""
    if not part.clinical:
        raise Missing
    return _page(part, "partials/charts/closed.html", status, asked=part, form=form, section="closed")


@bp.post(f"{_CHART}/<part>/open")
def open_in_emergency(part: str) -> Response:
    """Open what one's role leaves out, with a reason."""
    found, form = part_of(part), EmergencyForm()
    if found is None or not found.clinical:
        raise Missing
    if is_open(found):
        return go(url_of(found, chart()))
    if not form.validate():
        return _closed(found, form, 422)
    try:
        emergency.open_chart(staff(), chart().public_id, reason=form.reason.data, now=clock.now())
    except Refused as refused:
        form.reason.errors = [words_for(refused.refusal)]
        return _closed(found, form, 422)
    return go(url_of(found, chart()))


def url_of(part: Part, opened: OpenChart) -> str:
    """Where a part of a chart is."""
    if part is first_part():
        return url_for(".show", chart=opened.public_id)
    return url_for(".show_part", chart=opened.public_id, part=part.word)


def _demographics(_viewer: StaffViewer, _opened: OpenChart) -> dict[str, Any]:
    return {"languages": wording.LANGUAGES}


def _care_team(viewer: StaffViewer, opened: OpenChart) -> dict[str, Any]:
    return {"team": connections.team_of_chart(viewer, opened)}


def _changes(viewer: StaffViewer, opened: OpenChart) -> dict[str, Any]:
    """Saved together, shown together."""
    found = queries.changes_of(viewer, opened, paging.before(request.args.get("before")))
    saved = groupby(found.rows, key=lambda one: (one.at, one.author))
    undoes = rules.why_not_merge_at_all(viewer.role) is None and any(one.field == "merged" for one in found.rows)
    return {
        "saved": [(*who, [wording.told(one) for one in changes]) for who, changes in saved],
        "merges_url": url_for("charts_merge.merges", chart=opened.public_id) if undoes else "",
        **_pages("changes", found.older),
    }


def _accesses(viewer: StaffViewer, opened: OpenChart) -> dict[str, Any]:
    found = queries.accesses_of(viewer, opened, paging.before(request.args.get("before")))
    told = [(one.at, one.author, wording.access_words(one)) for one in found.rows]
    return {"accesses": told, **_pages(queries.ACCESS_LOG, found.older)}


def _pages(part: str, older: str) -> dict[str, str]:
    """The ways on from a page of a long part: to older lines, and from those back to the newest."""
    url = url_for(".show_part", chart=chart().public_id, part=part)
    return {
        "older_url": f"{url}?before={older}" if older else "",
        "newest_url": url if request.args.get("before") else "",
    }


add_part(Part("demographics", _l("Demographics"), _demographics, "partials/charts/demographics.html", order=0))
add_part(
    Part("care_team", _l("Care team"), _care_team, "partials/charts/care_team.html", CLINICAL, order=20, clinical=True)
)
add_part(Part("changes", _l("Changes"), _changes, "partials/charts/changes.html", order=90))
_log = "partials/charts/access_log.html"
add_part(Part(queries.ACCESS_LOG, _l("Access log"), _accesses, _log, (Role.ADMINISTRATOR,), order=95))
add_deed(Deed("charts.edit", _l("Edit"), _WRITERS, order=0, icon="edit"))
