"""The recipients of escalations, and how each is written in settings, runbooks, commands and events."""

from dataclasses import dataclass
from enum import StrEnum

#: Everyone the runbook lists under `escalate` and the service under `invite`.
ON_CALL = "oncall"


class PagerKind(StrEnum):
    """The paging services. A pager is written as its kind and a name, such as `pagerduty:auth`."""

    PAGERDUTY = "pagerduty"
    OPSGENIE = "opsgenie"
    WEBHOOK = "webhook"


@dataclass(frozen=True)
class SlackUser:
    """A person in Slack, by member ID."""

    id: str


@dataclass(frozen=True)
class UserGroup:
    """A user group in Slack, by ID."""

    id: str


@dataclass(frozen=True)
class SlackChannel:
    """A channel in Slack, written as `#name`."""

    name: str


@dataclass(frozen=True)
class Pager:
    """A pager, which must be configured under its whole name."""

    kind: PagerKind
    name: str


@dataclass(frozen=True)
class OnCall:
    """Everyone on call for the incident; see ON_CALL."""


@dataclass(frozen=True)
class Named:
    """A person or team in plain words. Firstcheck can't reach them."""

    text: str


Recipient = SlackUser | UserGroup | SlackChannel | Pager | OnCall | Named


def parse_recipient(text: str) -> Recipient:
    """Return the recipient that `text` refers to."""
    if is_slack_user(text):
        return SlackUser(text)
    # User group IDs start with S and are longer than a team's name such as SRE.
    if text[:1] == "S" and len(text) >= 9 and text.isalnum() and text.isupper():
        return UserGroup(text)
    if text.startswith("#") and len(text) > 1:
        return SlackChannel(text)
    if kind := pager_kind(text):
        return Pager(kind, text)
    return OnCall() if text.lower() == ON_CALL else Named(text)


def is_slack_user(text: str) -> bool:
    """Return whether `text` is a Slack member ID, which starts with U, or with W on Enterprise Grid."""
    return text[:1] in {"U", "W"} and text[1:].isalnum() and text.isascii() and text.isupper()


def pager_kind(text: str) -> PagerKind | None:
    """Return the kind of the pager that `text` names, or None if it names no pager."""
    kind, colon, name = text.partition(":")
    return PagerKind(kind) if colon and name and kind in set(PagerKind) else None
