"""Where a try comes from: address, network, and the cookie of a browser that was here before."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from flask import after_this_request, current_app, request
from werkzeug.wrappers import Response

from portal.domain.sign_in.actions import Try
from portal.domain.sign_in.rules import DEVICE_KNOWN_FOR

_BROWSERS = (
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("w3m", "w3m"),
    ("Lynx", "Lynx"),
    ("Links", "Links"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def attempt(kind: str, username: str, password: str) -> Try:
    """This request as a try to get in."""
    network = _network(address())
    return Try(
        kind, username, password, address(), network, request.cookies.get(_cookie()), device_words(), _from_clinic()
    )


def address() -> str:
    """The address that the request came from; "-" where the server knows none (a unix socket)."""
    return request.remote_addr or "-"


def source() -> str:
    """What asking and guessing is counted for: the address, of an IPv6 subscriber all addresses together."""
    return _network(address()) if ":" in address() else address()


def know(device: str | None) -> None:
    """Give the browser its known-device cookie with this answer."""
    if device is None:
        return

    @after_this_request
    def remember(answer: Response) -> Response:
        answer.set_cookie(
            _cookie(),
            device,
            max_age=int(DEVICE_KNOWN_FOR.total_seconds()),
            httponly=True,
            samesite="Lax",
            secure=current_app.config["PORTAL"].secure,
        )
        return answer


def forget() -> None:
    """Take the known-device cookie back with this answer."""

    @after_this_request
    def take_back(answer: Response) -> Response:
        answer.delete_cookie(_cookie(), httponly=True, samesite="Lax", secure=current_app.config["PORTAL"].secure)
        return answer


def device_words() -> str:
    """ "Firefox, Windows": enough for its owner to know it again, too little to tell browsers apart."""
    agent = request.headers.get("User-Agent", "")
    names = [next((words for mark, words in table if mark in agent), "") for table in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in names if name) or "-"


def _cookie() -> str:
    return "__Host-device" if current_app.config["PORTAL"].secure else "device"


def _network(text: str) -> str:
    """The /24 of an IPv4 address, the /56 of an IPv6 one (a subscriber has many)."""
    try:
        found = ip_address(text)
    except ValueError:
        return text
    mapped = getattr(found, "ipv4_mapped", None)
    if mapped:
        found = mapped
    return str(ip_network(f"{found}/{24 if found.version == 4 else 56}", strict=False))


def _from_clinic() -> bool:
    networks = current_app.config["PORTAL"].clinic_networks
    try:
        found = ip_address(address())
    except ValueError:
        return False
    return any(found in ip_network(network) for network in networks)
