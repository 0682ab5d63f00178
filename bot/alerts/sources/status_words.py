"""Reads whether an alert is firing from the words that senders use, and from marks in front of its title."""

import re

from bot.domain.alerts.alert import AlertStatus

# fmt: off
RESOLVED = frozenset(
    {
        "resolved", "resolve", "ok", "okay", "closed", "close", "up", "recovered", "recovery", "normal",
        "clear", "cleared", "success", "successful", "healthy", "inactive", "done", "fixed", "solved",
        "restored", "online", "operational", "passed", "passing", "pass", "green", "good", "ended",
        "finished", "completed",
    }
)
FIRING = frozenset(
    {
        "firing", "fired", "alerting", "alert", "triggered", "trigger", "problem", "down", "critical",
        "error", "warning", "failed", "failing", "failure", "unhealthy", "offline", "open", "opened",
        "active", "new", "outage", "red", "yellow", "alarm", "no_data", "nodata", "pending", "unknown",
        "unreachable",
    }
)
# fmt: on
_RESOLVED_SIGNS = "✅☑✔🟢🆗💚👍"
_FIRING_SIGNS = "🔴🟠🟡🚨🔥❌⛔⚠❗❕🛑💥"
#: A state in brackets with an optional count ([FIRING:2]), a state with a colon (DOWN:), or a sign.
_MARK = re.compile(
    rf"\s*(?:\[\s*(?P<bracket>[A-Za-z_]+)(?:\s*:\s*\d+)?\s*\]|(?P<word>[A-Za-z_]+):(?=\s)"
    rf"|(?P<sign>[{_RESOLVED_SIGNS}{_FIRING_SIGNS}])\ufe0f?)\s*[-–:]?\s*"
)


def split_title(title: str) -> tuple[AlertStatus | None, str]:
    """Return the status that the marks in front of a title stand for, if any, and the title without them.

    "[RESOLVED] Disk full", "UP: Disk full" and "✅ Disk full" are resolutions of "Disk full".
    """
    status, rest = None, title
    while mark := _MARK.match(rest):
        found = _status_of(mark)
        if found is None or not rest[mark.end() :]:
            break
        status, rest = status or found, rest[mark.end() :]
    return status, rest


def status_of(word: str, mark: AlertStatus | None) -> AlertStatus:
    """Return the status for a sender's word.

    Default: the status for the mark in front of the title, then firing, because people notice a false alert
    but not a missing one.
    """
    return _known(word) or mark or AlertStatus.FIRING


def _known(word: str) -> AlertStatus | None:
    clean = word.strip().lower()
    if clean in RESOLVED:
        return AlertStatus.RESOLVED
    return AlertStatus.FIRING if clean in FIRING else None


def _status_of(mark: re.Match[str]) -> AlertStatus | None:
    if sign := mark["sign"]:
        return AlertStatus.RESOLVED if sign in _RESOLVED_SIGNS else AlertStatus.FIRING
    return _known(mark["bracket"] or mark["word"])
