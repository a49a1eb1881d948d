"""The web door: which URLs are there, and for whom?

DOORS is the whole answer: url prefix, blueprint, guard. "Anyone" is written out. A blueprint that is not in the table
is registered nowhere.
"""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, Flask, Response, g, request

from portal.blueprints.accounts import views as accounts
from portal.blueprints.address_book import card_views as address_book_cards
from portal.blueprints.address_book import office_views as address_book_office
from portal.blueprints.address_book import views as address_book
from portal.blueprints.announcements import office_views as announcements_office
from portal.blueprints.announcements import views as announcements
from portal.blueprints.appointments import arrivals_views as appointments_arrivals
from portal.blueprints.appointments import asking_views as appointments_asking
from portal.blueprints.appointments import booking_views as appointments_booking
from portal.blueprints.appointments import hours_views as appointments_hours
from portal.blueprints.appointments import office_views as appointments_office
from portal.blueprints.appointments import proposing_views as appointments_proposing
from portal.blueprints.appointments import question_office_views as appointments_questions_office
from portal.blueprints.appointments import question_views as appointments_questions
from portal.blueprints.appointments import reasons_views as appointments_reasons
from portal.blueprints.appointments import schedule_views as appointments_schedule
from portal.blueprints.appointments import time_off_views as appointments_time_off
from portal.blueprints.appointments import times_views as appointments_times
from portal.blueprints.appointments import views as appointments
from portal.blueprints.appointments import waiting_office_views as appointments_waiting_office
from portal.blueprints.appointments import waiting_views as appointments_waiting
from portal.blueprints.charts import emergency_views as charts_emergency
from portal.blueprints.charts import import_views as charts_import
from portal.blueprints.charts import merge_views as charts_merge
from portal.blueprints.charts import office_views as charts
from portal.blueprints.check_in import views as check_in
from portal.blueprints.connections import changes_views as connections_changes
from portal.blueprints.connections import ending_views as connections_ending
from portal.blueprints.connections import office_views as connections_office
from portal.blueprints.connections import views as connections
from portal.blueprints.demo import outbox_views as demo_outbox
from portal.blueprints.demo import people_views as demo_people
from portal.blueprints.departure import farewell_views as farewell
from portal.blueprints.departure import office_views as departure_office
from portal.blueprints.departure import views as departure
from portal.blueprints.enrollment import office_views as enrollment_office
from portal.blueprints.enrollment import register_views as enrollment_open
from portal.blueprints.enrollment import step_views as enrollment_steps
from portal.blueprints.enrollment import views as enrollment
from portal.blueprints.export import views as export
from portal.blueprints.health import views as health
from portal.blueprints.help import views as help_pages
from portal.blueprints.home import views as home
from portal.blueprints.kiosks import kiosk_views as kiosks
from portal.blueprints.kiosks import office_views as kiosks_office
from portal.blueprints.kiosks import pairing_views as kiosks_pairing
from portal.blueprints.kiosks import step_views as kiosks_steps
from portal.blueprints.messaging import attaching_office_views as messaging_files_office
from portal.blueprints.messaging import attaching_views as messaging_files
from portal.blueprints.messaging import office_search_views as messaging_search_office
from portal.blueprints.messaging import office_views as messaging_office
from portal.blueprints.messaging import saved_views as messaging_saved
from portal.blueprints.messaging import search_views as messaging_search
from portal.blueprints.messaging import views as messaging
from portal.blueprints.notifications import office_views as notifications_office
from portal.blueprints.notifications import preference_views as notifications_preferences
from portal.blueprints.notifications import provider_views as notifications_provider
from portal.blueprints.notifications import views as notifications
from portal.blueprints.office import views as office
from portal.blueprints.practices import join_views as practices_join
from portal.blueprints.practices import locations_views as practices_locations
from portal.blueprints.practices import office_views as practices_office
from portal.blueprints.practices import offices_views as practices_offices
from portal.blueprints.practices import providers_views as practices_providers
from portal.blueprints.practices import staff_views as practices_staff
from portal.blueprints.practices import views as practices
from portal.blueprints.recovery import second_views as recovery_second
from portal.blueprints.recovery import views as recovery
from portal.blueprints.security import contact_views as security_contacts
from portal.blueprints.security import counter_views as security_counter
from portal.blueprints.security import office_views as security_office
from portal.blueprints.security import passkey_views as security_passkeys
from portal.blueprints.security import second_step_views as security_second_step
from portal.blueprints.security import undo_views as security_undo
from portal.blueprints.security import views as security
from portal.blueprints.sign_in import again_views as sign_in_again
from portal.blueprints.sign_in import passkey_views as sign_in_passkeys
from portal.blueprints.sign_in import views as sign_in
from portal.domain.messaging.rules import READERS
from portal.domain.viewer import Role
from portal.web import static_files
from portal.web.access import (
    Guard,
    anyone,
    demonstration_only,
    kiosk,
    patient,
    staff_of_any_office,
    staff_of_office,
)


