"""Where people can go: for every GET of the URL map at least one address with content on it, for each role.

A new endpoint without a line here fails `test_every_get_has_a_place`, so no page escapes the checks.
"""

from __future__ import annotations

from typing import NamedTuple

from flask import Flask

from portal.blueprints.help.topics import OF_THE_SITE, of_capabilities
from tests.pages.appointment_places import APPOINTMENTS
from tests.pages.card_places import CARDS
from tests.pages.check_in_places import CHECK_IN
from tests.pages.connection_places import CONNECTIONS
from tests.pages.desk_places import DESK
from tests.pages.hours_places import HOURS
from tests.pages.lines import Line
from tests.pages.messaging_places import MESSAGING
from tests.pages.recovery_places import RECOVERY
from tests.pages.security_places import SECURITY
from tests.pages.waiting_places import WAITING
from tests.pages.world import World

_PATIENT = ("patient",)
_STAFF = ("front_desk", "clinician", "billing", "administrator", "operator")
_DESK = ("front_desk", "clinician", "administrator")
_WRITERS = ("front_desk", "administrator", "operator")
_ANYONE = ("anonymous",)
_PROFILE = "accounts."
_BOOK = "address_book."
_NEWS = "announcements_office."
_CHARTS = "charts."
_STEP = "enrollment_steps."
_INVITE = "enrollment_office."
_CHART_ROLES = ("front_desk", "clinician", "billing", "administrator")
_SET = "practices_office."
_RUNS = ("administrator", "operator inside")
_KIOSKS = "kiosks_office."
_COUNTER = ("front_desk", "administrator")
_QUESTIONS = ("who", "phone", "phone_code", "login", "password", "email", "email_code")
_IN_USE = ("kiosk at who", "kiosk at login")


class Place(NamedTuple):
    """An address as one role opens it."""

    endpoint: str
    role: str
    url: str
    status: int

    def __str__(self) -> str:
        return f"{self.role} at {self.url}"


#: Pages that are no HTML: for machines, and the files of the pages.
FOR_MACHINES = {
    "export.download",
    *("messaging_files.open_file", "messaging_files_office.open_file"),
    *("address_book_cards.open_file", "address_book_office.open_file"),
    *("health.alive", "health.ready", "static_files.send", "demo_outbox.outbox_json", "demo_people.sign_ins"),
    *("charts_import.template", "charts_import.bad_lines", "appointments.add_to_calendar"),
}

#: Lists of people by name: whom they showed is a statement more, in the commit of the audit row (MODEL, Audit).
LISTS_OF_PEOPLE = {
    "appointments_waiting_office.listing",
    "appointments_office.queue",
    "messaging_office.inbox",
    *(f"appointments_schedule.{view}" for view in ("day", "week", "day_list")),
}

