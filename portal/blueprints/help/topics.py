"""The topics of Help. Each capability brings its own as `templates/<word>/answers.html`; it is found by its name."""

from __future__ import annotations

from functools import cache

from portal.web import templates

#: In this order, as the menu has them; each is listed once its capability has written it.
ORDER = (
    "enrollment",
    "kiosks",
    "sign_in",
    "recovery",
    "home",
    "messaging",
    "appointments",
    "check_in",
    "documents",
    "records",
    "vital_signs",
    "bill_pay",
    "address_book",
    "accounts",
    "security",
    "sharing",
    "promotions",
    "connections",
    "notifications",
    "export",
    "departure",
    "feedback",
    "practices",
)
#: What is to be said of the site as a whole: word → template.
OF_THE_SITE = {word: f"help/{word}.html" for word in ("browsers", "privacy", "access")}


@cache
def of_capabilities() -> dict[str, str]:
    """Word → template of each capability that has answers, in order; one that ORDER does not know comes last."""
    found = {path.parent.name for path in (templates.HERE / "templates").glob("*/answers.html")}
    words = [*(word for word in ORDER if word in found), *sorted(found - set(ORDER))]
    return {word: f"{word}/answers.html" for word in words}
