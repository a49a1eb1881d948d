"""Is the portal alive, and is it ready? For the machines that watch it."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, redirect, request

from portal.extensions import csrf
from portal.web import once, readiness

bp = Blueprint("health", __name__)


@bp.get("/")
def front() -> Response:
    """The portal's own address leads inside; the door there asks for the sign-in."""
    return redirect("/me/", 303)  # type: ignore[return-value]


@bp.get("/healthz")
def alive() -> Response:
    """This process answers."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@bp.get("/readyz")
def ready() -> Response:
    """Database, key file, migrations, outbox: each "ok" or what is the matter. 503 when one is not."""
    found = readiness.all_of(current_app.config["PORTAL"])
    answer = jsonify(found)
    answer.status_code = 200 if all(word == "ok" for word in found.values()) else 503
    return answer


@bp.post("/csp")
@csrf.exempt
@once.exempt
def policy_report() -> Response:
    """Browsers tell here what the content policy stopped; only the count is of interest, so nothing is kept."""
    request.get_data(cache=False)
    return Response(status=204)
