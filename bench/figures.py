"""What a measuring command leaves behind: one table with a ratio column, a JSON file, and its exit code."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import sqlcipher3

HERE = Path(__file__).parent.parent / "build" / "bench"
_PACKAGES = ("Flask", "Werkzeug", "Jinja2", "SQLAlchemy", "psycopg", "granian")


class Figure(NamedTuple):
    """One line: what was measured, its ratio to `beside` (bare Flask, a quiet hour, a budget), and the bound if any."""

    name: str
    values: dict[str, float | int | str]
    ratio: float | None = None
    bound: float | None = None

    @property
    def is_kept(self) -> bool:
        """Whether the bound holds."""
        return self.bound is None or (self.ratio is not None and self.ratio <= self.bound)


def go_first() -> None:
    """Whatever else this machine does shall disturb less; where that is not permitted, it does."""
    with suppress(PermissionError):
        os.nice(-15)


def report(command: str, figures: Sequence[Figure], *, beside: str, **how: Any) -> int:
    """Print the table, write build/bench/<command>.json, and give the exit code."""
    print(_table(figures, beside), flush=True)
    kept = {"command": command, **machine(), **how, "beside": beside, "figures": [one._asdict() for one in figures]}
    HERE.mkdir(parents=True, exist_ok=True)
    (HERE / f"{command}.json").write_text(json.dumps(kept, indent=1))
    beyond = [one.name for one in figures if not one.is_kept]
    print(f"{command}: " + (f"beyond the bound: {'; '.join(beyond)}" if beyond else "every bound holds"), flush=True)
    return 1 if beyond else 0


def machine() -> dict[str, Any]:
    """Where this was measured: figures of different machines are not compared, ratios are."""
    return {
        "load": [round(one, 2) for one in os.getloadavg()],
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "sqlite": sqlcipher3.sqlite_version,
        **{name.lower(): version(name) for name in _PACKAGES},
    }


def _table(figures: Sequence[Figure], beside: str) -> str:
    names = list(dict.fromkeys(name for one in figures for name in one.values))
    lines = [["", *names, f"x {beside}", "bound", ""]]
    for one in figures:
        values = [_told(one.values.get(name, "")) for name in names]
        lines.append([one.name, *values, _ratio(one.ratio), _ratio(one.bound), "" if one.is_kept else "BEYOND"])
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(widths[0]) if not place else cell.rjust(widths[place]) for place, cell in enumerate(line))
        for line in lines
    )


def _told(value: float | int | str) -> str:
    if not isinstance(value, float):
        return str(value)
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:,.2f}"


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