LINES = (
    Line("health.front", ("anonymous", "patient"), status=303),
    Line("health.alive", _ANYONE),
    Line("health.ready", _ANYONE),
    Line("static_files.send", _ANYONE, {"hashed": "css hash", "name": "portal.css"}),
    Line("sign_in.ask", _ANYONE),
    Line("sign_in.ask", _ANYONE, {"why": "idle", "kept": "1", "next": "/me/"}),
    Line("sign_in.ask", _ANYONE, {"why": "long"}),
    Line("sign_in.ask", _ANYONE, {"why": "out"}),
    Line("sign_in.ask", _ANYONE, {"why": "reset"}),
    Line("sign_in.ask_staff", _ANYONE),
    Line("sign_in.ask_code", ("staff without code",)),
    Line("sign_in_again.ask", ("patient", "patient with second step", "front_desk")),
    Line("sign_in_again.ask", ("patient with second step",), {"printed": "1"}),
    Line("sign_in_again.ask", _ANYONE, status=303),
    Line("sign_in_again.ask_passkey", ("patient",)),
    Line("sign_in_again.ask_passkey", _ANYONE, status=303),
    Line("sign_in.idle", ("anonymous",), status=303),
    Line("sign_in.idle", ("patient", "front_desk")),
    Line("help.answers", ("anonymous", "patient", "front_desk")),
    *(Line("help.topic", ("anonymous", "patient"), {"word": word}) for word in of_capabilities() | OF_THE_SITE),
    Line("enrollment.start", ("anonymous", "at phone", "patient")),
    Line("enrollment.start", _ANYONE, {"why": "over"}),
    Line("enrollment.open_link", _ANYONE, {"token": "link"}),
    Line("enrollment.open_link", _ANYONE, {"token": "nonsense"}, status=409),
    Line("enrollment.ask_to_join", ("anonymous", "at who"), status=303),
    Line(_STEP + "show", ("anonymous",), {"step": "who"}, status=303),
    Line(_STEP + "show", ("at who",), {"step": "who"}),
    Line(_STEP + "show", ("at phone", "at phone code"), {"step": "phone"}),
    Line(_STEP + "show", ("at phone code",), {"step": "phone", "again": "1"}),
    Line(_STEP + "show", ("at login",), {"step": "login"}),
    Line(_STEP + "show", ("at email", "at email code", "registering"), {"step": "email"}),
    Line(_STEP + "show", ("at finish",), {"step": "finish"}),
    Line(_STEP + "show_sent", ("at phone",), {"step": "phone"}, status=303),
    Line(_STEP + "other_phone", ("at phone", "registering")),
    Line(_STEP + "done", ("at done", "registered")),
    Line(_STEP + "done", _ANYONE, status=303),
    Line("enrollment_open.ask", _ANYONE),
    Line("enrollment_open.wait", ("waiting",)),
    Line("enrollment_open.wait", ("waiting",), {"sent": "1"}),
    Line("enrollment_open.wait", _ANYONE, status=303),
    Line("farewell.gone", _ANYONE),
    Line("farewell.gone", _ANYONE, {"receipt": "receipt"}),
    Line("departure.my_account", _PATIENT),
    Line("export.status", ("patient", "patient of two offices")),
    Line("export.progress", ("patient", "patient of two offices")),
    Line("export.download", _PATIENT, {"copy_id": "copy"}),
    Line("departure_office.left", ("front_desk", "administrator"), {"office": "office"}),
    Line(_INVITE + "listing", ("front_desk", "administrator"), {"office": "office"}),
    *(
        Line(_INVITE + "ask_to_invite", ("front_desk",), {"office": "office", "chart": chart, "channel": way}, status)
        for way in ("email", "letter")
        for chart, status in (("chart of nobody", 200), ("chart", 409))
    ),
    Line(_CHARTS + "show_part", _CHART_ROLES, {"office": "office", "chart": "chart", "part": "enrollment"}),
    Line(
        _CHARTS + "show_part", ("front_desk",), {"office": "office", "chart": "chart of nobody", "part": "enrollment"}
    ),
    Line("demo_people.people", _ANYONE),
    Line("demo_people.sign_ins", _ANYONE),
    Line("demo_outbox.outbox", _ANYONE),
    Line("demo_outbox.outbox_json", _ANYONE),
    Line("home.today", ("anonymous", "front_desk"), status=303),
    Line("home.today", ("patient", "patient of two offices")),
    Line("home.today", _PATIENT, {"receipt": "receipt"}),
    *(Line(_PROFILE + one, _PATIENT) for one in ("settings", "profile", "addresses", "edit_about", "new_address")),
    Line(_PROFILE + "edit_address", _PATIENT, {"address_id": "address"}),
    Line(_PROFILE + "edit_address", _PATIENT, {"address_id": "other address"}),
    Line(_PROFILE + "ask_to_delete", _PATIENT, {"address_id": "address"}),
    Line(_PROFILE + "ask_to_delete", _PATIENT, {"address_id": "other address"}),
    Line(_BOOK + "providers", ("patient", "patient of two offices")),
    Line(_BOOK + "providers", _PATIENT, {"receipt": "receipt"}),
    Line(_BOOK + "entries", _PATIENT, {"kind": "insurance", "deleted": "insurance 2", "receipt": "receipt"}),
    *(Line(_BOOK + "entries", _PATIENT, {"kind": kind}) for kind in ("insurance", "contacts")),
    *(Line(_BOOK + "new", _PATIENT, {"kind": kind}) for kind in ("insurance", "contacts", "providers")),
    *(
        Line(_BOOK + part, _PATIENT, {"kind": kind, "entry_id": name})
        for part in ("card", "edit", "ask_to_delete")
        for kind, name in (("insurance", "insurance 1"), ("contacts", "contact 1"), ("providers", "provider 1"))
    ),
    Line(_BOOK + "card", _PATIENT, {"kind": "insurance", "entry_id": "insurance 2"}),
    Line("notifications.receipts", ("patient", "patient of two offices")),
    Line("notifications.receipt", _PATIENT, {"number": "receipt"}),
    *RECOVERY,
    *SECURITY,
    Line("office_choice.choose", ("staff of two offices",)),
    Line("office_choice.choose", ("front_desk", "operator"), status=303),
    Line("office.today", ("anonymous", "patient"), {"office": "office"}, status=303),
    Line("office.today", _STAFF, {"office": "office"}),
    Line(_NEWS + "listing", _STAFF, {"office": "office"}),
    Line(_NEWS + "write", _WRITERS, {"office": "office"}),
    Line(_NEWS + "write", ("clinician",), {"office": "office"}, status=409),
    Line(_NEWS + "edit", ("administrator",), {"office": "office", "announcement_id": "ours running announcement"}),
    Line(_NEWS + "edit", ("operator",), {"office": "office", "announcement_id": "operator's planned announcement"}),
    Line(_NEWS + "edit", ("administrator",), {"office": "office", "announcement_id": "ours ended announcement"}, 409),
    Line(
        _NEWS + "ask_to_end", ("administrator",), {"office": "office", "announcement_id": "ours running announcement"}
    ),
    Line(
        _NEWS + "ask_to_end", ("operator",), {"office": "office", "announcement_id": "operator's planned announcement"}
    ),
    Line(_NEWS + "publish_again", _WRITERS, {"office": "office", "kept": "1"}),
    Line(
        _NEWS + "publish_changed_again",
        ("administrator",),
        {"office": "office", "announcement_id": "ours running announcement", "kept": "1"},
    ),
    Line(_CHARTS + "find", _CHART_ROLES, {"office": "office"}),
    Line(_CHARTS + "show", _CHART_ROLES, {"office": "office", "chart": "chart"}),
    Line(_CHARTS + "show_part", _CHART_ROLES, {"office": "office", "chart": "chart", "part": "care_team"}),
    Line(_CHARTS + "show_part", ("front_desk",), {"office": "office", "chart": "chart of nobody", "part": "care_team"}),
    Line(_CHARTS + "show_part", _CHART_ROLES, {"office": "office", "chart": "chart", "part": "changes"}),
    Line(_CHARTS + "new", ("front_desk", "clinician", "administrator"), {"office": "office"}),
    Line(_CHARTS + "new", ("billing",), {"office": "office"}, status=409),
    Line(_CHARTS + "edit", ("front_desk", "clinician", "administrator"), {"office": "office", "chart": "chart"}),
    Line(_CHARTS + "edit", ("billing",), {"office": "office", "chart": "chart"}, status=409),
    Line("charts_emergency.listing", ("administrator",), {"office": "office"}),
    Line("charts_merge.choose", ("front_desk", "administrator"), {"office": "office", "chart": "chart"}),
    Line("charts_merge.choose", ("front_desk",), {"office": "office", "chart": "merged chart"}, status=409),
    Line("charts_merge.merges", ("front_desk",), {"office": "office", "chart": "chart that stayed"}),
    Line("charts_merge.merges", ("front_desk",), {"office": "office", "chart": "chart"}),
    Line(_CHARTS + "show_part", ("front_desk",), {"office": "office", "chart": "chart that stayed", "part": "changes"}),
    Line(
        _CHARTS + "show_part",
        ("front_desk",),
        {"office": "office", "chart": "chart", "part": "changes", "before": "20200101T000000.000000Z"},
    ),
    # Of a chart that few places open: the log shows the newest fifty, and each visit here adds one.
    Line(
        _CHARTS + "show_part",
        ("administrator",),
        {"office": "office", "chart": "chart that stayed", "part": "access_log"},
    ),
    Line("charts_import.choose", ("front_desk", "administrator"), {"office": "office"}),
    Line("charts_import.template", ("front_desk",), {"office": "office"}),
    Line("charts_import.report", ("administrator",), {"office": "office", "import_id": "list"}),
    Line("charts_import.report", ("administrator",), {"office": "office", "import_id": "list taken in"}),
    Line("charts_import.bad_lines", ("administrator",), {"office": "office", "import_id": "list"}),
    Line(_CHARTS + "show", ("front_desk",), {"office": "office", "chart": "chart of nobody"}),
    Line("practices.offices", _ANYONE),
    Line("practices.how", ("anonymous", "patient"), {"office_id": "office"}),
    Line("practices.how", _ANYONE, {"office_id": "other office"}),
    Line(_SET + "overview", _RUNS, {"office": "office"}),
    *(
        Line(_SET + part, _RUNS, {"office": "office", "section": section})
        for part in ("card", "edit")
        for section in ("about", "enrollment", "welcome", "messages", "visits", "passwords", "look")
    ),
    Line("practices_locations.listing", _RUNS, {"office": "office"}),
    Line("practices_locations.new", _RUNS, {"office": "office"}),
    Line("practices_locations.edit", _RUNS, {"office": "office", "location_id": "location"}),
    Line("practices_locations.ask_to_take_off", _RUNS, {"office": "office", "location_id": "location"}),
    Line("practices_locations.ask_to_take_off", _RUNS, {"office": "office", "location_id": "former location"}),
    Line("practices_providers.listing", _RUNS, {"office": "office"}),
    Line("practices_providers.new", _RUNS, {"office": "office"}),
    Line("practices_providers.edit", _RUNS, {"office": "office", "provider_id": "clinician"}),
    Line("practices_providers.ask_to_take_off", _RUNS, {"office": "office", "provider_id": "clinician"}),
    Line("kiosks_pairing.ask", ("anonymous", "front_desk")),
    Line("kiosks.welcome", _ANYONE, status=303),
    Line("kiosks.welcome", ("kiosk",)),
    Line("kiosks.help_comes", ("kiosk",)),
    Line("kiosks.watch", ("kiosk",), {"at": "rest"}, status=204),
    Line("kiosks.welcome", ("kiosk at sent",)),
    Line("kiosks.welcome", (*_IN_USE, "kiosk at done"), status=303),
    Line("kiosks.help_comes", _IN_USE),
    Line("kiosks.still_there", _IN_USE),
    Line("kiosks.still_there", ("kiosk", "kiosk at sent"), status=303),
    Line("kiosks.over", ("kiosk", "kiosk at sent", *_IN_USE), status=303),
    Line("kiosks.done", ("kiosk at done",)),
    Line("kiosks.done", ("kiosk",), status=303),
    *(Line("kiosks_steps.ask", (f"kiosk at {name}",), {"question": name}) for name in _QUESTIONS),
    Line("kiosks_steps.ask", ("kiosk at phone_code",), {"question": "phone", "again": "1"}),
    Line("kiosks_steps.ask", ("kiosk at email_code",), {"question": "email", "again": "1"}),
    Line("kiosks_steps.ask", ("kiosk", "kiosk at sent"), {"question": "login"}, status=303),
    Line("kiosks_pairing.come_back", ("anonymous", "kiosk"), {"ticket": "nonsense"}, status=303),
    *(Line(_KIOSKS + name, _COUNTER, {"office": "office"}) for name in ("listing", "state", "new")),
    Line(_KIOSKS + "ask_name", _COUNTER, {"office": "office", "kiosk_id": "kiosk"}),
    Line(_KIOSKS + "ask_to_send", _COUNTER, {"office": "office", "chart": "chart"}),
    Line(_KIOSKS + "ask_to_send", _COUNTER, {"office": "office", "chart": "chart of nobody"}),
    Line(_KIOSKS + "follow", _COUNTER, {"office": "office", "session_id": "kiosk session"}),
    Line(_KIOSKS + "follow", _COUNTER, {"office": "office", "session_id": "kiosk session done"}),
    Line(_KIOSKS + "follow_state", _COUNTER, {"office": "office", "session_id": "kiosk session"}),
    *(
        Line(_KIOSKS + page, _COUNTER, {"office": "office", "kiosk_id": "kiosk"})
        for page in ("ask_to_unpair", "ask_to_take_off")
    ),
    Line("practices_staff.listing", _RUNS, {"office": "office"}),
    Line("practices_staff.ask_to_invite", _RUNS, {"office": "office"}),
    *(
        Line(f"practices_staff.{part}", _RUNS, {"office": "office", "member_id": member})
        for part, member in (
            ("ask_for_role", "colleague"),
            ("ask_to_switch_off", "colleague"),
            ("ask_to_switch_on", "former colleague"),
        )
    ),
    Line("practices_offices.listing", ("operator",), {"office": "office"}),
    Line("practices_offices.new", ("operator",), {"office": "office"}),
    Line("practices_join.ask", ("anonymous", "front_desk"), {"token": "fresh staff link"}),
    Line("practices_join.ask", _ANYONE, {"token": "used staff link"}, 409),
    Line("practices_join.ask_code", _ANYONE, {"token": "chosen staff link"}),
    Line("practices_join.done", _ANYONE),
    *(Line(*each) for each in (*CARDS, *CONNECTIONS, *DESK, *APPOINTMENTS, *WAITING, *CHECK_IN, *MESSAGING)),
    *HOURS,
    Line("notifications_office.receipts", _STAFF, {"office": "office"}),
    Line("notifications_office.receipt", ("administrator",), {"office": "office", "number": "staff receipt"}),
)


def places(world: World) -> list[Place]:
    """Every line for each of its roles."""
    return [Place(line.endpoint, role, _url(world, line, role), line.status) for line in LINES for role in line.roles]


def gets_of(app: Flask) -> set[str]:
    """Every endpoint of the URL map that answers a GET."""
    return {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())}


def _url(world: World, line: Line, role: str) -> str:
    values = {name: world.named.get(value, value) for name, value in line.values.items()}
    if "office" in values and role == "operator":
        values["office"] = "all"
    if world.app.url_map.is_endpoint_expecting(line.endpoint, "person"):
        values["person"] = "me"
    return str(world.app.url_map.bind("127.0.0.1").build(line.endpoint, values))
