"""What the web server and the `flask` command load. A bad setting is one line on stderr and exit code 2."""

import os
import sys

from config import BadSetting, read_settings
from portal import create_app
from portal.kernel.engines import UnfixedCore
from portal.kernel.secrets import KeyFileError

try:
    app = create_app(read_settings(os.environ))
except (BadSetting, UnfixedCore, KeyFileError) as error:
    name = "PORTAL_KEYS: " if isinstance(error, KeyFileError) else ""
    print(f"The portal does not start. {name}{error}", file=sys.stderr)
    raise SystemExit(2) from None
