"""The interface of a probe: typed options in, a finding out, limited by permissions."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from bot.domain.vocabulary import ProbeVerdict
from bot.probes.options import mistakes, read, schema

Options = TypeVar("Options")


class ProbeFailed(Exception):
    """The probe could not run. The text is a sentence for the responders."""


class Unreachable(ProbeFailed):
    """Nothing answers at an address that the probe may contact."""


async def addresses(host: str, port: int) -> list[str]:
    """Return the addresses that this machine resolves `host` to. Raise OSError or UnicodeError on failure."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in found]


@dataclass(frozen=True, kw_only=True)
class Permissions:
    """The resources that probes may access. Everything else is refused."""

    #: `host` or `host:port`.
    hosts: Collection[str] = ()
    #: Private networks to which the name of an allowed host may resolve.
    networks: Collection[str] = ()
    #: Files, and folders whose files may be read. Relative paths start at `folder`.
    paths: Collection[Path] = ()
    folder: Path = Path()
    #: The only commands that may run, matched exactly.
    commands: Collection[tuple[str, ...]] = ()
    #: The folder of the last known good settings.
    known_good: Path = Path("known-good")
    #: Resolves a host and port to addresses.
    resolve: Callable[[str, int], Awaitable[list[str]]] = addresses
    #: How long a connection to one address may take, in seconds.
    connect_s: float = 3.0
    #: How long a DNS query may take over all name servers, in seconds.
    lookup_s: float = 4.0


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The verdict of a probe and its evidence, which is a sentence."""

    verdict: ProbeVerdict
    evidence: str


def ok(evidence: str) -> Finding:
    """Return the finding that nothing is wrong."""
    return Finding(verdict=ProbeVerdict.CLEAR, evidence=evidence)


def problem(evidence: str) -> Finding:
    """Return the finding that something is wrong."""
    return Finding(verdict=ProbeVerdict.WRONG, evidence=evidence)


def first_of(texts: Sequence[str], most: int, separator: str) -> str:
    """Return the first `most` items as text, and how many more there are."""
    more = f"{separator}and {len(texts) - most} more" if len(texts) > most else ""
    return separator.join(texts[:most]) + more


@dataclass(frozen=True, kw_only=True)
class ProbeResult(Finding):
    """A finding, and how long the probe took."""

    seconds: float


@dataclass(frozen=True, kw_only=True)
class Kind(Generic[Options]):
    """One kind of probe. It only reads.

    `run` raises ProbeFailed if it can't check anything, and must finish within `timeout_s`. `check_permitted`
    raises ProbeFailed for anything that `run` would refuse to access, as far as that is known without any
    I/O.
    """

    options: type[Options]
    check_permitted: Callable[[Options, Permissions], None]
    run: Callable[[Options, Permissions], Awaitable[Finding]]
    timeout_s: float = 5.0

    def read(self, given: Mapping[str, object]) -> Options:
        """Return the typed options. Raise ProbeFailed with all mistakes."""
        wrong = self.mistakes(given)
        if wrong:
            raise ProbeFailed("; ".join(f"{name}: {what}" if name else what for name, what in wrong.items()))
        return read(self.options, given)

    def mistakes(self, given: Mapping[str, object]) -> Mapping[str, str]:
        """Return a message for each wrong option, by option name, or by "" for a wrong combination."""
        return mistakes(self.options, given)

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the options."""
        return schema(self.options)
