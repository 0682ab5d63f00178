"""Connects to a port, to see whether anybody listens there, and says nothing."""

import time
from dataclasses import dataclass

from bot.domain.vocabulary import ProbeVerdict
from bot.probes import hosts
from bot.probes.interface import Finding, Kind, Permissions, Unreachable


@dataclass(frozen=True, kw_only=True)
class Options:
    """Where to connect to."""

    host: str
    port: int

    @property
    def place(self) -> hosts.Place:
        """The host and port as one."""
        return hosts.place_of(self.host, self.port)


def check_permitted(options: Options, permissions: Permissions) -> None:
    """Refuse a place that may not be asked."""
    hosts.check_permitted(options.place, permissions)


async def run(options: Options, permissions: Permissions) -> Finding:
    """Connect and hang up; that nobody can be reached is the finding here, as seen from this machine."""
    place = options.place
    began = time.monotonic()
    try:
        address, _, writer = await hosts.connect(place, permissions)
    except Unreachable as error:
        return Finding(verdict=ProbeVerdict.WRONG, evidence=str(error))
    writer.transport.abort()
    took = round((time.monotonic() - began) * 1000)
    where = "" if address == place.host else f" at {address}"
    return Finding(verdict=ProbeVerdict.CLEAR, evidence=f"{place} took a connection{where} in {took} ms.")


KIND = Kind(options=Options, check_permitted=check_permitted, run=run)
