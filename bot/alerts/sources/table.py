"""The table of sources: one module for each format that alerts arrive in."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.alerts.sources import alertmanager, generic
from bot.alerts.sources.reading import Notification

#: The parser of each source by the name in its URL: (body, time of receipt) → its alerts. It raises only
#: Unparseable.
SOURCES: Mapping[str, Callable[[str, datetime], Notification]] = {
    alertmanager.NAME: alertmanager.parse,
    generic.NAME: generic.parse,
}
