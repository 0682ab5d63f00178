"""Checks that a port accepts connections."""

import time
from dataclasses import dataclass

from bot.probes import hosts
from bot.probes.interface import Finding, Kind, Permissions, Unreachable, ok, problem


@dataclass(frozen=True, kw_only=True)
class Options:
    """The host and port to connect to."""

    host: str
    port: int


def check_permitted(options: Options, permissions: Permissions) -> None:
    """Raise ProbeFailed if the host may not be contacted."""
    hosts.check_permitted(hosts.place_of(options.host, options.port), permissions)


async def run(options: Options, permissions: Permissions) -> Finding:
    """Connect and disconnect. A port that can't be reached from this machine counts as a problem."""
    place = hosts.place_of(options.host, options.port)
    began = time.monotonic()
    try:
        address, _, writer = await hosts.connect(place, permissions)
    except Unreachable as error:
        return problem(str(error))
    writer.transport.abort()
    took = round((time.monotonic() - began) * 1000)
    where = "" if address == place.host else f" at {address}"
    return ok(f"{place} accepted a connection{where} in {took} ms.")


KIND = Kind(options=Options, check_permitted=check_permitted, run=run)
