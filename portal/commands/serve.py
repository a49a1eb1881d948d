"""`python -m portal.commands.serve`: everything in one go, and everything ends with it.

Makes what is missing (folder, keys, tables, in the demonstration also the people), says where to go, and serves pages
and jobs. `make run` calls it with DEMO=1.
"""

from __future__ import annotations

import os
import socket
import sys
import traceback
from collections.abc import Callable
from contextlib import nullcontext

from config import BadSetting, Settings, read_settings
from portal.commands import catalogues, demo, migrate, prepare, web_server
from portal.domain.demo import PASSPHRASE, queries
from portal.domain.demo.queries import SignIn
from portal.domain.departure import replaying
from portal.domain.viewer import Role
from portal.kernel import clock, database
from portal.kernel.engines import UnfixedCore
from portal.kernel.secrets import KeyFileError

_STOPPING = (BadSetting, UnfixedCore, KeyFileError)


def main() -> int:
    """Start, and serve until Ctrl-C. 0, or 2 with one line that names the setting that is wrong."""
    try:
        settings = read_settings(os.environ)
        _refuse_taken_port(settings)
        prepare.prepare(settings)
        with prepare.held(settings) if settings.embedded else nullcontext():
            get_ready(settings)
            return web_server.serve(settings)
    except KeyboardInterrupt:
        return 0
    except _STOPPING as error:
        return _told(error)


def _told(error: Exception) -> int:
    name = "PORTAL_KEYS: " if isinstance(error, KeyFileError) else ""
    print(f"The portal does not start. {name}{error}", file=sys.stderr, flush=True)
    return 2


def get_ready(settings: Settings) -> None:
    """All that comes before the first request.

    Raises:
        BadSetting, UnfixedCore, KeyFileError: why the portal does not start.
    """
    catalogues.compile_stale()
    app = web_server.make(settings)
    with app.app_context():
        migrate.present_version(settings)
        _let_go()
        _aside(lambda: _make_what_is_missing(settings))
        print("\n".join(greeting(settings)), flush=True)
        _let_go()


def _let_go() -> None:
    """The processes that are forked from this one open connections of their own."""
    database.let_go()
    database.engine().dispose()


def _make_what_is_missing(settings: Settings) -> None:
    _bring_up_to_date(settings)
    if settings.demo and demo.is_empty():
        demo.load(clock.now())
    with database.writing():
        replaying.finish(clock.now())


def _aside(work: Callable[[], None]) -> None:
    """Do it in a process of its own: what it takes in memory is gone when the server's processes are forked.

    Raises:
        SystemExit: it failed, and has said why.
    """
    sys.stdout.flush()
    child = os.fork()
    if child:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code:
            raise SystemExit(code)
        return
    code = 1
    try:
        work()
        code = 0
    except _STOPPING as error:
        code = _told(error)
    except Exception:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _bring_up_to_date(settings: Settings) -> None:
    """A production database is migrated by `make migrate`, at a time that somebody chose."""
    if settings.embedded or settings.demo:
        migrate.bring_to_head(settings)
    elif not migrate.is_at_head(settings):
        raise BadSetting("DATABASE_URL", "the database is not at the newest migration; run: make migrate")


def _refuse_taken_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except (OSError, OverflowError) as error:
            name = "HOST" if isinstance(error, socket.gaierror) else "PORT"
            raise BadSetting(name, f"can not listen on {settings.host}:{settings.port} ({error})") from error


def greeting(settings: Settings) -> list[str]:
    """What is said when all is ready."""
    lines = [f"{settings.name} is at {settings.public_url}/"]
    if not settings.demo:
        return [*lines, *_for_real(settings), "Press Ctrl-C to stop."]
    return [
        *lines,
        "This is a demonstration: everybody in it is invented. Sign in as",
        *(f"  {one.username:12} {_what(one)}" for one in _three(queries.sign_ins())),
        f"with the password: {PASSPHRASE}",
        f"Everybody, with one click and the codes of staff: {settings.public_url}/demo/people",
        f"What the portal sent (email, texts, calls): {settings.public_url}/demo/outbox",
        "Press Ctrl-C to stop.",
    ]


def _for_real(settings: Settings) -> list[str]:
    """Where the office begins, and that no mail goes out where there is no server for it."""
    lines = [f"Offices and the operator sign in at {settings.public_url}/sign_in/office"]
    if not settings.smtp_url:
        lines.append(f"No mail goes out: SMTP_URL is not set. It is kept as files in {settings.data / 'outbox'}.")
    return lines


def _three(found: list[SignIn]) -> list[SignIn]:
    """A patient, one who speaks Spanish, and a member of staff."""
    tests = (
        lambda one: one.kind == "patient" and one.language == "en",
        lambda one: one.kind == "patient" and one.language == "es",
        lambda one: any(place.role == Role.ADMINISTRATOR.value for place in one.places),
    )
    picked = (next((one for one in found if test(one)), None) for test in tests)
    return [one for one in picked if one]


def _what(one: SignIn) -> str:
    place = one.places[0]
    if one.kind == "staff":
        return f"{place.role} of {place.office}, at {'/sign_in/office'}"
    return f"patient of {place.office or 'no office yet'}" + (", in Spanish" if one.language == "es" else "")


if __name__ == "__main__":
    sys.exit(main())
