"""Who may be connected to what, pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from portal.domain.accounts.types import Profile
from portal.domain.connections.types import RequestState
from portal.domain.sign_in.rules import Limit
from portal.kernel.refusal import Refusal

#: Requests of one account: enough for a person with many doctors, too few to trouble all of them.
ASKS = (Limit(most=5, window=timedelta(days=1)), Limit(most=15, window=timedelta(days=30)))
#: Home tells of an answer for so long.
TOLD_FOR = timedelta(days=14)
#: A connection that the office ended is listed for so long.
SHOWN_FOR = timedelta(days=365)


def why_not_ask(*, takes_requests: bool, is_connected: bool) -> Refusal | None:
    """Whether somebody may ask an office: one that enrolls openly, and that they are not connected to already."""
    if is_connected:
        return Refusal("connected_before")
    return None if takes_requests else Refusal("takes_no_requests")


def why_not_answer(state: str) -> Refusal | None:
    """A request is answered once."""
    return None if state == RequestState.WAITING else Refusal("request_answered")


def why_not_end(*, is_connected: bool) -> Refusal | None:
    """Only what is connected can be parted."""
    return None if is_connected else Refusal("not_connected")


def why_not_connect(
    *, is_merged: bool, chart_person_id: int | None, chart_born: date, person_id: int, person_born: date
) -> Refusal | None:
    """Whether a chart can be this person's. Another birth date is another person, until the chart is put right."""
    if is_merged:
        return Refusal("chart_merged")
    if chart_person_id not in (None, person_id):
        return Refusal("chart_of_another")
    return None if chart_born == person_born else Refusal("born_on_another_day")


#: What an office may take from a profile into its chart, each with the chart's columns that go together.
FIELDS: dict[str, tuple[str, ...]] = {
    "given": ("given",),
    "family": ("family",),
    "preferred": ("preferred",),
    "language": ("language",),
    "address": ("line1", "line2", "city", "state", "postal_code"),
    "email": ("email",),
    "phone": ("phone_on_file",),
}
#: Those of them that stand in a profile; the others are the account's.
OF_PROFILE = ("given", "family", "preferred", "language", "address")
Columns = Mapping[str, str | None]


def changes_between(before: Profile, after: Profile) -> dict[str, tuple[Columns, Columns]]:
    """What a chart could know otherwise now: by field, the columns before and after."""
    pairs = {field: (_columns(before, field), _columns(after, field)) for field in OF_PROFILE}
    return {field: pair for field, pair in pairs.items() if pair[0] != pair[1]}


def _columns(profile: Profile, field: str) -> Columns:
    """The columns of a field as the profile has them; the address is the default one."""
    home = next((address.words for address in profile.addresses if address.is_default), None)
    source = home if field == "address" else profile.about
    return {name: getattr(source, name, None) for name in FIELDS[field]}


def why_not_leave(why: str | None) -> Refusal | None:
    """Whoever leaves the chart as it is says why."""
    return None if why else Refusal("say_why_left")
