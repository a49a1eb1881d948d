"""What must be true of every page and fragment that any test gets."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.browser import Page

_REDIRECTS = {301, 302, 303, 307, 308}
_LABELED = "input:not([type=hidden]):not([type=submit]), select, textarea"


def complaints(page: Page) -> list[str]:
    """Everything that is wrong with an answer; nothing where all is well."""
    if page.status in _REDIRECTS:
        return []
    checks = [_common, _fragment if page.is_fragment else _whole]
    return [words for check in checks for words in check(page)]


def _common(page: Page) -> list[str]:
    ids = Counter(element.get("id") for element in page.css("[id]"))
    bad = [f"id {name} stands {count} times" for name, count in ids.items() if count > 1]
    bad += [f"no label: {field.get('name')}" for field in page.css(_LABELED) if not _is_labeled(page, field)]
    bad += [f"no token: form {form.get('action')}" for form in page.css("form[method=post]") if not _has_token(form)]
    bad += [f"inline {name}" for element in page.css("*") for name in element.attrib if _is_inline(name)]
    bad += ["inherited or plain hx-"] * len(page.css("[hx-get], [hx-post], [hx-target]"))
    bad += [f"no fallback: {element.tag}" for element in page.css("a[data-hx-get]") if not element.get("href")]
    if page.headers.get("Cache-Control") != "no-store":
        bad.append("not no-store")
    return bad


def _whole(page: Page) -> list[str]:
    bad = []
    if not page.source.startswith("<!DOCTYPE html>"):
        bad.append("no doctype")
    if len(page.css("h1")) != 1:
        bad.append(f"{len(page.css('h1'))} h1")
    title = page.css("title")
    if not title or not title[0].text_content().strip():
        bad.append("no title")
    if page.root.get("lang") not in {"en-US", "es-US"}:
        bad.append("no lang")
    bad += ["inline script"] * len([s for s in page.css("script") if not s.get("src")])
    if page.css("style") and page.css(".who"):
        bad.append("inline style on a signed-in page")
    return bad


def _fragment(page: Page) -> list[str]:
    roots = [element for element in page.root if isinstance(element.tag, str)]
    if page.source.strip() and not (roots and roots[0].get("id")):
        return [f"a fragment whose root has no id: {page.source[:80]}"]
    return ["script in a fragment"] * len(page.css("script, style"))


def _is_labeled(page: Page, field: Any) -> bool:
    if field.get("aria-label") or field.get("aria-labelledby"):
        return True
    if any(ancestor.tag == "label" for ancestor in field.iterancestors()):
        return True
    return bool(field.get("id") and page.css(f'label[for="{field.get("id")}"]'))


def _has_token(form: Any) -> bool:
    return any(field.get("value") for field in form.cssselect("input[name=csrf_token]"))


def _is_inline(name: str) -> bool:
    return name == "style" or name.startswith(("on", "hx-on", "data-hx-on"))
