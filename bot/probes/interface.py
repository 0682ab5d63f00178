"""What every probe is: options in, a finding out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

#: `wrong`: the cause is likely here; `clear`: it is not; `failed`: the probe is evidence of nothing.
Verdict = Literal["wrong", "clear", "failed"]


class ProbeFailed(Exception):
    """The probe could not look; its text is a sentence for the responders."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a probe saw, with its evidence in words."""

    verdict: Verdict
    evidence: str


@dataclass(frozen=True, kw_only=True)
class ProbeResult(Finding):
    """A finding, and how many seconds it took."""

    seconds: float


class Look(Protocol):
    """One kind of probe. It only reads, and raises ProbeFailed with a sentence when it cannot."""

    async def __call__(self, options: Mapping[str, object], *, allowed_hosts: Collection[str]) -> Finding:
        """Look at what `options` name, on `allowed_hosts` only."""