class Door(NamedTuple):
    """Where a blueprint stands, and who may come in."""

    prefix: str
    blueprint: Blueprint
    guard: Guard


_EVERY_ROLE = tuple(Role)
#: The operator sees no charts.
_CHART_KEEPERS = (Role.FRONT_DESK, Role.ADMINISTRATOR)
_CHART_ROLES = (Role.FRONT_DESK, Role.CLINICIAN, Role.BILLING, Role.ADMINISTRATOR)
_RUNS_THE_OFFICE = staff_of_office(Role.ADMINISTRATOR, operator_inside=True)
_COUNTER = (Role.FRONT_DESK, Role.ADMINISTRATOR)
_WRITES_CHARTS = (Role.FRONT_DESK, Role.CLINICIAN, Role.ADMINISTRATOR)

DOORS = (
    Door("", static_files.bp, anyone),
    Door("", health.bp, anyone),
    Door("/sign_in", sign_in.bp, anyone),
    Door("/sign_in/again", sign_in_again.bp, anyone),
    Door("/sign_in/passkey", sign_in_passkeys.bp, anyone),
    Door("/sign_in/undo", security_undo.bp, anyone),
    Door("/recovery", recovery.bp, anyone),
    Door("/recovery/password/second", recovery_second.bp, anyone),
    Door("/enroll", enrollment.bp, anyone),
    Door("/enroll", enrollment_steps.bp, anyone),
    Door("/enroll", enrollment_open.bp, anyone),
    Door("/notifications", notifications_provider.bp, anyone),
    Door("/help", help_pages.bp, anyone),
    Door("/farewell", farewell.bp, anyone),
    Door("/practices", practices.bp, anyone),
    Door("/kiosk", kiosks_pairing.bp, anyone),
    Door("/kiosk", kiosks.bp, kiosk),
    Door("/practices/join", practices_join.bp, anyone),
    Door("/kiosk", kiosks_steps.bp, kiosk),
    Door("/demo", demo_people.bp, demonstration_only),
    Door("/demo", demo_outbox.bp, demonstration_only),
    Door("/office", office.choice, staff_of_any_office),
    Door("/office/<office:office>", office.bp, staff_of_office(*_EVERY_ROLE)),
    Door("/office/<office:office>/announcements", announcements_office.bp, staff_of_office(*_EVERY_ROLE)),
    Door("/office/<office:office>/appointments", appointments_office.bp, staff_of_office(*_WRITES_CHARTS)),
    Door("/office/<office:office>/appointments", appointments_proposing.bp, staff_of_office(*_WRITES_CHARTS)),
    Door("/office/<office:office>/appointments", appointments_arrivals.bp, staff_of_office(*_WRITES_CHARTS)),
    Door("/office/<office:office>/appointments/book", appointments_booking.bp, staff_of_office(*_WRITES_CHARTS)),
    Door(
        "/office/<office:office>/appointments/waiting", appointments_waiting_office.bp, staff_of_office(*_WRITES_CHARTS)
    ),
    Door(
        "/office/<office:office>/appointments/questions",
        appointments_questions_office.bp,
        staff_of_office(*_WRITES_CHARTS),
    ),
    Door("/office/<office:office>/appointments/schedule", appointments_schedule.bp, staff_of_office(*_WRITES_CHARTS)),
    Door("/office/<office:office>/messaging", messaging_office.bp, staff_of_office(*READERS)),
    Door("/office/<office:office>/messaging/saved", messaging_saved.bp, staff_of_office(*READERS)),
    Door("/office/<office:office>/messaging/search", messaging_search_office.bp, staff_of_office(*READERS)),
    Door("/office/<office:office>/address_book", address_book_office.bp, staff_of_office(*_CHART_ROLES)),
    Door("/office/<office:office>/messaging/files", messaging_files_office.bp, staff_of_office(*READERS)),
    Door("/office/<office:office>/charts", charts.bp, staff_of_office(*_CHART_ROLES)),
    Door("/office/<office:office>/enrollment", enrollment_office.bp, staff_of_office(*_COUNTER)),
    Door("/office/<office:office>/connections", connections_office.bp, staff_of_office(*_WRITES_CHARTS)),
    Door("/office/<office:office>/connections/changes", connections_changes.bp, staff_of_office(*_WRITES_CHARTS)),
    Door("/office/<office:office>/connections/ending", connections_ending.bp, staff_of_office(*_CHART_KEEPERS)),
    Door("/office/<office:office>/kiosks", kiosks_office.bp, staff_of_office(*_COUNTER)),
    Door("/office/<office:office>/charts", charts_merge.bp, staff_of_office(*_CHART_KEEPERS)),
    Door("/office/<office:office>/charts/second_step", security_counter.bp, staff_of_office(*_CHART_KEEPERS)),
    Door("/office/<office:office>/charts/emergency", charts_emergency.bp, staff_of_office(Role.ADMINISTRATOR)),
    Door("/office/<office:office>/charts/import", charts_import.bp, staff_of_office(*_CHART_KEEPERS)),
    Door("/office/<office:office>/departure", departure_office.bp, staff_of_office(*_CHART_ROLES)),
    Door("/office/<office:office>/notifications", notifications_office.bp, staff_of_office(*_EVERY_ROLE)),
    Door("/office/<office:office>/sign_in", security_office.bp, staff_of_office(*_EVERY_ROLE)),
    Door("/office/<office:office>/offices", practices_offices.bp, staff_of_office(Role.OPERATOR)),
    Door("/office/<office:office>/staff", practices_staff.bp, _RUNS_THE_OFFICE),
    Door("/office/<office:office>/settings", practices_office.bp, _RUNS_THE_OFFICE),
    Door("/office/<office:office>/settings/locations", practices_locations.bp, _RUNS_THE_OFFICE),
    Door("/office/<office:office>/settings/providers", practices_providers.bp, _RUNS_THE_OFFICE),
    Door("/office/<office:office>/appointments/hours", appointments_hours.bp, _RUNS_THE_OFFICE),
    Door("/office/<office:office>/appointments/time_off", appointments_time_off.bp, _RUNS_THE_OFFICE),
    Door("/office/<office:office>/appointments/reasons", appointments_reasons.bp, _RUNS_THE_OFFICE),
    Door("/<person:person>", home.bp, patient("home")),
    Door("/<person:person>/accounts", accounts.bp, patient("accounts")),
    Door("/<person:person>/announcements", announcements.bp, patient("announcements")),
    Door("/<person:person>/address_book", address_book.bp, patient("address_book")),
    Door("/<person:person>/address_book", address_book_cards.bp, patient("address_book")),
    Door("/<person:person>/appointments", appointments_times.bp, patient("appointments")),
    Door("/<person:person>/appointments", appointments.bp, patient("appointments")),
    Door("/<person:person>/appointments/questions", appointments_questions.bp, patient("appointments")),
    Door("/<person:person>/appointments/waiting", appointments_waiting.bp, patient("appointments")),
    Door("/<person:person>/appointments/request", appointments_asking.bp, patient("appointments")),
    Door("/<person:person>/check_in", check_in.bp, patient("check_in")),
    Door("/<person:person>/messaging", messaging.bp, patient("messaging")),
    Door("/<person:person>/messaging/search", messaging_search.bp, patient("messaging")),
    Door("/<person:person>/messaging/files", messaging_files.bp, patient("messaging")),
    Door("/<person:person>/departure", departure.bp, patient("departure")),
    Door("/<person:person>/connections", connections.bp, patient("connections")),
    Door("/<person:person>/export", export.bp, patient("export")),
    Door("/<person:person>/notifications", notifications.bp, patient("notifications")),
    Door("/<person:person>/notifications/preferences", notifications_preferences.bp, patient("notifications")),
    Door("/<person:person>/sign_in", security.bp, patient("sign_in")),
    Door("/<person:person>/sign_in", security_contacts.bp, patient("sign_in")),
    Door("/<person:person>/sign_in/passkeys", security_passkeys.bp, patient("sign_in")),
    Door("/<person:person>/sign_in/second_step", security_second_step.bp, patient("sign_in")),
)
_GUARDS = {door.blueprint.name: door.guard for door in DOORS}
_PERSONAL = {door.blueprint.name for door in DOORS if door.prefix.startswith("/<person:")}
_OFFICES = {door.blueprint.name for door in DOORS if door.prefix.startswith("/office/<office:")}


def ask_at_the_door() -> Response | None:
    """The guard of the blueprint that the URL belongs to; an URL of no blueprint is a 404 and needs none."""
    word = request.blueprint
    return _GUARDS[word]() if word else None


def join(app: Flask) -> None:
    """Register every door."""
    for door in DOORS:
        app.register_blueprint(door.blueprint, url_prefix=door.prefix)
    app.extensions["roles_of_doors"] = {word: getattr(guard, "roles", ()) for word, guard in _GUARDS.items()}
    app.before_request(ask_at_the_door)
    app.url_defaults(_whose)


def _whose(endpoint: str, values: dict[str, object]) -> None:
    """Carry the person or office of the URL along: a link from one's own page leads to one's own page."""
    word = endpoint.partition(".")[0]
    if word in _PERSONAL:
        values.setdefault("person", g.get("person", "me"))
    elif word in _OFFICES:
        values.setdefault("office", g.get("office") or "all")
