"""Guards: who may come through a door. Every blueprint has one in DOORS; a missing one lets nobody in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple, TypeVar, cast
from uuid import UUID

from flask import Flask, Response, current_app, g, request, session, url_for
from flask_login import UserMixin
from werkzeug.routing import BaseConverter, ValidationError

from portal.domain.charts.types import OpenChart
from portal.domain.sign_in import rules, sessions
from portal.domain.viewer import Actor, Role, StaffViewer, Viewer
from portal.extensions import login
from portal.kernel import clock, secrets
from portal.kernel.refusal import Missing
from portal.web import hypermedia, kiosk_device, language, parked, viewers

View = TypeVar("View", bound=Callable[..., Any])
Guard = Callable[[], Response | None]


class PersonConverter(BaseConverter):
    """`me`, or the uuid of somebody who shares with the viewer."""

    regex = "me|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


class OfficeConverter(BaseConverter):
    """The uuid of an office; None (written `all`) is the operator's place above them."""

    regex = "all|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

    def to_python(self, value: str) -> UUID | None:
        try:
            return None if value == "all" else UUID(value)
        except ValueError as error:
            raise ValidationError from error

    def to_url(self, value: Any) -> str:
        return str(value) if value else "all"


class SignedIn(UserMixin):
    """What Flask-Login knows of a request: the session row of the cookie, still lasting."""

    def __init__(self, row: viewers.PatientRow | viewers.StaffRow) -> None:
        self.row = row


class Ended(NamedTuple):
    """A session that was good once: its owner, and why it is over."""

    actor: Actor
    why: str


def viewer() -> Viewer:
    """The person who is signed in (patient doors only)."""
    found: Viewer = g.viewer
    return found


def staff() -> StaffViewer:
    """The member of staff who is signed in (office doors only)."""
    found: StaffViewer = g.viewer
    return found


def chart() -> OpenChart:
    """The chart that the URL names (office doors with `<uuid:chart>` in the URL)."""
    found: OpenChart = g.chart
    return found


def emergency_until() -> datetime | None:
    """Until when the viewer's emergency access to the chart of the URL lasts, or lasted; None where there was none."""
    found: datetime | None = g.emergency_until
    return found


def quiet(view: View) -> View:
    """Mark a view that a page calls by itself: it does not count as somebody being there (S3)."""
    view.is_quiet = True  # type: ignore[attr-defined]
    return view


def anyone() -> Response | None:
    """A public door."""
    return None


def patient(section: str) -> Guard:
    """A door to one's own record. `section` names what is looked at in the audit."""

    def guard() -> Response | None:
        here = g._get_current_object()
        person = (request.view_args or {}).pop("person", "me")
        row = _patient_inside()
        if row is None:
            return _sign_in_first("sign_in.ask")
        if person not in {"me", str(row.public_id)}:
            raise Missing
        here.viewer, here.section, here.person = row.viewer(), section, person
        language.speak(row.language)
        _note_activity(row.session_id, row.seen_at)
        return None

    return guard


def _patient_inside() -> viewers.PatientRow | None:
    """The patient of this request's cookie, all steps done: a session that awaits a code opens no door (N9)."""
    row = _present(viewers.patient_of)
    return None if row is None or row.awaiting_code else row


def greet() -> Viewer | None:
    """Who is signed in as a patient, on a public page that has their menu around it then; nothing else opens by it."""
    row = _patient_inside()
    if row is None:
        return None
    here = g._get_current_object()
    here.viewer, here.person = row.viewer(), "me"
    language.speak(row.language)
    _note_activity(row.session_id, row.seen_at)
    return row.viewer()


def demonstration_only() -> Response | None:
    """A door that only the demonstration has; elsewhere there is nothing behind it."""
    if not current_app.config["PORTAL"].demo:
        raise Missing
    return None


def kiosk() -> Response | None:
    """A door of a paired device. g.kiosk is which one, and what is under way in its browser."""
    return kiosk_device.at_the_door(counts=not getattr(request_view(), "is_quiet", False))


def staff_of_any_office() -> Response | None:
    """The door behind which a member of staff chooses an office. g.staff_member is who they are."""
    row = _present(lambda token_hash: viewers.staff_of(token_hash, None))
    if row is None or row.awaiting_code:
        return _sign_in_first("sign_in.ask_staff")
    g.staff_member = row
    language.speak(row.language)
    return None


def whoever() -> viewers.PatientRow | viewers.StaffRow | None:
    """Who is signed in, patient or staff, on doors that both use (sign out, stay signed in)."""
    return _present(_either)


def waiting() -> viewers.WaitingRow | None:
    """Somebody who gave the password of an account that waits for its activation code."""
    token = session.token  # type: ignore[attr-defined]
    row = viewers.waiting_of(secrets.token_hash(token)) if token else None
    over = row is not None and rules.why_ended(row.opened_at, row.seen_at, row.ended_at, clock.now())
    return None if over else row


