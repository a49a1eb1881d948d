"""Where people go who forgot how to sign in."""

from __future__ import annotations

from tests.pages.lines import Line

_ANYONE = ("anonymous",)

RECOVERY = (
    Line("recovery.ask_username", _ANYONE),
    Line("recovery.username_sent", _ANYONE),
    Line("recovery.ask_reset", _ANYONE),
    Line("recovery.ask_code", ("anonymous",), status=303),
    Line("recovery.ask_code", ("on the way",)),
    Line("recovery.ask_password", ("anonymous",), status=303),
    Line("recovery.ask_password", ("proven", "lost both")),
    Line("recovery_second.ask", ("anonymous",), status=303),
    Line("recovery_second.ask", ("lost both",)),
    Line("recovery_second.ask_code", ("anonymous",), status=303),
    Line("recovery_second.ask_code", ("lost both",)),
)
