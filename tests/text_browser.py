"""A person with a text browser: real w3m in a pseudo-terminal, driven key by key.

    with TextBrowser(folder) as browser:
        browser.open(address)
        browser.fill("User name", "ada")
        browser.submit("Sign in")
        assert "Hello ada" in browser.text()

w3m speaks HTTP/1.0, sends no Origin and no Sec-Fetch-Site, and has no JavaScript.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Self

import pexpect

from tests import parts
from tests.text_screen import TextScreen

ENTER, NEXT, PREVIOUS = "\r", "\t", "\x1b\t"
WHERE, ADDRESS, PEEK, TOP = "\x07", "c", "u", "g"  # w3m's keys
ERASE = "\x05\x15"  # to the end of the line, then erase to its start
OPTIONS = {
    "accept_cookie": "1",
    "confirm_qq": "0",
    "wrap_search": "1",
    "ignorecase_search": "1",
    "display_charset": "UTF-8",
    "auto_uncompress": "0",
}
TEXT_KINDS = ("text", "password", "date", "email", "tel", "number", "search", "url", "textarea")

# w3m gives a textarea to an editor; this one writes what the test has to say.
EDITOR = """#!/bin/sh
for file; do :; done
cat "$HOME/typed" > "$file"
"""


class TextBrowser:
    """One w3m with cookies and a home folder of its own.

    Every method returns when w3m is done, pages loaded included, or fails after
    ``timeout`` seconds with the screen in its message. Words are found without
    regard to case and must stand on one line of the screen.
    """

    def __init__(self, home: Path, *, rows: int = 60, columns: int = 100, timeout: float = 20.0) -> None:
        self._home = home
        self._timeout = timeout
        self._screen = TextScreen(rows, columns)
        self._place = (0, 0)
        self._process: pexpect.spawn | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # What a person does

    def open(self, url: str) -> None:
        """Go to an address; the first call starts w3m."""
        if self._process is None:
            self._start(url)
            self._sync()
        else:
            self._send("U")
            self._wait(lambda: self._last_row().startswith("Goto URL"))
            self.press(ERASE + url + ENTER)
            if any(said.startswith("Can't load") for said in self._screen.said):
                raise ConnectionError(f"w3m cannot load {url}")

    def press(self, keys: str) -> None:
        """Press keys as they are. They must not end within one of w3m's prompts."""
        self._screen.said.clear()
        self._send(keys)
        self._sync()

    def fill(self, label: str, text: str) -> None:
        """Type into the text field after its label."""
        self._go_to_field(label, NEXT, TEXT_KINDS)
        self.type_into_focused(text)

    def type_into_focused(self, text: str) -> None:
        """Replace what the field under the cursor holds."""
        if self._focused_kind() == "textarea":
            (self._home / "typed").write_text(text, encoding="utf-8")
            self.press(ENTER)
            return
        self._send(ENTER)
        self._wait(lambda: re.match(r"(TEXT|Password|Filename):", self._last_row()))
        self.press(ERASE + text + ENTER)

    def choose_file(self, label: str, file: Path) -> None:
        """Name a file of this machine in the field after its label."""
        self._go_to_field(label, NEXT, ("file",))
        self._send(ENTER)
        self._wait(lambda: self._last_row().startswith("Filename:"))
        self.press(ERASE + str(file) + ENTER)

    def tick(self, label: str) -> None:
        """Press the radio button or checkbox before its label."""
        self._go_to_field(label, PREVIOUS, ("radio", "checkbox"))
        self.press(ENTER)

    def choose(self, label: str, option: str) -> None:
        """Pick an option of the list after its label; it must fit on the screen."""
        self._go_to_field(label, NEXT, ("select",))
        self._pick(option)

    def submit(self, words: str) -> None:
        """Press the button with these words."""
        for _ in self._matches(words):
            if self._focused_kind() in ("submit", "button", "image"):
                self.press(ENTER)
                return
        raise AssertionError(f"No button {words!r}:\n{self.text()}")

    def follow_link(self, words: str) -> None:
        """Follow the first link that has these words in it."""
        for _ in self._matches(words):
            if re.match(r"\w+:", self._focused()):
                self.press(ENTER)
                return
        raise AssertionError(f"No link {words!r}:\n{self.text()}")

    # What a person sees

    def text(self) -> str:
        """The screen as it is now, without w3m's own last row."""
        return "\n".join(self._screen.lines()[:-1]).rstrip()

    def url(self) -> str:
        """The address of the page."""
        self.press("")
        return self._last_row()

    def close(self) -> None:
        """End w3m; its cookies stay in the home folder."""
        if self._process is not None:
            self._process.close(force=True)
            self._process = None

    # How it is done

    def _start(self, url: str) -> None:
        self._home.mkdir(parents=True, exist_ok=True)
        editor = self._home / "editor"
        editor.write_text(EDITOR)
        editor.chmod(0o700)
        options = [part for name in OPTIONS for part in ("-o", f"{name}={OPTIONS[name]}")]
        environment = {"HOME": str(self._home), "TERM": "vt100", "LANG": "C.UTF-8"}
        self._process = pexpect.spawn(
            str(parts.text_browser()),
            ["-cookie", *options, "-o", f"editor={editor}", url],
            env=environment | {"PATH": "/usr/bin:/bin"},
            dimensions=(self._screen.rows, self._screen.columns),
            encoding="utf-8",
            codec_errors="replace",
        )
        self._process.delaybeforesend = None

    def _send(self, keys: str) -> None:
        if self._process is None:
            raise RuntimeError("open(url) comes first")
        self._process.send(keys)

    def _sync(self) -> None:
        """Wait until w3m has done all it was told.

        It works off its keys one by one, so the answer to a question asked last
        comes when all else is done. Two questions in turn, because it does not draw
        the same answer twice.
        """
        self._place = _place(self._ask(WHERE, lambda row: row.startswith("line ")))
        self._ask(ADDRESS, lambda row: not re.match("line |.{0,8}Viewing", row))

    def _ask(self, question: str, is_answer: Callable[[str], object]) -> str:
        """Send a question, and wait for an answer in the last row; another message may be over it already."""
        before = len(self._screen.said)
        self._send(question)

        def answers() -> list[str]:
            return [row for row in [*self._screen.said[before:], self._last_row()] if is_answer(row)]

        self._wait(answers)
        return answers()[-1]

    def _wait(self, done: Callable[[], object]) -> None:
        deadline = time.monotonic() + self._timeout
        while not done():
            if time.monotonic() > deadline:
                screen = "\n".join(self._screen.lines())
                raise TimeoutError(f"w3m is not done after {self._timeout:g} s:\n{screen}")
            self._read(0.05)

    def _read(self, seconds: float) -> bool:
        """Draw what w3m sends within this time; whether it sent anything."""
        assert self._process is not None
        try:
            self._screen.feed(self._process.read_nonblocking(65536, seconds))
        except pexpect.TIMEOUT:
            return False
        except pexpect.EOF:
            raise RuntimeError(f"w3m has ended, by signal {self._ended_by()}") from None
        return True

    def _ended_by(self) -> int | None:
        assert self._process is not None
        self._process.wait()
        return self._process.signalstatus

    def _last_row(self) -> str:
        return self._screen.lines()[-1]

    def _focused(self) -> str:
        """What is under the cursor: a link's address, ``input type=…``, or nothing."""
        self.press(PEEK)
        own = re.compile(r"line \d|.{0,8}Viewing")
        said = [words for words in self._screen.said if not own.match(words)]
        return said[0] if len(said) > 1 else ""  # the last is the page's own address

    def _focused_kind(self) -> str:
        found = re.match(r"(?:input type=)?(\w+)", self._focused())
        return found[1] if found else ""

    def _matches(self, words: str) -> Iterator[int]:
        """Stand in turn on each place that has the words; the caller may wander off."""
        seen: set[tuple[int, int]] = set()
        for index in count():
            self._go_to_match(words, index)
            missing = any(said.startswith("Not found") for said in self._screen.said)
            if missing or self._place in seen:
                return
            seen.add(self._place)
            yield index

    def _go_to_match(self, words: str, index: int) -> None:
        literal = re.sub(r"([^\w\s])", r"\\\1", words)
        self.press(f"{TOP}/{literal}{ENTER}" + index * "n")

    def _go_to_field(self, label: str, step: str, kinds: tuple[str, ...]) -> None:
        """Go to the field that stands nearest to the words of its label.

        The words may stand elsewhere too ("Wrong password"), and a field follows
        there as well: another one, but further away.
        """
        found: list[tuple[tuple[int, int], int]] = []
        for index in self._matches(label):
            line, column = self._place
            self.press(step)
            distance = (abs(self._place[0] - line), abs(self._place[1] - column))
            if self._focused_kind() in kinds:
                found.append((distance, index))
        if not found:
            raise AssertionError(f"No field {label!r} of {kinds}:\n{self.text()}")
        self._go_to_match(label, min(found)[1])
        self.press(step)

    def _pick(self, option: str) -> None:
        """In the menu that opens, go down or up to the option as it stands there."""
        self._send(ENTER)
        self._read(self._timeout)
        while self._read(0.15):
            pass  # the menu is drawn when nothing more comes
        framed = re.compile(rf"│\W*{re.escape(option)}\W*│")  # the page behind the menu may say it too
        shown = [row for row, line in enumerate(self._screen.lines()) if framed.search(line)]
        if not shown:
            raise AssertionError(f"No option {option!r}:\n{self.text()}")
        steps = shown[-1] - self._screen.row
        self.press(("j" if steps > 0 else "k") * abs(steps) + ENTER)


def _place(answer: str) -> tuple[int, int]:
    """Line and column of the cursor in the page, out of w3m's answer to WHERE."""
    found = re.match(r"line (\d+)/\d+ \(\d+%\) col (\d+)", answer)
    return (int(found[1]), int(found[2])) if found else (0, 0)
