"""The list of incidents."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.text.times import duration
from bot.domain.vocabulary import Severity, Status
from bot.slack.mrkdwn import escape_title, one_line
from bot.slack.views.blocks import Screen, context, screen, section
from bot.slack.views.wording import mark

MAX_ROWS = 40
ROWS_A_SECTION = 10


class Row(Protocol):
    """An incident in the list."""

    @property
    def number(self) -> int:
        """The number: 7 for INC-7."""

    @property
    def title(self) -> str:
        """The title."""

    @property
    def severity(self) -> Severity:
        """The severity."""

    @property
    def status(self) -> Status:
        """The status."""

    @property
    def channel(self) -> str:
        """The ID of its channel, or ""."""

    @property
    def declared_at(self) -> datetime | None:
        """When it was declared (UTC)."""

    @property
    def drill(self) -> bool:
        """Whether it is a drill."""


def listing(rows: Sequence[Row], now: datetime) -> Screen:
    """Return the incidents in the given order, at `now` (UTC)."""
    if not rows:
        return screen("No open incidents.", section("No open incidents. Declare one: `/incident new …`"))
    lines = [_line(row, now) for row in rows[:MAX_ROWS]]
    starts = range(0, len(lines), ROWS_A_SECTION)
    sections = [section("\n".join(lines[start : start + ROWS_A_SECTION])) for start in starts]
    rest = context(f"… and {len(rows) - MAX_ROWS} more") if len(rows) > MAX_ROWS else None
    return screen(f"{len(rows)} incident{'s' if len(rows) > 1 else ''}", *sections, rest)


def _line(row: Row, now: datetime) -> str:
    # ROWS_A_SECTION of these must fit in one section.
    name = escape_title(f"{'DRILL ' * row.drill}INC-{row.number} {one_line(row.title)[:100]}")
    where = f" <#{row.channel}>" if row.channel else ""
    ago = f", {duration(now - row.declared_at)} ago" if row.declared_at else ""
    return f"{mark(row.severity, row.status)} *{name}* {row.severity}, {row.status}{ago}{where}"
