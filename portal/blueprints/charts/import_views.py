"""Import of charts from a CSV file: upload, look at the report, confirm."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, url_for

from portal.blueprints.charts import import_wording
from portal.blueprints.charts.import_forms import ConfirmForm, UploadForm
from portal.domain.charts import importing, reading
from portal.formats import csv_table
from portal.kernel import clock
from portal.kernel.refusal import Missing, Refused
from portal.web.access import staff
from portal.web.hypermedia import go, page
from portal.web.once import exempt
from portal.web.uploads import takes_file
from portal.web.wording import words_for

bp = Blueprint("charts_import", __name__)
_SHOWN = 40
_EXAMPLE = (
    *("L-1001", "Maribel", "Oakhurst", "Mari", "05/14/1958", "English", "800-555-0143", "maribel@example.com"),
    *("27 Thistle Lane", "Apt 3", "Larkfield", "OR", "97000"),
)


@bp.get("/")
def choose() -> Response:
    """How a list must look, and where to choose it."""
    return _choose(UploadForm())


@bp.post("/")
@takes_file
@exempt
def upload() -> Response:
    """Read it; what is in it is shown before anything is created."""
    form = UploadForm()
    if not form.validate():
        return _choose(form, 422)
    try:
        found = importing.upload(staff(), form.file.data.read(), now=clock.now())
    except Refused as refused:
        form.file.errors = [words_for(refused.refusal)]
        return _choose(form, 422)
    return go(url_for(".report", import_id=found))


def _choose(form: UploadForm, status: int = 200) -> Response:
    return page("charts/import.html", status=status, form=form, columns=_columns(), most=reading.MOST_LINES)


def _columns() -> list[tuple[str, bool]]:
    return [(words[0], name in reading.NEEDED) for name, words in reading.COLUMNS.items()]


@bp.get("/template.csv")
def template() -> Response:
    """A list with the right columns and one line as an example."""
    return _file([[words[0] for words in reading.COLUMNS.values()], _EXAMPLE], "charts.csv")


@bp.get("/<uuid:import_id>/")
def report(import_id: UUID) -> Response:
    """What was read, what can not be taken and why, who may be there already."""
    return _report(import_id, ConfirmForm())


@bp.get("/<uuid:import_id>/bad.csv")
def bad_lines(import_id: UUID) -> Response:
    """The lines that can not be taken, with what to fix, to be put right in a spreadsheet."""
    found = importing.report_of(staff(), import_id).content
    if found is None:
        raise Missing
    rows = [[str(one.line), import_wording.problems(one), *one.cells] for one in found.bad]
    return _file([[*import_wording.bad_header(), *found.header], *rows], "charts-to-fix.csv")


@bp.post("/<uuid:import_id>/")
def confirm(import_id: UUID) -> Response:
    """Create the charts."""
    form = ConfirmForm()
    if not form.validate():
        return _report(import_id, form, 422)
    importing.confirm(staff(), import_id, with_doubles=form.doubles.data == "take", now=clock.now())
    return go(url_for(".report", import_id=import_id))


def _report(import_id: UUID, form: ConfirmForm, status: int = 200) -> Response:
    found = importing.report_of(staff(), import_id)
    if found.content is None:
        return page("charts/imported.html", charts=found.charts)
    return page("charts/report.html", status=status, form=form, import_id=import_id, **_told(found))


def _told(found: importing.Report) -> dict[str, Any]:
    content = found.content
    return {
        "good": len(content.good),
        "bad": [(one.line, import_wording.problems(one)) for one in content.bad[:_SHOWN]],
        "bad_count": len(content.bad),
        "doubles": found.doubles[:_SHOWN],
        "doubles_count": len(found.doubles),
        "unused": ", ".join(content.unused[:_SHOWN]),
    }


def _file(rows: list[Any], name: str) -> Response:
    answer = Response(csv_table.write(rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
