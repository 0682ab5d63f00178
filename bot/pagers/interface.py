"""The interface of a pager kind: send a page, resolve it, and read acknowledgements."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.config.escalation import Pager
from bot.domain.vocabulary import Severity


class UnverifiedRequest(Exception):
    """A request that is unauthorized or malformed; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """The contents of a page; `key` is the same for every attempt."""

    key: str
    incident: str
    title: str
    severity: Severity
    service: str
    reason: str
    at: datetime
    #: A link to the incident's channel, or "" if there is none yet.
    url: str = ""

    @property
    def summary(self) -> str:
        """The text of the notification on a phone."""
        return f"{self.incident} ({self.severity}) {self.title}: {self.reason}"


@dataclass(frozen=True, kw_only=True)
class Request:
    """One HTTP POST."""

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Acknowledgement:
    """Somebody acknowledged the page with that key. `by` is their name in the pager."""

    key: str
    by: str


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of pager. The functions are pure; `now` is UTC."""

    page: Callable[[Pager, Call], Request]
    #: Returns the request that resolves the page with that key. The time is for kinds that sign requests.
    end: Callable[[Pager, str, datetime], Request]
    #: Reads a request from the pager. Returns None for other events. Raises UnverifiedRequest if it is
    #: unauthorized.
    acknowledged: Callable[[Pager, Mapping[str, str], bytes, datetime], Acknowledgement | None]
