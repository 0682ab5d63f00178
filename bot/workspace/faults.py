"""Things that go wrong at Slack, on order: the tests and drills say which call fails and how."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["ratelimited", "error", "http_500", "lost"]


@dataclass(kw_only=True)
class Fault:
    """One ordered failure: from the `nth` call on (1 is the next), `times` calls fail."""

    method: str
    kind: Kind
    nth: int
    times: int
    retry_after: int
    error: str
    seen: int = 0


class Faults:
    """The failures on order, and `down`: while true every Web API call is refused with 503."""

    def __init__(self) -> None:
        self.down = False
        self._ordered: list[Fault] = []

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
        """Order a failure of `method` ("*" is every one).

        "ratelimited": 429 with `retry_after` seconds. "error": 200 with {"ok": false} and `error`.
        "http_500": refused before anything happened. "lost": it happens, and the connection is cut.
        """
        fault = Fault(method=method, kind=kind, nth=nth, times=times, retry_after=retry_after, error=error)
        self._ordered.append(fault)

    def clear(self) -> None:
        """Cancel every failure on order; what works, works again."""
        self.down = False
        self._ordered.clear()

    def strike(self, method: str) -> Fault | None:
        """Count a call and return the failure it meets."""
        met: Fault | None = None
        for fault in self._ordered:
            if fault.method in (method, "*"):
                fault.seen += 1
                if met is None and fault.nth <= fault.seen < fault.nth + fault.times:
                    met = fault
        return met
