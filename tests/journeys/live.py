"""The portal on a real port of this machine, in threads of this process: its clock and its rows are within reach.

Granian, which production uses, has a process of its own; tests of the server itself are elsewhere.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from flask import Flask
from waitress.server import create_server

_THREADS = 4


@contextmanager
def serve(app: Flask) -> Iterator[str]:
    """The address at which the portal answers."""
    logging.getLogger("waitress").setLevel(logging.ERROR)
    server = create_server(app, host="127.0.0.1", port=0, threads=_THREADS, clear_untrusted_proxy_headers=True)
    thread = threading.Thread(target=_run, args=[server], daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        thread.join(timeout=5)


def _run(server: Any) -> None:
    """Until it is closed from outside, which its loop may notice as a file that is gone."""
    with suppress(OSError):
        server.run()
