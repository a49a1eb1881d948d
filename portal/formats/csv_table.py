"""Tables as spreadsheets write and read them (RFC 4180, and what Excel makes of it in other countries)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import NamedTuple

_DELIMITERS = ",;\t|"
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"{\\rtf")
#: A cell that begins so is a formula to a spreadsheet (CWE-1236); a quote before it makes it text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_CELL = 131_072


class Unreadable(Exception):
    """The bytes are no table. `code`: empty, workbook, binary."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Line(NamedTuple):
    """A record. `number` is the line of the file on which it begins. `problem`: quote_open, too_long, or None."""

    number: int
    cells: list[str]
    problem: str | None = None


class Table(NamedTuple):
    """The first line that has something in it, and all lines after it that have."""

    header: list[str]
    lines: list[Line]


def read(data: bytes, most: int) -> Table:
    """The table in a file: comma, semicolon, tab or bar; UTF-8, UTF-16 or Windows-1252; cells may hold line breaks.

    Reading stops after `most` lines and one, so that a file without end costs no more.

    Raises:
        Unreadable: there is no table in it.
    """
    text = _decoded(data)
    if not text.strip():
        raise Unreadable("empty")
    delimiter, text, skipped = _delimiter(text)
    lines = list(_lines(text, delimiter, skipped, most + 2))
    if lines and lines[-1].cells and _is_open(text) and len(lines) < most + 2:
        lines[-1] = lines[-1]._replace(problem="quote_open")
    return Table(lines[0].cells, lines[1:]) if lines else Table([], [])


def write(rows: Iterable[Sequence[str]]) -> bytes:
    """A table that spreadsheets open by themselves (UTF-8 with its mark); no cell in it can be a formula."""
    out = StringIO(newline="")
    csv.writer(out).writerows([_as_text(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _from_text(cell: str) -> str:
    """The other way: what `write` put before a cell goes again."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _decoded(data: bytes) -> str:
    if data.startswith(_WORKBOOKS):
        raise Unreadable("workbook")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
    else:
        text = _from_bytes(data)
    if "\x00" in text:
        raise Unreadable("binary")
    return text


def _from_bytes(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _delimiter(text: str) -> tuple[str, str, int]:
    """What parts the cells, the text without a `sep=;` line (Excel's own), and how many lines that took."""
    first, rest = text.partition("\n")[::2]
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        return first.strip()[4], rest, 1
    head = text.lstrip("\r\n").replace("\r", "\n").partition("\n")[0]
    unquoted = "".join(head.split('"')[::2])
    return max(_DELIMITERS, key=unquoted.count), text, 0


def _lines(text: str, delimiter: str, skipped: int, most: int) -> Iterator[Line]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    found = 0
    while found < most:
        begins = reader.line_num + 1 + skipped
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:  # a cell without end, or a bare carriage return inside of one
            found += 1
            yield Line(begins, [], "too_long")
            continue
        if any(cell.strip() for cell in cells):
            found += 1
            yield Line(begins, [_from_text(cell.strip()) for cell in cells])


def _is_open(text: str) -> bool:
    """Whether the last quotation mark of the file was never closed: they come in pairs, escaped ones too."""
    return text.count('"') % 2 == 1
