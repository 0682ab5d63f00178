"""What every probe is: typed options in, a finding out, within what the configuration allows."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from bot.domain.vocabulary import ProbeVerdict
from bot.probes.options import mistakes, read, schema

Options = TypeVar("Options")


class ProbeFailed(Exception):
    """The probe could not look; its text is a sentence for the responders."""


class Unreachable(ProbeFailed):
    """Nothing answers at an address that may be asked."""


async def addresses(host: str, port: int) -> list[str]:
    """Return the addresses of `host` as this machine resolves it. Raises OSError and UnicodeError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in found]


@dataclass(frozen=True, kw_only=True)
class Permissions:
    """What probes may touch; everything else they refuse."""

    #: `host` or `host:port`.
    hosts: Collection[str] = ()
    #: Private networks that the name of an allowed host may lead to.
    networks: Collection[str] = ()
    #: Files, or folders whose files may be read; `folder` is where relative paths begin.
    paths: Collection[Path] = ()
    folder: Path = Path()
    #: The only commands that may run, word for word.
    commands: Collection[tuple[str, ...]] = ()
    #: Where the last known good settings are kept.
    known_good: Path = Path("known-good")
    #: How names are resolved.
    resolve: Callable[[str, int], Awaitable[list[str]]] = addresses
    #: How long a connection to one address may take, in seconds.
    connect_s: float = 3.0
    #: How long a DNS query may take over all name servers, in seconds.
    lookup_s: float = 4.0


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a probe saw, with its evidence in words."""

    verdict: ProbeVerdict
    evidence: str


@dataclass(frozen=True, kw_only=True)
class ProbeResult(Finding):
    """A finding, and how many seconds it took."""

    seconds: float


@dataclass(frozen=True, kw_only=True)
class Kind(Generic[Options]):
    """One kind of probe: its options, and how it looks. It only reads.

    `look` raises ProbeFailed with a sentence when it cannot look, and is given `timeout_s` to do it.
    `permit` raises it for what `look` would refuse to touch, as far as that is known without touching it.
    """

    options: type[Options]
    permit: Callable[[Options, Permissions], None]
    look: Callable[[Options, Permissions], Awaitable[Finding]]
    timeout_s: float = 5.0

    def read(self, given: Mapping[str, object]) -> Options:
        """Return the options as this kind has them; raises ProbeFailed with a sentence for each mistake."""
        wrong = self.mistakes(given)
        if wrong:
            raise ProbeFailed("; ".join(f"{name}: {what}" if name else what for name, what in wrong.items()))
        return read(self.options, given)

    def mistakes(self, given: Mapping[str, object]) -> Mapping[str, str]:
        """Return what is wrong with the options, by the option's name; "" is all of them together."""
        return mistakes(self.options, given)

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the options."""
        return schema(self.options)
