"""Simulated Slack failures. Tests and drills choose which call fails and how."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["ratelimited", "error", "http_500", "lost"]


@dataclass(kw_only=True)
class Fault:
    """A planned failure: `times` calls fail, starting with the `nth` call from now (1 is the next)."""

    method: str
    kind: Kind
    nth: int
    times: int
    retry_after: int
    error: str
    calls_seen: int = 0


class Faults:
    """The planned failures. While `down` is true every Web API call is answered with 503."""

    def __init__(self) -> None:
        self.down = False
        self._planned: list[Fault] = []

    def add(
        self,
        method: str,
        kind: Kind,
        *,
        nth: int = 1,
        times: int = 1,
        retry_after: int = 1,
        error: str = "internal_error",
    ) -> None:
        """Plan a failure of `method` ("*" matches every method).

        "ratelimited": 429 with `retry_after` seconds.
        "error": 200 with {"ok": false} and the code `error`.
        "http_500": 500 before anything is done.
        "lost": the call is carried out, but the connection is cut before the response.
        """
        fault = Fault(method=method, kind=kind, nth=nth, times=times, retry_after=retry_after, error=error)
        self._planned.append(fault)

    def clear(self) -> None:
        """Remove every planned failure and end the outage (`down`)."""
        self.down = False
        self._planned.clear()

    def match_call(self, method: str) -> Fault | None:
        """Count a call and return the failure planned for it, or None."""
        matched: Fault | None = None
        for fault in self._planned:
            if fault.method in (method, "*"):
                fault.calls_seen += 1
                if matched is None and fault.nth <= fault.calls_seen < fault.nth + fault.times:
                    matched = fault
        return matched
