"""Where people look after their own sign-in."""

from __future__ import annotations

from tests.pages.lines import Line

_ANYONE, _PATIENT = ("anonymous",), ("patient",)
_STAFF = ("front_desk", "clinician", "billing", "administrator", "operator")

SECURITY = (
    Line("security.overview", ("patient", "patient of two offices")),
    Line("security.edit_password", _PATIENT),
    Line("notifications_preferences.edit", ("patient", "patient of two offices")),
    *(Line("security_contacts.edit", _PATIENT, {"kind": kind}) for kind in ("email", "phone")),
    *(Line("security_contacts.ask_code", _PATIENT, {"kind": kind}) for kind in ("email", "phone")),
    *(Line(f"security_second_step.{page}", _PATIENT) for page in ("show", "set_up", "ask_to_turn_off")),
    *(Line(f"security_second_step.{page}", ("patient with second step",)) for page in ("show", "ask_to_turn_off")),
    Line("sign_in.ask_code", ("patient without code",)),
    Line("sign_in.ask_code", ("patient without code",), {"printed": "1"}),
    Line("security_passkeys.listing", ("patient", "patient with second step")),
    Line("security_passkeys.ask", _PATIENT),
    Line("sign_in_passkeys.ask", ("passkey",)),
    *(
        Line("security_counter.ask", ("front_desk",), {"office": "office", "chart": chart})
        for chart in ("chart", "chart of nobody", "chart with second step")
    ),
    Line("security_undo.ask", _ANYONE, {"token": "undo token"}),
    Line("security_undo.undone", _ANYONE),
    Line("security_office.edit_password", _STAFF, {"office": "office"}),
)
