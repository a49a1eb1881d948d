"""Compile the translations that are newer than their compiled form. `make run`, `make test` and serve do it."""

from __future__ import annotations

from pathlib import Path

TRANSLATIONS = Path(__file__).parents[1] / "translations"


def compile_stale() -> list[Path]:
    """Write the .mo file of each .po file that changed. Which ones."""
    return [_compiled(po) for po in TRANSLATIONS.glob("*/LC_MESSAGES/*.po") if _is_stale(po)]


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime


def _compiled(po: Path) -> Path:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with po.open("rb") as source:
        catalogue = read_po(source, locale=po.parts[-3], domain=po.stem)
    half = po.with_suffix(".mo.new")
    with half.open("wb") as target:
        write_mo(target, catalogue)
    half.rename(po.with_suffix(".mo"))
    return po.with_suffix(".mo")


if __name__ == "__main__":
    compile_stale()
