"""Tables as spreadsheets write them."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from portal.formats import csv_table

WORDS = "Núñez"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "cp1252"])
@pytest.mark.parametrize("delimiter", list(",;\t|"))
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_however_it_was_saved(encoding, delimiter, end):
    text = f"First name{delimiter}Last name{end}Ana{delimiter}{WORDS}{end}"
    data = b"\xff\xfe" + text.encode("utf-16-le") if encoding == "utf-16-le-bom" else text.encode(encoding)
    table = csv_table.read(data, 10)
    assert table.header == ["First name", "Last name"]
    assert [line.cells for line in table.lines] == [["Ana", WORDS]]


def test_excels_own_first_line():
    table = csv_table.read(b"sep=;\r\na;b\r\n1,5;2\r\n", 10)
    assert table.header == ["a", "b"] and table.lines[0] == (3, ["1,5", "2"], None)


def test_cells_with_line_breaks_keep_count_of_lines():
    table = csv_table.read(b'a,b\n\n"x\ny\nz",2\n3,"q ""q"""\n', 10)
    assert [(line.number, line.cells) for line in table.lines] == [(3, ["x\ny\nz", "2"]), (6, ["3", 'q "q"'])]


def test_a_quotation_mark_that_never_closes():
    table = csv_table.read(b'a,b\n1,2\n3,"4\n5,6\n7,8\n', 10)
    assert [(line.number, line.problem) for line in table.lines] == [(2, None), (3, "quote_open")]


def test_a_cell_without_end_is_one_bad_line():
    table = csv_table.read(b'a,b\n"' + b"x" * 200_000 + b'",2\n3,4\n', 10)
    assert [line.problem for line in table.lines] == ["too_long", None]


def test_reading_stops():
    assert len(csv_table.read(b"a\n" + b"1\n" * 100_000, 50).lines) == 51


@pytest.mark.parametrize(
    "data,code",
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"PK\x03\x04rest", "workbook"),
        (b"\xd0\xcf\x11\xe0rest", "workbook"),
        (b"%PDF-1.7", "workbook"),
        (b"a,b\n\x00,1", "binary"),
    ],
)
def test_what_is_no_table_says_what_it_is(data, code):
    with pytest.raises(csv_table.Unreadable) as caught:
        csv_table.read(data, 10)
    assert caught.value.code == code


@pytest.mark.parametrize("cell", ["=1+1", "+18005550111", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(cell):
    (row,) = csv.reader(StringIO(csv_table.write([[cell, "plain"]]).decode("utf-8-sig"), newline=""))
    assert row == [f"'{cell}", "plain"]


def test_what_was_written_reads_back():
    rows = [["a", "b"], ["+18005550111", 'x "y", z\nw']]
    table = csv_table.read(csv_table.write(rows), 10)
    assert [table.header, *(line.cells for line in table.lines)] == rows
