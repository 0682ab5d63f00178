"""Reads whether an alert is firing from the words that senders use, and from marks in front of its title."""

import re

from bot.domain.alerts.alert import AlertStatus

# fmt: off
RESOLVED = frozenset(
    {
        "resolved", "resolve", "ok", "okay", "closed", "close", "up", "recovered", "recovery", "normal",
        "clear", "cleared", "success", "successful", "healthy", "inactive", "done", "fixed", "solved",
        "restored", "online", "operational", "passed", "passing", "pass", "green", "good", "ended",
        "finished", "completed", "end", "back to normal",
    }
)
FIRING = frozenset(
    {
        "firing", "fired", "alerting", "alert", "triggered", "trigger", "problem", "down", "critical",
        "error", "warning", "failed", "failing", "failure", "unhealthy", "offline", "open", "opened",
        "active", "new", "outage", "red", "yellow", "alarm", "no data", "nodata", "pending", "unknown",
        "unreachable",
    }
)
# fmt: on
_RESOLVED_SIGNS = "✅☑✔🟢🆗💚👍"
_FIRING_SIGNS = "🔴🟠🟡🚨🔥❌⛔⚠❗❕🛑💥"
#: Signs as chats name them.
_SIGN_NAMES = {
    **dict.fromkeys(
        ("white_check_mark", "heavy_check_mark", "large_green_circle", "green_circle", "ok"), "✅"
    ),
    **dict.fromkeys(("red_circle", "large_red_circle", "rotating_light", "fire", "x", "warning"), "🔴"),
}
#: A state in brackets or bold with an optional count ([FIRING:2]), a state with a colon (DOWN:), one in
#: capitals with a dash, or a sign. UptimeRobot writes "Monitor is DOWN: web".
_MARK = re.compile(
    r"\s*(?:[\[(]\s*(?P<bracket>[A-Za-z_]+)(?:\s*:\s*\d+)?\s*[\])]|\*{1,2}(?P<bold>[A-Za-z_]+):?\*{1,2}"
    r"|(?:Monitor is )?(?P<word>[A-Za-z_]+):(?=\s)|(?P<upper>[A-Z_]{2,})\s+[-–—](?=\s)|:(?P<name>[a-z_]+):"
    rf"|(?P<sign>[{_RESOLVED_SIGNS}{_FIRING_SIGNS}])\ufe0f?)\s*[-–—:]?\s*"
)
#: Datadog puts the priority in front of the state: "[P1] [Triggered] web is slow".
_PRIORITY = re.compile(r"\s*\[P\d\]\s*(?=\[)")
#: "no longer firing", "not ok".
_NEGATED = re.compile(r"(?:is )?(?:no longer|not) (?P<state>.+)")


def split_title(title: str) -> tuple[AlertStatus | None, str]:
    """Return the status that the marks in front of a title stand for, if any, and the title without them.

    "[RESOLVED] Disk full", "UP: Disk full" and "✅ Disk full" are resolutions of "Disk full".
    """
    priority = _PRIORITY.match(title)
    kept = priority[0] if priority else ""
    status, rest = None, title.removeprefix(kept)
    while mark := _MARK.match(rest):
        found = _status_of(mark)
        if found is None or not rest[mark.end() :]:
            break
        status, rest = status or found, rest[mark.end() :]
    return status, kept + rest


def status_of(word: str, mark: AlertStatus | None) -> AlertStatus:
    """Return the status for a sender's word.

    Default: the status for the mark in front of the title, then firing, because people notice a false alert
    but not a missing one.
    """
    return _known(word) or mark or AlertStatus.FIRING


def _known(word: str) -> AlertStatus | None:
    """Return the status for a word or a phrase, or None if it is neither."""
    clean = " ".join(word.lower().replace("_", " ").split())
    if negated := _NEGATED.fullmatch(clean):
        state = _known(negated["state"])
        opposite = {AlertStatus.FIRING: AlertStatus.RESOLVED, AlertStatus.RESOLVED: AlertStatus.FIRING}
        return opposite[state] if state else None
    if clean in RESOLVED:
        return AlertStatus.RESOLVED
    return AlertStatus.FIRING if clean in FIRING else None


def _status_of(mark: re.Match[str]) -> AlertStatus | None:
    if sign := mark["sign"] or _SIGN_NAMES.get(mark["name"] or ""):
        return AlertStatus.RESOLVED if sign in _RESOLVED_SIGNS else AlertStatus.FIRING
    return _known(mark["bracket"] or mark["bold"] or mark["word"] or mark["upper"] or "")
