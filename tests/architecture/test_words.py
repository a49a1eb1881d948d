"""Two languages from the first string, and a reason in words for every code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from config import read_settings
from portal.web import wording

ROOT = Path(__file__).parent.parent.parent
SPANISH = ROOT / "portal" / "translations" / "es" / "LC_MESSAGES" / "messages.po"
#: Words that are the same in both languages.
SAME = {"Error:", "No", "Español", "English", "%(time)s", "Portal", "Final"}
#: Reasons that several words give, and mean the same by.
SHARED = {
    "chart_merged",
    "code_dead",
    "wait",
    "wrong_code",
}


def _catalog():
    with SPANISH.open("rb") as file:
        return read_po(file, locale="es")


def _marked() -> set[str]:
    """Every text that the code and the templates mark for translation."""
    methods = [("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2"), ("**.py", "python")]
    keywords = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
    found = set()
    for _, _, message, _, _ in extract_from_dir(
        str(ROOT / "portal"), methods, {}, keywords=keywords, strip_comment_tags=True
    ):
        found.add(message if isinstance(message, str) else message[0])
    return found


def test_every_text_has_its_spanish():
    catalog = _catalog()
    known = {message.id if isinstance(message.id, str) else message.id[0]: message for message in catalog if message.id}
    missing = sorted(text for text in _marked() if text not in known)
    empty = sorted(key for key, message in known.items() if not all(_texts(message)))
    assert not missing and not empty, f"{len(missing)} missing, {len(empty)} empty: {(missing + empty)[:20]}"
    assert not [key for key, message in known.items() if message.fuzzy]
    assert len(SAME) <= 30
    assert not [key for key, message in known.items() if key in _texts(message) and key not in SAME]


def test_spanish_keeps_every_placeholder():
    pattern = re.compile(r"%\(\w+\)[sd]")
    for message in _catalog():
        if message.id:
            english = message.id if isinstance(message.id, str) else message.id[1]
            for words in _texts(message)[-1:]:
                assert set(pattern.findall(english)) == set(pattern.findall(words)), english


def _texts(message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_every_reason_has_words(app):
    codes = {code for code, _, _ in _refusals()}
    assert codes
    assert not sorted(codes - set(wording.REASONS))


def test_a_reason_means_the_same_wherever_it_is_given():
    """All words share one table of reasons; a code of two words is meant, and has its line in SHARED."""
    words = {code: set() for code, _, _ in _refusals()}
    for code, word, _ in _refusals():
        words[code].add(word)
    assert {code for code, several in words.items() if len(several) > 1} == SHARED


def test_words_find_the_facts_that_they_tell():
    asked = _facts_asked()
    missing = [
        (code, word) for code, word, facts in _refusals() if "**" not in facts and asked.get(code, set()) - facts
    ]
    assert any(asked.values()) and not missing


def test_no_two_give_words_to_one_reason(app):
    with pytest.raises(ValueError, match="sent_before"):
        wording.add({"sent_before": lambda facts: "Sent."})


def _refusals() -> list[tuple[str, str, set[str]]]:
    """Every `Refusal("code", fact=…)` of the domain: code, word, names of facts ("**" for some that are not seen)."""
    found = []
    for path in (ROOT / "portal" / "domain").rglob("*.py"):
        word = path.relative_to(ROOT / "portal" / "domain").parts[0]
        for node in ast.walk(ast.parse(path.read_text())):
            named = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refusal" and node.args
            if named and isinstance(node.args[0], ast.Constant):
                found.append((node.args[0].value, word, {fact.arg or "**" for fact in node.keywords}))
    return found


def _facts_asked() -> dict[str, set[str]]:
    """By code, the facts that its words are made with: each `facts["name"]` of its line in a table of REASONS."""
    asked = {}
    for path in (ROOT / "portal").rglob("*wording.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Dict):
                for key, words in zip(node.keys, node.values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(words, ast.Lambda):
                        asked[key.value] = set(re.findall(r"facts\['(\w+)'\]", ast.unparse(words)))
    return asked


def test_texts_of_python_come_one_way():
    """portal.web.texts asks once a request for language and catalogue; Flask-Babel's functions do at every text."""
    slow = re.compile(r"from flask_babel import .*gettext|flask_babel\.\w*gettext")
    assert [path for path in (ROOT / "portal").rglob("*.py") if slow.search(path.read_text())] == []


def test_every_setting_is_described():
    described = set(re.findall(r"`([A-Z][A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text()))
    asked = set(re.findall(r'environ(?:ment)?(?:\.get\(|, )"([A-Z_]+)"', (ROOT / "config.py").read_text()))
    assert read_settings({}) and asked and not sorted(asked - described - {"PORTAL_TESTING"})
