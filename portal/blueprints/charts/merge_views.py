"""Two charts of one person: compare, merge, undo."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, url_for
from wtforms import SelectChoice

from portal.blueprints.charts.forms import MergeForm
from portal.blueprints.charts.wording import LANGUAGES
from portal.domain.charts import actions, queries, rules
from portal.domain.charts.types import Found, OpenChart
from portal.domain.connections import merging
from portal.kernel import clock
from portal.kernel.refusal import Missing, Refusal, Refused, refuse_if
from portal.web.access import chart, staff
from portal.web.chart_parts import EVERYBODY, Deed, add_deed
from portal.web.hypermedia import go, page
from portal.web.once import exempt
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l
from portal.web.wording import words_for

bp = Blueprint("charts_merge", __name__)
_CHART = "/<uuid:chart>"


@bp.get(f"{_CHART}/merge")
def choose() -> Response:
    """Which other chart."""
    refuse_if(rules.why_not_change(chart().merged_into))
    return _choose(MergeForm())


@bp.post(f"{_CHART}/merge")
@exempt
def compare() -> Response:
    """Both charts side by side, or those that are alike where none is named; nothing is merged yet."""
    form = MergeForm()
    if not form.validate():
        return _choose(form, 422)
    if not form.number.data and form.other_id() is None:
        return _alike(form)
    try:
        other = merging.compare(staff(), chart(), form.other_id(), form.number.data)
    except Missing:
        form.number.errors = [_("There is no other chart with this number.")]
        return _choose(form, 422)
    return _compare(form, other)


@bp.post(f"{_CHART}/merge/done")
def merge() -> Response:
    """From here on there is one."""
    form, opened = MergeForm(), chart()
    other = merging.compare(staff(), opened, form.other_id(), None)
    if not form.validate():
        return _compare(form, other, status=422)
    kept, merged = (opened, other) if form.stays.data == "this" else (other, opened)
    try:
        merging.merge(staff(), kept.public_id, merged.public_id, now=clock.now())
    except Refused as refused:
        return _compare(form, other, refused.refusal, 409)
    return go(url_for("charts.show", chart=kept.public_id))


@bp.get(f"{_CHART}/merges")
def merges() -> Response:
    """What was merged into this chart."""
    return _merges()


@bp.post(f"{_CHART}/merges/<uuid:merge_id>/undo")
def undo(merge_id: UUID) -> Response:
    """Part them again."""
    merging.undo(staff(), chart().public_id, merge_id, now=clock.now())
    return go(url_for("charts.show", chart=chart().public_id))


def _alike(form: MergeForm) -> Response:
    opened = chart()
    found = [one for one in queries.alike(staff(), opened.facts) if one.public_id != opened.public_id]
    actions.note_alike(staff(), found)
    return _choose(form, alike=found)


def _choose(form: MergeForm, status: int = 200, alike: list[Found] | None = None) -> Response:
    opened = chart()
    return page("charts/merge.html", status=status, chart=opened, form=form, alike=alike, url=_back(opened))


def _compare(form: MergeForm, other: OpenChart, refusal: Refusal | None = None, status: int = 200) -> Response:
    opened = chart()
    accounts = merging.accounts_of(staff(), opened, other)
    pair = {"this": opened, "other": other}
    form.stays.choices = [SelectChoice(place, f"{one.name} · {one.number}") for place, one in pair.items()]
    why_not = refusal or rules.why_not_merge(
        same=False,
        merged_before=opened.merged_into is not None or other.merged_into is not None,
        people={one.person_id for one in accounts.values()},
    )
    return page(
        "charts/compare.html",
        status=status,
        chart=opened,
        pair=[(one, accounts[one.id].name if one.id in accounts else "") for one in pair.values()],
        form=form,
        other=other,
        why_not=words_for(why_not) if why_not else "",
        languages=LANGUAGES,
        url=_back(opened),
    )


def _merges() -> Response:
    opened = chart()
    return page(
        "charts/merges.html",
        chart=opened,
        merges=merging.open_merges_of(staff(), opened),
        zone=staff().time_zone,
        url=_back(opened),
    )


def _back(opened: OpenChart) -> str:
    return url_for("charts.show", chart=opened.public_id)


_KEEPERS = tuple(role for role in EVERYBODY if rules.why_not_merge_at_all(role) is None)
add_deed(Deed("charts_merge.choose", _l("Merge"), _KEEPERS, order=80, icon="swap"))
