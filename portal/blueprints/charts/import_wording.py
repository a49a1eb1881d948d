from __future__ import annotations

from portal.domain.charts.reading import BadLine
from portal.web import wording
from portal.web.texts import gettext as _
from portal.web.wording import words_for

REASONS: dict[str, wording.Words] = {
    "charts_not_yours_to_keep": lambda facts: _("Only the front desk and office administrators do this."),
    "import_empty": lambda facts: _("There are no lines in this file. The first line names the columns."),
    "import_workbook": lambda facts: _("This is a workbook or a document. In Excel, choose Save As, then CSV UTF-8."),
    "import_binary": lambda facts: _("This is not a text file. In your spreadsheet, save it as CSV."),
    "import_columns_missing": lambda facts: _(
        "These columns are missing: %(columns)s. The first line must name the columns.",
        columns=", ".join(facts["columns"]),
    ),
    "import_too_long": lambda facts: _(
        "This file has more than %(most)s lines. Split it into several files.", most=facts["most"]
    ),
    "import_done": lambda facts: _("This list was taken in already."),
    "line_quote_open": lambda facts: _("A quotation mark opens on this line and never closes."),
    "line_too_long": lambda facts: _("A cell is far too long. A quotation mark may be missing."),
    "line_has_more_cells": lambda facts: _(
        "It has %(cells)s cells, but there are %(columns)s columns. A comma in a name needs quotation marks.",
        cells=facts["cells"],
        columns=facts["columns"],
    ),
    "line_cell_long": lambda facts: _(
        "%(column)s has more than %(most)s letters.", column=facts["column"], most=facts["most"]
    ),
    "line_cell_unprintable": lambda facts: _(
        "%(column)s has signs that cannot be shown. Type it again.", column=facts["column"]
    ),
    "line_cell_formula": lambda facts: _(
        "%(column)s begins like a formula (=, +, - or @). Type the plain text.", column=facts["column"]
    ),
    "line_cell_empty": lambda facts: _("%(column)s is missing.", column=facts["column"]),
    "line_language": lambda facts: _("The language must be English or Spanish, not “%(typed)s”.", typed=facts["typed"]),
    "line_birth_date": lambda facts: _(
        "“%(typed)s” is no date of birth. Write it like 03/25/1961.", typed=facts["typed"]
    ),
    "line_phone": lambda facts: _("“%(typed)s” is no phone number with 10 digits.", typed=facts["typed"]),
    "line_email": lambda facts: _("“%(typed)s” is no email address.", typed=facts["typed"]),
    "line_state": lambda facts: _("“%(typed)s” is no state. Write it like OR.", typed=facts["typed"]),
    "line_postal_code": lambda facts: _("“%(typed)s” is no ZIP code. It needs 5 or 9 digits.", typed=facts["typed"]),
    "line_number_taken": lambda facts: _(
        "Chart number %(number)s is there already, in the office or further up in this file.", number=facts["number"]
    ),
}
wording.add(REASONS, {"charts_import.confirm": lambda: _("Charts imported")})


def problems(line: BadLine) -> str:
    """Why a line can not be taken, in one text."""
    return " ".join(words_for(one) for one in line.problems)


def bad_header() -> list[str]:
    """The two columns that come before those of the file."""
    return [_("Line"), _("What to fix")]
