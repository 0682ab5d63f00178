"""Renders the facts of an incident with a template that people can edit."""

import re
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.documents import blocks
from bot.documents.markdown import markdown
from bot.domain.errors import ActionableError
from bot.domain.insights.postmortem.facts import PostmortemFacts
from bot.domain.text.times import time_of_day

#: The exceptions that an expression in a template can raise.
_MISTAKES = (
    *(TemplateError, ArithmeticError, AttributeError, LookupError),
    *(RecursionError, TypeError, ValueError),
)


class TemplateMistake(ActionableError):
    """The template cannot be used. The message gives the file, the line and the reason."""


def render(facts: PostmortemFacts, template_dir: Path, name: str = "stack") -> str:
    """Return `facts` as Markdown, rendered with `<name>.md.j2` in `template_dir`. Inserted text is escaped.

    Raise TemplateMistake if the template cannot be used.
    """
    filename = f"{name}.md.j2"
    try:
        text = _environment(template_dir).get_template(filename).render(facts=facts)
        return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
    except TemplateNotFound as mistake:
        raise TemplateMistake(f"There is no template {mistake.name} in {template_dir}.") from mistake
    except TemplateSyntaxError as mistake:
        place = f"{mistake.name or filename}, line {mistake.lineno}"
        raise TemplateMistake(f"{place}: {mistake.message}.") from mistake
    except _MISTAKES as mistake:
        raise TemplateMistake(f"{_place(mistake, template_dir, filename)}: {mistake}.") from mistake


class _Written(str):
    """Markdown from a macro or a block, in which inserted text is already escaped."""

    __slots__ = ()


class _Environment(ImmutableSandboxedEnvironment):
    """The sandbox. It marks text from the template itself as already escaped."""

    @staticmethod
    def concat(pieces: Iterable[str]) -> str:
        """Join the output of a macro, a block or a template. Jinja calls this."""
        return _Written("".join(pieces))


def _environment(template_dir: Path) -> _Environment:
    environment = _Environment(
        loader=FileSystemLoader(template_dir),
        undefined=StrictUndefined,
        autoescape=False,  # that is for HTML; `finalize` gets every inserted value
        finalize=_inserted,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"moment": moment, "clock": clock, "duration": duration, "lines": lines}
    environment.filters["clause"] = lambda text: text.strip().rstrip(".!")
    environment.filters |= {
        "first_line": lambda text: _Written(blocks.first_line(text)),
        "further_lines": lambda text: _Written(blocks.further_lines(text)),
    }
    return environment


def _inserted(value: object) -> str:
    """Return a value escaped, unless it is escaped already. Filters and operators return unescaped text."""
    if isinstance(value, _Written):
        return value
    return "_not recorded yet_" if value is None else markdown(str(value))


def _place(mistake: BaseException, template_dir: Path, filename: str) -> str:
    """Return the innermost template line of Jinja's traceback."""
    for frame in reversed(traceback.extract_tb(mistake.__traceback__)):
        if Path(frame.filename).is_relative_to(template_dir):
            return f"{Path(frame.filename).name}, line {frame.lineno}"
    return filename


def moment(at: datetime | None, *, to_the_second: bool = False) -> str | None:
    """Return `February 18, 2024, 10:00 AM (UTC)`, or None for None."""
    if at is None:
        return None
    utc = at.astimezone(UTC)
    return f"{utc:%B} {utc.day}, {utc.year}, {time_of_day(utc, to_the_second=to_the_second)} (UTC)"


def clock(at: datetime | None, *, dated: bool = False, to_the_second: bool = False) -> str | None:
    """Return `10:00 AM` in UTC, `February 18, 10:00 AM` if `dated`, or None for None."""
    return time_of_day(at, dated=dated, to_the_second=to_the_second) if at else None


def duration(span: timedelta | None) -> str | None:
    """Return `4 hours`, `1 hour 5 minutes` or `40 seconds` (rounded up), or None for None."""
    if span is None:
        return None
    seconds = ceil(span.total_seconds())
    if seconds < 1:
        return "under a second"
    if seconds < 60:
        return _counted(seconds, "second")
    hours, minutes = divmod(seconds // 60, 60)
    units = ((hours, "hour"), (minutes, "minute"))
    return " ".join(_counted(number, unit) for number, unit in units if number)


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def lines(text: str) -> list[str]:
    """Return the lines that are not empty, each for its own paragraph."""
    return [line for line in text.splitlines() if line.strip()]
