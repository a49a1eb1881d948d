"""What the web server and the `flask` command load. A bad setting is one line on stderr and exit code 2.

`server` is for Granian's RSGI interface, `app` for everything that speaks WSGI (docs/decisions/0001-web-server.md).
"""

import os
import sys

from config import BadSetting, read_settings
from portal import commands, create_app
from portal.gateways.http import Portal
from portal.jobs import runner
from portal.kernel.engines import UnfixedCore
from portal.kernel.secrets import KeyFileError

try:
    app = create_app(read_settings(os.environ))
except (BadSetting, UnfixedCore, KeyFileError) as error:
    name = "PORTAL_KEYS: " if isinstance(error, KeyFileError) else ""
    print(f"The portal does not start. {name}{error}", file=sys.stderr)
    raise SystemExit(2) from None
commands.join(app)


def begin() -> None:
    """The server's process has begun: deliver in it, unless workers do (REDIS_URL)."""
    if app.config["PORTAL"].in_process_jobs:
        runner.start_embedded_runner(app)


server = Portal(app, begin, runner.stop)
