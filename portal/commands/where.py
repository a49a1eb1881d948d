"""`make where W=appointments`: the files of a word on all shelves."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).parents[2]
_SHELVES = ("portal", "tests", "migrations", "bench", "docs")


def files_of(word: str) -> Iterator[Path]:
    """Files that are called by the word or stand in a folder that is, as paths from the root."""
    for shelf in _SHELVES:
        for path in sorted((ROOT / shelf).rglob("*")):
            inside = path.relative_to(ROOT)
            if path.is_file() and "__pycache__" not in inside.parts and _speaks_of(word, inside):
                yield inside


def _speaks_of(word: str, path: Path) -> bool:
    return word in path.parts[:-1] or word in {path.stem, path.stem.removeprefix("test_")}


def show(word: str) -> int:
    """Print them; 1 when there are none."""
    found = list(files_of(word))
    for path in found:
        print(path)
    if not found:
        print(f"No file speaks of {word!r}. The words are the folders of portal/domain.", file=sys.stderr)
    return 0 if found else 1


@click.command("where")
@click.argument("word")
def where(word: str) -> None:
    """List the files of a word on all shelves."""
    raise SystemExit(show(word))


if __name__ == "__main__":
    sys.exit(show(sys.argv[1] if len(sys.argv) > 1 else ""))
