"""What a capability gives to a copy of everything that the portal holds on a person: its `export.py` has a PART.

Rows are plain dicts in FHIR's names and shape (R4) where FHIR has the thing, so that other programs can read them;
dates and ids in them stay Python's until they are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

Resource = dict[str, Any]


class Whose(NamedTuple):
    """Whose copy it is: inner ids, and how it is to be read (`zone` an IANA name)."""

    account_id: int
    person_id: int
    language: str
    zone: str


class Sheet(NamedTuple):
    """One file of data: a FHIR resource type, or a plain name. `rows` may be made while they are read, once."""

    name: str
    rows: Iterable[Resource]


class Stored(NamedTuple):
    """A file that was added: `path`, what it is called in the copy; `name` and `key` (sealed), as of StoredFile."""

    path: str
    name: str
    key: bytes


def no_files(_whose: Whose) -> Iterator[Stored]:
    """Most capabilities have none."""
    return iter(())


class Part(NamedTuple):
    """What one capability gives. `word` is its own; templates/<word>/copy.html shows it to people."""

    word: str
    sheets: Callable[[Whose], Iterator[Sheet]]
    files: Callable[[Whose], Iterator[Stored]] = no_files


def plain(value: Any) -> str:
    """Dates, moments and ids as JSON has them, for json.dumps(default=…)."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)


def contact_point(system: str, value: str | None, use: str | None = None) -> list[Resource]:
    """FHIR ContactPoint, as a list of one; empty where there is no value."""
    return [{"system": system, "value": value, **({"use": use} if use else {})}] if value else []
