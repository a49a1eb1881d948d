"""Lines of a table as charts: which column is what, and why a line can not be taken. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from portal.domain.accounts.rules import STATES
from portal.domain.charts import rules
from portal.domain.charts.names import folded
from portal.domain.charts.types import Demographics
from portal.formats.csv_table import Line, Table
from portal.kernel import typed
from portal.kernel.refusal import Refusal, Refused

MOST_LINES = 10_000
#: The columns of the template, by field, and what else they are called (folded: small letters, no punctuation).
COLUMNS: dict[str, tuple[str, ...]] = {
    "number": ("Chart number", "number", "chart", "mrn", "chart no", "patient id", "id", "medical record number"),
    "given": ("First name", "first", "given", "given name", "firstname", "legal first name", "nombre"),
    "family": ("Last name", "last", "family", "family name", "lastname", "surname", "legal last name", "apellido"),
    "preferred": ("Preferred name", "preferred", "nickname", "called"),
    "birth_date": ("Date of birth", "dob", "birth date", "birthdate", "born", "birthday", "fecha de nacimiento"),
    "language": ("Language", "lang", "idioma"),
    "phone_on_file": ("Phone", "phone on file", "phone number", "mobile", "cell", "cell phone", "telephone"),
    "email": ("Email", "e mail", "email address", "mail"),
    "line1": ("Street", "address", "address 1", "address1", "street address", "line 1", "line1"),
    "line2": ("Unit", "apartment", "apt", "address 2", "address2", "line 2", "line2", "apartment or unit"),
    "city": ("City", "town"),
    "state": ("State", "st", "province"),
    "postal_code": ("ZIP code", "zip", "zipcode", "postal code", "postcode"),
}
NEEDED = ("given", "family", "birth_date")
_LONGEST = {
    "number": 20,
    "email": 254,
    "line1": 120,
    "line2": 120,
    "postal_code": 20,
    "birth_date": 40,
    "phone_on_file": 40,
}
_LANGUAGES = {"": "en", "en": "en", "english": "en", "ingles": "en", "es": "es", "spanish": "es", "espanol": "es"}
_STATES = {folded(words): code for code, words in STATES.items()} | {code.lower(): code for code in STATES}
_EMPTY = {"-", "--", "n/a", "na", "none", "null", "."}


class GoodLine(NamedTuple):
    """A line that can become a chart. `number` None: the next free one."""

    line: int
    number: str | None
    facts: Demographics


class BadLine(NamedTuple):
    """A line that can not, why not, and what stood there."""

    line: int
    problems: list[Refusal]
    cells: list[str]


class Read(NamedTuple):
    """What a file holds. `unused`: headings that mean nothing here."""

    good: list[GoodLine]
    bad: list[BadLine]
    header: list[str]
    unused: list[str]


def read(table: Table, today: date) -> Read:
    """Every line of the table, in order.

    Raises:
        Refused: there are no lines or too many, or a column is missing that no chart is without.
    """
    places = _places(table.header)
    missing = [COLUMNS[name][0] for name in NEEDED if name not in places]
    if missing:
        raise Refused(Refusal("import_columns_missing", columns=missing))
    if not table.lines:
        raise Refused(Refusal("import_empty"))
    if len(table.lines) > MOST_LINES:
        raise Refused(Refusal("import_too_long", most=MOST_LINES))
    unused = [words for place, words in enumerate(table.header) if words and place not in places.values()]
    found = Read([], [], table.header, unused)
    for line in table.lines:
        one = _read_line(line, places, len(table.header), today)
        found.good.append(one) if isinstance(one, GoodLine) else found.bad.append(one)
    return found


def _places(header: Sequence[str]) -> dict[str, int]:
    """Which cell holds which field. The first of two columns of one meaning counts."""
    meanings = {folded(words): name for name, known in COLUMNS.items() for words in known}
    places: dict[str, int] = {}
    for place, words in enumerate(header):
        name = meanings.get(folded(words))
        if name:
            places.setdefault(name, place)
    return places


def _read_line(line: Line, places: dict[str, int], width: int, today: date) -> GoodLine | BadLine:
    cells = {name: _cell(line.cells, place) for name, place in places.items()}
    problems = list(_shape(line, width)) or [*_texts(cells), *_needed(cells)]
    values: dict[str, Any] = {}
    if not problems:
        problems = list(_read_cells(cells, values, today))
    if problems:
        return BadLine(line.number, problems, line.cells)
    number = values.pop("number", None)
    return GoodLine(line.number, number, Demographics(**values))


def _cell(cells: Sequence[str], place: int) -> str:
    text = " ".join(cells[place].split()) if place < len(cells) else ""
    return "" if text.lower() in _EMPTY else text


def _shape(line: Line, width: int) -> Iterator[Refusal]:
    if line.problem:
        yield Refusal(f"line_{line.problem}")
    elif any(line.cells[width:]):
        yield Refusal("line_has_more_cells", cells=len(line.cells), columns=width)


def _texts(cells: dict[str, str]) -> Iterator[Refusal]:
    for name, text in cells.items():
        most = _LONGEST.get(name, 80)
        if len(text) > most:
            yield Refusal("line_cell_long", column=COLUMNS[name][0], most=most)
        elif not text.isprintable():
            yield Refusal("line_cell_unprintable", column=COLUMNS[name][0])
        elif name != "phone_on_file" and text.startswith(("=", "+", "-", "@")):
            yield Refusal("line_cell_formula", column=COLUMNS[name][0])


def _needed(cells: dict[str, str]) -> Iterator[Refusal]:
    for name in NEEDED:
        if not cells[name]:
            yield Refusal("line_cell_empty", column=COLUMNS[name][0])


def _read_cells(cells: dict[str, str], values: dict[str, Any], today: date) -> Iterator[Refusal]:
    """Fills `values`; tells what can not be read."""
    values |= {name: text or None for name, text in cells.items()}
    values["language"] = _LANGUAGES.get(folded(cells.get("language", "")))
    if values["language"] is None:
        yield Refusal("line_language", typed=cells["language"])
    born = values["birth_date"] = _born(cells["birth_date"])
    refusal = rules.why_not_born(born, today) if born else Refusal("line_birth_date", typed=cells["birth_date"])
    if refusal:
        yield refusal
    yield from _contacts(cells, values)


def _born(text: str) -> date | None:
    """Also with a time of day behind it, as spreadsheets and FHIR write."""
    return typed.date_of(text) or typed.date_of(text.partition("T")[0].partition(" ")[0])


def _contacts(cells: dict[str, str], values: dict[str, Any]) -> Iterator[Refusal]:
    if cells.get("phone_on_file"):
        try:
            values["phone_on_file"] = typed.phone_of(cells["phone_on_file"])
        except typed.BadPhone:
            yield Refusal("line_phone", typed=cells["phone_on_file"])
    for name, understand in (("email", typed.email_of), ("state", _state), ("postal_code", _zip_code)):
        if cells.get(name):
            values[name] = understand(cells[name])
            if values[name] is None:
                yield Refusal(f"line_{name}", typed=cells[name])


def _state(text: str) -> str | None:
    return _STATES.get(folded(text))


def _zip_code(text: str) -> str | None:
    """Spreadsheets drop the zeros that a ZIP code of the North East begins with."""
    return typed.zip_code_of(text.zfill(5) if text.isdecimal() and len(text) in (3, 4) else text)
