"""How other people fare while slow connections are held open against the web server.

A part of the slow connections sends its headers a byte at a time, the rest sends complete headers and
then a form body a byte at a time. Meanwhile one well-behaved client asks for a page at a steady rate.
Bounded in count and time, and refuses any address that is not loopback.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ipaddress
import math
import socket
import sys
import time
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

MAX_CONNECTIONS = 1000
MAX_SECONDS = 120.0
DRIP_SECONDS = 2.0
ASK_EVERY_SECONDS = 0.05
ASK_TIMEOUT_SECONDS = 10.0
OPEN_TIMEOUT_SECONDS = 5.0
DECLARED_BODY_BYTES = 4096


@dataclass
class Tally:
    """What was seen; times in milliseconds."""

    asked_ms: list[float] = field(default_factory=list)
    failures: int = 0
    opened: int = 0
    not_opened: int = 0
    closed_by_server: int = 0

    def percentile_ms(self, share: float) -> float:
        """The nearest-rank percentile in milliseconds; `share` runs from 0 to 1."""
        if not self.asked_ms:
            return math.inf
        ordered = sorted(self.asked_ms)
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def loopback_target(url: str) -> SplitResult:
    """The parts of `url`; refuses everything but plain HTTP on a loopback address."""
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname or not parts.port:
        raise SystemExit("the address must look like http://127.0.0.1:8000")
    found = socket.getaddrinfo(parts.hostname, parts.port, type=socket.SOCK_STREAM)
    if not all(ipaddress.ip_address(entry[4][0]).is_loopback for entry in found):
        raise SystemExit("only a loopback address is allowed")
    return parts


def slow_request(target: SplitResult, path: str, slow_body: bool) -> tuple[bytes, bytes]:
    """The part of a slow request that is sent at once, and the byte that then drips."""
    if not slow_body:
        return f"GET {path} HTTP/1.1\r\nHost: {target.netloc}\r\nX-Slow: ".encode(), b"a"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {target.netloc}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {DECLARED_BODY_BYTES}\r\n\r\na="
    )
    return head.encode(), b"b"


async def hold(target: SplitResult, path: str, slow_body: bool, until: float, tally: Tally) -> None:
    """Keep one slow connection busy until `until` (monotonic seconds), opening it anew when closed."""
    first, drip = slow_request(target, path, slow_body)
    while time.monotonic() < until:
        try:
            opening = asyncio.open_connection(target.hostname, target.port)
            reader, writer = await asyncio.wait_for(opening, OPEN_TIMEOUT_SECONDS)
        except OSError:  # a time-out is one, too
            tally.not_opened += 1
            await asyncio.sleep(DRIP_SECONDS)
            continue
        tally.opened += 1
        try:
            await drip_until(reader, writer, first, drip, until)
            tally.closed_by_server += time.monotonic() < until
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def drip_until(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, first: bytes, drip: bytes, until: float
) -> None:
    """Send `first`, then `drip` every two seconds, until `until` (monotonic seconds) or the server's end."""
    with contextlib.suppress(OSError):
        writer.write(first)
        while (left := until - time.monotonic()) > 0:
            try:
                if not await asyncio.wait_for(reader.read(4096), min(DRIP_SECONDS, left)):
                    return
            except TimeoutError:
                writer.write(drip)
                await writer.drain()


async def ask(target: SplitResult, path: str, tally: Tally) -> None:
    """Ask for one page on a connection of its own; note its milliseconds, a failure counts as the time-out."""
    started = time.monotonic()
    try:
        answer = await asyncio.wait_for(fetch(target, path), ASK_TIMEOUT_SECONDS)
        good = answer.startswith((b"HTTP/1.1 2", b"HTTP/1.1 3"))
    except OSError:  # a time-out is one, too
        good = False
    spent_ms = (time.monotonic() - started) * 1000
    tally.failures += not good
    tally.asked_ms.append(spent_ms if good else ASK_TIMEOUT_SECONDS * 1000)


async def fetch(target: SplitResult, path: str) -> bytes:
    """The whole answer to one GET, headers included."""
    reader, writer = await asyncio.open_connection(target.hostname, target.port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {target.netloc}\r\nConnection: close\r\n\r\n".encode())
        return await reader.read(-1)
    finally:
        writer.close()


async def measure(target: SplitResult, options: argparse.Namespace) -> Tally:
    """Hold the slow connections and ask beside them, for `options.seconds` seconds."""
    tally = Tally()
    until = time.monotonic() + options.seconds
    bodies = round(options.connections * options.slow_bodies)
    held = [
        asyncio.create_task(hold(target, options.slow_path, number < bodies, until, tally))
        for number in range(options.connections)
    ]
    asked: list[asyncio.Task[None]] = []
    await asyncio.sleep(min(1.0, options.seconds / 10))
    while time.monotonic() < until:
        asked.append(asyncio.create_task(ask(target, options.path, tally)))
        await asyncio.sleep(ASK_EVERY_SECONDS)
    await asyncio.gather(*asked, *held)
    return tally


def report(tally: Tally, options: argparse.Namespace) -> bool:
    """Print the table; true when the 99th percentile (ms) is within the bound."""
    p50, p99 = tally.percentile_ms(0.5), tally.percentile_ms(0.99)
    held = f"{tally.opened} opened, {tally.closed_by_server} ended by the server, {tally.not_opened} not opened"
    print(f"{options.connections} slow connections for {options.seconds:g} s: {held}")
    print("| others asked | p50 ms | p99 ms | p99 / bound | failures |")
    print("| --- | --- | --- | --- | --- |")
    ratio: float = p99 / options.bound_ms
    print(f"| {len(tally.asked_ms)} | {p50:.1f} | {p99:.1f} | {ratio:.3f} | {tally.failures} |")
    return ratio <= 1


def parse() -> argparse.Namespace:
    """The command line; counts and seconds are capped."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True, help="http://127.0.0.1:PORT")
    parser.add_argument("--connections", type=int, default=400, help=f"at most {MAX_CONNECTIONS}")
    parser.add_argument("--seconds", type=float, default=30, help=f"at most {MAX_SECONDS:g}")
    parser.add_argument("--path", default="/", help="page that the others ask for")
    parser.add_argument("--slow-path", default="/", help="where the slow requests go")
    parser.add_argument("--slow-bodies", type=float, default=0.25, help="share of slow bodies, 0 to 1")
    parser.add_argument("--bound-ms", type=float, default=1000, help="bound of the p99 in milliseconds")
    options = parser.parse_args()
    if not (0 < options.connections <= MAX_CONNECTIONS and 0 < options.seconds <= MAX_SECONDS):
        parser.error("connections or seconds out of range")
    if not 0 <= options.slow_bodies <= 1 or options.bound_ms <= 0:
        parser.error("slow-bodies must be 0 to 1 and bound-ms above 0")
    return options


def main() -> int:
    """0 when the others are served in time, 1 when not."""
    options = parse()
    target = loopback_target(options.url)
    return 0 if report(asyncio.run(measure(target, options)), options) else 1


if __name__ == "__main__":
    sys.exit(main())
