"""What every kind of pager is: a call becomes a request, and a request of theirs an acknowledgement."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.config.escalation import Pager
from bot.domain.vocabulary import Severity


class UnverifiedRequest(Exception):
    """A request that does not prove itself, or that cannot be read; its text says why."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """What somebody is paged with; `key` is the same at every attempt."""

    key: str
    incident: str
    title: str
    severity: Severity
    service: str
    reason: str
    at: datetime
    #: The incident's channel, or nothing while there is none.
    url: str = ""

    @property
    def summary(self) -> str:
        """The one line that a phone shows."""
        return f"{self.incident} ({self.severity}) {self.title}: {self.reason}"


@dataclass(frozen=True, kw_only=True)
class Request:
    """One HTTP POST."""

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Acknowledgement:
    """Somebody answered the page of that key; `by` is their name there."""

    key: str
    by: str


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of pager. The functions are pure; `now` is UTC."""

    page: Callable[[Pager, Call], Request]
    #: Says that the page of that key is over; a time for kinds that sign.
    end: Callable[[Pager, str, datetime], Request]
    #: Reads what they post to us: nothing when it tells of something else. Raises NotTheirs.
    acknowledged: Callable[[Pager, Mapping[str, str], bytes, datetime], Acknowledgement | None]
