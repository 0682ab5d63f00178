"""The table of sources: one module for each format that alerts arrive in."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.alerts.sources import alertmanager, generic
from bot.domain.alerts.alert import Alert

#: The parser of each source by the name in its URL: (body, time of receipt) → alerts. It raises only
#: Unparseable.
SOURCES: Mapping[str, Callable[[str, datetime], tuple[Alert, ...]]] = {
    alertmanager.NAME: alertmanager.parse,
    generic.NAME: generic.parse,
}
