"""Where alerts come from: one small module each, listed in SOURCES."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.alert import Alert
from bot.sources import alertmanager, generic
from bot.sources.reading import Unparseable

__all__ = ["SOURCES", "Source", "Unparseable"]


@dataclass(frozen=True, kw_only=True)
class Source:
    """One kind of monitor: the name in its URL, what people call it, and how to read what it posts."""

    name: str
    title: str
    #: body and time of receipt → alerts; raises Unparseable and nothing else
    parse: Callable[[str, datetime], tuple[Alert, ...]]


SOURCES: Mapping[str, Source] = {
    source.name: source
    for source in (
        Source(name=alertmanager.NAME, title="Prometheus Alertmanager", parse=alertmanager.parse),
        Source(name=generic.NAME, title="Generic JSON", parse=generic.parse),
    )
}
