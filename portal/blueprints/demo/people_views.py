"""Demonstration mode: everybody to try the portal as, and a button that lets one in at once (ARCHITECTURE §5)."""

from __future__ import annotations

from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

import pyotp
from flask import Blueprint, Response, jsonify, request, session

from portal.blueprints.demo.wording import ROLES
from portal.domain.demo import PASSPHRASE, queries
from portal.domain.demo.queries import Place, SignIn
from portal.domain.kiosks import pairing
from portal.domain.sign_in import actions
from portal.domain.sign_in import queries as sign_in
from portal.domain.viewer import Actor
from portal.kernel import clock
from portal.kernel.refusal import Missing
from portal.web import kiosk_device, origin
from portal.web.hypermedia import go, page
from portal.web.once import exempt
from portal.web.texts import gettext as _

bp = Blueprint("demo_people", __name__)


class Line(NamedTuple):
    """Somebody as the page shows them."""

    username: str
    name: str
    facts: str
    code: str | None


@bp.get("/people")
def people() -> Response:
    """Everybody, by office and role."""
    return page(
        "demo/people.html",
        offices=_by_office(queries.sign_ins()),
        kiosks=queries.kiosks(),
        passphrase=PASSPHRASE,
    )


@bp.get("/sign-ins.json")
def sign_ins() -> Response:
    """The same for programs. Who is in several offices is listed with the first, and all of them under `offices`."""
    return jsonify([_entry(one) for one in queries.sign_ins()])


@bp.post("/use")
@exempt
def use() -> Response:
    """Sign in as somebody: the real session, without asking for what the page has just told."""
    who = request.form.get("who", "")
    one = queries.sign_in_of(who)
    found = sign_in.credentials_of(one.kind, who, None, clock.now()) if one else None
    if one is None or found is None:
        raise Missing
    attempt = origin.attempt(one.kind, one.username, PASSPHRASE)
    token, device = actions.open_session(Actor(one.kind, found.actor_id), attempt, awaiting_code=False)
    session.become(token)  # type: ignore[attr-defined]
    origin.know(device)
    return go("/me/" if one.kind == "patient" else "/office/")


@bp.post("/kiosk")
@exempt
def open_kiosk() -> Response:
    """Be a kiosk: this browser takes the place of the device that was paired."""
    try:
        token = pairing.pair_again(UUID(request.form.get("kiosk", "")), now=clock.now())
    except ValueError as error:
        raise Missing from error
    session.forget()  # type: ignore[attr-defined]
    return kiosk_device.give(go("/kiosk/"), token)


def _by_office(found: list[SignIn]) -> list[tuple[str, list[tuple[str, list[Line]]]]]:
    """Offices, in each the roles, in each the people; the portal's own people last. Somebody in two is in both."""
    pairs = sorted(
        ((place, one) for one in found for place in one.places),
        key=lambda pair: (pair[0].office is None, pair[0].office or "", list(ROLES).index(pair[0].role)),
    )
    return [
        (office or _("Above all offices"), _by_role(list(group)))
        for office, group in groupby(pairs, key=lambda pair: pair[0].office)
    ]


def _by_role(pairs: list[tuple[Place, SignIn]]) -> list[tuple[str, list[Line]]]:
    return [
        (str(ROLES[role]), [_line(one) for _place, one in group])
        for role, group in groupby(pairs, key=lambda pair: pair[0].role)
    ]


def _line(one: SignIn) -> Line:
    facts = [one.username]
    if one.born:
        facts.append(_("born %(year)s", year=one.born.year))
    if one.language == "es":
        facts.append("Español")
    if len(one.places) > 1:
        facts.append(_("both offices"))
    return Line(one.username, one.name, ", ".join(facts), _code(one))


def _code(one: SignIn) -> str | None:
    return pyotp.TOTP(one.totp_secret).at(clock.now()) if one.totp_secret else None


def _entry(one: SignIn) -> dict[str, Any]:
    first = one.places[0]
    return {
        "username": one.username,
        "password": PASSPHRASE,
        "role": first.role,
        "office": first.office,
        "offices": [place.office for place in one.places if place.office],
        "name": one.name,
        "language": one.language,
        **({"totp_secret": one.totp_secret} if one.totp_secret else {}),
    }
