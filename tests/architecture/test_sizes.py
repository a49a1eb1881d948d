"""ARCHITECTURE §6: over a size limit means a missing idea."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median, quantiles

import pytest

ROOT = Path(__file__).parent.parent.parent
CODE = [path for folder in ("portal", "bench") for path in sorted((ROOT / folder).rglob("*.py"))]
FILES = [*CODE, *sorted((ROOT / "tests").rglob("*.py"))]
DRAWERS = {"utils", "helpers", "common", "misc", "services", "util", "helper", "lib", "core"}


def _functions(path: Path) -> list[tuple[str, int]]:
    """Each function with its lines, from its name to its end, without its docstring."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            words = ast.get_docstring(node, clean=False)
            told = len(words.splitlines()) if words else 0
            found.append((f"{path.relative_to(ROOT)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1 - told))
    return found


def test_functions_are_short():
    lines = [count for path in CODE for _, count in _functions(path)]
    assert median(lines) <= 8
    assert quantiles(lines, n=10)[8] <= 20
    assert not [name for path in FILES for name, count in _functions(path) if count > 40]


def test_files_are_short():
    assert not [str(path.relative_to(ROOT)) for path in FILES if len(path.read_text().splitlines()) > 300]
    assert len((ROOT / "tests" / "conftest.py").read_text().splitlines()) <= 200


@pytest.mark.parametrize("folder,most", [("partials", 40), ("", 80)])
def test_templates_are_short(folder, most):
    found = sorted((ROOT / "portal" / "templates" / folder).rglob("*.html"))
    pages = [path for path in found if folder or not {"partials", "components"} & set(path.parts)]
    assert pages
    assert not [str(path.relative_to(ROOT)) for path in pages if len(path.read_text().splitlines()) > most]


def test_there_is_no_drawer_for_what_has_no_name():
    assert not [
        str(path) for path in FILES if DRAWERS & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}
    ]


def test_a_word_is_the_same_on_every_shelf():
    """A blueprint's folder is a word of the domain, or one of the few doors that have no domain of their own."""
    words = {path.name for path in (ROOT / "portal" / "domain").iterdir() if path.is_dir()}
    doors = {path.name for path in (ROOT / "portal" / "blueprints").iterdir() if path.is_dir()} - {"__pycache__"}
    assert doors - words <= {"health", "demo", "office", "help", "security"}  # the last: sign_in from within
