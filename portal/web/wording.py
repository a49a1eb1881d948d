"""Reasons in words. Each blueprint's wording.py adds its own; a test fails for a code without words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portal.kernel.refusal import Refusal
from portal.web.forms import Form
from portal.web.texts import gettext as _

Words = Callable[[Mapping[str, Any]], str]
REASONS: dict[str, Words] = {
    "sent_differently": lambda facts: _(
        "This page was sent before with other words. That was receipt %(number)s. Load the page again to send more.",
        number=facts["number"],
    ),
    "sent_before": lambda facts: _("You sent this before. It is receipt %(number)s.", number=facts["number"]),
}
DEEDS: dict[str, Callable[[], str]] = {}


def add(reasons: Mapping[str, Words], deeds: Mapping[str, Callable[[], str]] | None = None) -> None:
    """Take in the words of one blueprint: reasons by code, deeds by endpoint (for receipts).

    Raises:
        ValueError: another blueprint has words for one of them: of two meanings of a code, readers would see either.
    """
    twice = (REASONS.keys() & reasons.keys()) | (DEEDS.keys() & (deeds or {}).keys())
    if twice:
        raise ValueError(f"more than one wording.py has words for {sorted(twice)}")
    REASONS.update(reasons)
    DEEDS.update(deeds or {})


def words_for(refusal: Refusal) -> str:
    """The reason in the viewer's language."""
    return REASONS[refusal.code](refusal.facts)


def tell(form: Form, refusal: Refusal) -> None:
    """Put the reason where it helps: at the field whose name its code begins with, else above all of them.

    `username_taken` stands at the field `username`.
    """
    for field in form:
        if refusal.code.startswith(f"{field.name}_") and not field.type.endswith("HiddenField"):
            field.errors = [*field.errors, words_for(refusal)]
            return
    form.form_errors.append(words_for(refusal))


def deed_words(endpoint: str) -> str:
    """What was done, for a receipt."""
    return DEEDS[endpoint]() if endpoint in DEEDS else _("Something was saved")
