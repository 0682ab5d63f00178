"""Where alerts come from: one small module each, listed in SOURCES."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.alerts.sources import alertmanager, generic
from bot.alerts.sources.reading import Unparseable
from bot.domain.alerts.alert import Alert

__all__ = ["SOURCES", "Unparseable"]

#: By the name in its URL, how a source reads what it posts: body and time of receipt → alerts. It raises
#: Unparseable and nothing else.
SOURCES: Mapping[str, Callable[[str, datetime], tuple[Alert, ...]]] = {
    alertmanager.NAME: alertmanager.parse,
    generic.NAME: generic.parse,
}
