"""The screen of a text terminal: what a program has drawn, as lines of text.

Only what w3m sends with TERM=vt100 is understood; colors and modes are dropped.
Sources: ECMA-48 and the terminfo entry vt100.
"""

from __future__ import annotations

import re

TOKEN = re.compile(
    r"\x1b\[(?P<private>\??)(?P<numbers>[\d;]*)(?P<command>[A-Za-z])"  # control sequences
    r"|\x1b[()#].|\x1b[=>78cHM]|\x1b\][^\x07]*\x07"  # character sets, modes, titles
    r"|(?P<control>[\x00-\x1f])"
    r"|(?P<text>[^\x00-\x1f]+)"
)


class TextScreen:
    """A grid of characters with a cursor; rows and columns count from 0.

    ``said`` keeps each message that stood in the last row when the cursor left it:
    one that is soon written over is not missed.
    """

    def __init__(self, rows: int, columns: int) -> None:
        self.rows, self.columns = rows, columns
        self.row = self.column = 0
        self._grid = [[" "] * columns for _ in range(rows)]
        self._half = ""
        self.said: list[str] = []

    def feed(self, output: str) -> None:
        """Draw what the program sent; half a sequence waits for its other half."""
        output = self._half + output
        place = 0
        while match := TOKEN.match(output, place):
            place = match.end()
            self._do(match)
        self._half = output[place:]

    def lines(self) -> list[str]:
        """All rows, without the blanks at their ends."""
        return ["".join(row).rstrip() for row in self._grid]

    def _do(self, match: re.Match[str]) -> None:
        if match["text"]:
            self._write(match["text"])
        elif match["control"]:
            self._control(match["control"])
        elif match["command"] and not match["private"]:
            numbers = [int(number or 0) for number in match["numbers"].split(";")]
            self._command(match["command"], numbers)

    def _write(self, text: str) -> None:
        for character in text:
            if self.column < self.columns:
                self._grid[self.row][self.column] = character
                self.column += 1

    def _control(self, control: str) -> None:
        if control == "\r":
            self.column = 0
        elif control == "\b":
            self.column = max(0, self.column - 1)
        elif control == "\n" and self.row < self.rows - 1:
            self.row += 1
        elif control == "\n":
            self._grid = [*self._grid[1:], [" "] * self.columns]

    def _command(self, command: str, numbers: list[int]) -> None:
        count = max(1, numbers[0])
        if command in "Hf":
            across = max(1, numbers[1]) if len(numbers) > 1 else 1
            self._move(count - 1, across - 1)
        elif command in "ABCD":
            down, right = {"A": (-1, 0), "B": (1, 0), "C": (0, 1), "D": (0, -1)}[command]
            self._move(self.row + count * down, self.column + count * right)
        elif command == "K":
            self._erase_line(numbers[0])
        elif command == "J":
            self._erase_screen(numbers[0])

    def _move(self, row: int, column: int) -> None:
        if self.row == self.rows - 1 != row:
            self.said.append(self.lines()[-1])
        self.row = min(max(row, 0), self.rows - 1)
        self.column = min(max(column, 0), self.columns - 1)

    def _erase_line(self, part: int) -> None:
        first = self.column if part == 0 else 0
        last = self.column + 1 if part == 1 else self.columns
        self._grid[self.row][first:last] = [" "] * (last - first)

    def _erase_screen(self, part: int) -> None:
        """Erase from the cursor on (0) or all (2); nobody sends the third kind."""
        if part == 0:
            self._erase_line(0)
        first = self.row + 1 if part == 0 else 0
        for row in range(first, self.rows):
            self._grid[row] = [" "] * self.columns
