"""One JSON line for each request: what, how long, who by a keyed hash. No names, no words, no query strings (A46)."""

from __future__ import annotations

import json
import logging
import secrets as stdlib_secrets
import sys
import time
from typing import Any

from flask import Flask, Response, g, request

from portal.domain.viewer import Actor
from portal.kernel import clock, secrets

_log = logging.getLogger("portal.request")
_FIELDS = ("request", "method", "endpoint", "status", "ms", "who", "job", "message_id", "code", "count")


class OneLine(logging.Formatter):
    """A record as one line of JSON: control characters can not begin another."""

    def format(self, record: logging.LogRecord) -> str:
        event = record.getMessage() if record.name.startswith("portal") else record.name
        line = _begun(record.levelname, event)
        line.update({name: getattr(record, name) for name in _FIELDS if hasattr(record, name)})
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _where(record.exc_info[2])
        return json.dumps(line, ensure_ascii=True)


class Lines(logging.StreamHandler[Any]):
    """Where all lines go. A request's line goes straight there: a LogRecord around it cost more than all of the line,
    a twelfth of the sign-in page."""

    def tell(self, event: str, **fields: Any) -> None:
        """Write one line; where that is not possible, none."""
        line = json.dumps({**_begun("INFO", event), **fields}, ensure_ascii=True)
        self.acquire()
        try:
            self.stream.write(f"{line}\n")
            self.stream.flush()
        except (OSError, ValueError):
            pass
        finally:
            self.release()


def _begun(level: str, event: str) -> dict[str, Any]:
    return {"at": clock.now().isoformat(timespec="milliseconds"), "level": level, "event": event}


def _where(trace: Any) -> list[str]:
    """The lines of code of an error, without the values that they had."""
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[-12:]


_lines = Lines()
_lines.setFormatter(OneLine())


def begin() -> None:
    """Give the request its id."""
    here = g._get_current_object()
    here.request_id, here.began = stdlib_secrets.token_hex(8), time.perf_counter()


def end(answer: Response) -> Response:
    """Write the request's line."""
    here, asked = g._get_current_object(), request
    viewer, number = here.get("viewer"), here.get("request_id", "")
    if _log.isEnabledFor(logging.INFO):
        _lines.tell(
            "request",
            request=number,
            method=asked.method,
            endpoint=asked.endpoint,
            status=answer.status_code,
            ms=round((time.perf_counter() - here.began) * 1000, 1) if number else None,
            who=_who(viewer.actor) if viewer else None,
        )
    answer.headers.add("X-Request-Id", number)
    return answer


def _who(actor: Actor) -> str:
    return secrets.keyed_hash("logs", f"{actor.kind}:{actor.id}").hex()[:16]


def join(app: Flask) -> None:
    """Bind to the application; a log that can not be written stops nothing."""
    _lines.stream = sys.stderr
    logging.raiseExceptions = False
    # A line holds neither the place in the code that wrote it nor the process: finding them out costs more than the
    # line (Python's Logging HOWTO, "Optimization").
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    root = logging.getLogger()
    root.handlers[:] = [_lines]
    root.setLevel(app.config["PORTAL"].log_level)
    app.before_request(begin)
    app.after_request(end)