def _either(token_hash: bytes) -> viewers.PatientRow | viewers.StaffRow | None:
    return viewers.patient_of(token_hash) or viewers.staff_of(token_hash, None)


def staff_of_office(*roles: Role, operator_inside: bool = False) -> Guard:
    """A door of the office console, for the named roles. The operator's place is above the offices (`all`).

    `operator_inside`: the operator comes into each office by this door, and there is nothing above them.
    A chart of the URL is looked up with who they are.
    """
    welcome = (*roles, Role.OPERATOR) if operator_inside else roles

    def guard() -> Response | None:
        arguments = request.view_args or {}
        office, whose = arguments.pop("office", None), arguments.pop("chart", None)
        row = _present(lambda token_hash: _at_work(token_hash, office, whose))
        if row is None or row.awaiting_code:
            return _sign_in_first("sign_in.ask_staff")
        found = row.viewer(operator_inside=operator_inside)
        if found is None or found.role not in welcome or (whose is not None and "chart" not in g):
            raise Missing
        if office is not None and row.office_id is None:
            raise Missing
        g.viewer, g.office = found, office
        language.speak(row.language)
        _note_activity(row.session_id, row.seen_at)
        return None

    guard.roles = roles  # type: ignore[attr-defined]
    return guard


def _at_work(token_hash: bytes, office: UUID | None, whose: UUID | None) -> viewers.StaffRow | None:
    """Who is at work in the office. g.chart, g.chart_head: the chart there, and the end of its person's audit chain."""
    if whose is None:
        return viewers.staff_of(token_hash, office)
    found = viewers.staff_at_chart(token_hash, office, whose)
    if found is not None and found.chart is not None:
        g.chart, g.chart_head, g.emergency_until = found.chart, found.head, found.emergency_until
    return found.staff if found else None


Found = TypeVar("Found", bound=viewers.PatientRow | viewers.StaffRow)


def _present(look_up: Callable[[bytes], Found | None]) -> Found | None:
    """The lasting session of this request's cookie; an ended one is remembered in g.ended."""
    token = session.token  # type: ignore[attr-defined]
    row = look_up(secrets.token_hash(token)) if token else None
    if row is None:
        return None
    why = rules.why_ended(row.opened_at, row.seen_at, row.ended_at, clock.now())
    if why is not None:
        # Who never got in has nothing here that is kept for them.
        if not row.awaiting_code:
            g.ended = Ended(actor_of(row), why)
        return None
    g._login_user = SignedIn(row)  # where Flask-Login's current_user finds it, without the way through its loaders
    return row


@login.request_loader
def _nobody(_: Any) -> None:
    """Only a door lets somebody in: `current_user` is anonymous until one did."""
    return None


def actor_of(row: viewers.PatientRow | viewers.StaffRow | viewers.WaitingRow) -> Actor:
    if isinstance(row, viewers.StaffRow):
        return Actor("staff", row.staff_member_id)
    return Actor("patient", row.account_id)


def _note_activity(session_id: int, seen_at: datetime) -> None:
    if clock.now() - seen_at > rules.SEEN_GRAIN and not getattr(request_view(), "is_quiet", False):
        sessions.touch(session_id, clock.now())


def request_view() -> Callable[..., Any] | None:
    """The view function of this request."""
    return current_app.view_functions.get(request.endpoint or "")


def _sign_in_first(endpoint: str) -> Response:
    """Where somebody goes who is not signed in (any more); what they typed is kept for them."""
    ended: Ended | None = g.get("ended")
    kept = request.method == "POST" and ended is not None and parked.keep(ended.actor, request.form.get("form_path"))
    came_for = request.full_path.rstrip("?") if request.method == "GET" and not hypermedia.wants_fragment() else ""
    why = ended.why if ended and ended.why != "closed" else None
    url = url_for(endpoint, next=came_for or None, why=why, kept="1" if kept else None)
    return hypermedia.leave(url, 401, kept=kept)


def join(app: Flask) -> None:
    """Bind to the application."""
    app.url_map.converters["person"] = PersonConverter
    app.url_map.converters["office"] = OfficeConverter
    login.session_protection = None
    login.init_app(app, add_context_processor=False)
    # No "remember me" here, so nothing to renew after each request.
    app.after_request_funcs[None].remove(login._update_remember_cookie)


def ended() -> Ended | None:
    """The session that this browser had, when it is over."""
    return cast(Ended | None, g.get("ended"))


def is_ours(url: str) -> bool:
    """Whether a place to return to is a path of this portal: no other host, no scheme, no backslash tricks."""
    return url.startswith("/") and not url.startswith(("//", "/\\")) and "\\" not in url and url.isprintable()
