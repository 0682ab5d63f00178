"""Checks a postmortem for gaps: in the document that people edited, and in the facts behind it."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.insights.postmortem.facts import PostmortemFacts
from bot.domain.text.times import duration
from bot.domain.vocabulary import HypothesisVerdict, TaskState

MISSING = "_not recorded yet_"
#: A silence on the timeline of this length, while users were affected, is reported.
LONGEST_GAP = timedelta(minutes=60)
_HEADING = re.compile(r"(?P<level>#{1,6})\s+(?P<title>.+)")
_ENTRY = re.compile(
    r"- (?:(?P<month>[A-Z][a-z]+) (?P<day>\d{1,2}), )?"
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::\d\d)? (?P<half>AM|PM):"
)
#: Words about what a person should have done. A review asks what made it likely instead.
_BLAME = re.compile(
    r"\b(?:(?:should|could) have (?:known|noticed|checked|seen)|forgot(?:ten)? to"
    r"|failed to (?:notice|check|follow)|careless(?:ly|ness)?|negligen(?:t|ce)|human error"
    r"|[A-Z][a-z]+(?:'s|’s) (?:mistake|fault)|to blame)\b"
)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A gap. `line` is its line in the document, or 0 if it is not about one. A warning is not an error."""

    rule: str
    text: str
    line: int = 0
    is_warning: bool = False


def lint_document(document: str) -> Iterator[Finding]:
    """Yield what is missing in a document, by line."""
    lines = document.splitlines()
    yield from _sections(lines)
    yield from _order(lines)
    for number, line in enumerate(lines, 1):
        if "no owner" in line and line.lstrip().startswith(("-", "|")):
            yield Finding(rule="task-owner", line=number, text="A task has no owner.")
        if "no due date" in line and line.lstrip().startswith(("-", "|")):
            yield Finding(rule="task-date", line=number, text="A task has no due date.")
        if blame := _BLAME.search(line):
            advice = "Say what made it likely instead of who did it."
            yield Finding(rule="blame", line=number, is_warning=True, text=f"“{blame[0]}”: {advice}")


def lint_facts(facts: PostmortemFacts, longest_gap: timedelta = LONGEST_GAP) -> Iterator[Finding]:
    """Yield what is missing in the record of an incident."""
    yield from missing(facts)
    for sentence in facts.milestones.contradictions:
        yield Finding(rule="milestones", text=sentence)
    for row in facts.hypotheses:
        if row.verdict == HypothesisVerdict.REFUTED and not row.evidence:
            yield Finding(rule="evidence", text=f"Hypothesis {row.number} was ruled out without evidence.")
        if row.verdict == "open":
            yield Finding(rule="evidence", text=f"Hypothesis {row.number} is still open.")
    yield from _gaps(facts, longest_gap)


def missing(facts: PostmortemFacts) -> Iterator[Finding]:
    """Yield the facts that every postmortem needs and that are not recorded."""
    if not facts.impact:
        yield Finding(rule="impact", text="The impact is not described.")
    if not facts.causes:
        yield Finding(rule="cause", text="The cause is not recorded.")
    if not facts.resolution:
        yield Finding(rule="fix", text="What fixed it is not recorded.")
    if facts.milestones.mitigated_at is None:
        yield Finding(rule="milestones", text="When users were no longer affected is not recorded.")
    for task in facts.tasks:
        if task.state == TaskState.OPEN and not task.owner:
            yield Finding(rule="task-owner", text=f"Task {task.number} has no owner.")
        if task.state == TaskState.OPEN and not task.due:
            yield Finding(rule="task-date", text=f"Task {task.number} has no due date.")


def _sections(lines: Sequence[str]) -> Iterator[Finding]:
    """Yield the sections that are empty or still say that something was not recorded."""
    headings = [(number, found) for number, line in enumerate(lines) if (found := _HEADING.fullmatch(line))]
    if not headings:
        yield Finding(rule="sections", text="The document has no sections.")
    for place, (number, heading) in enumerate(headings):
        follows = headings[place + 1] if place + 1 < len(headings) else (len(lines), None)
        body = [
            line for line in lines[number + 1 : follows[0]] if line.strip() and not line.startswith("<!--")
        ]
        has_parts = follows[1] is not None and len(follows[1]["level"]) > len(heading["level"])
        if not body and not has_parts:
            yield Finding(
                rule="sections", line=number + 1, text=f"The section “{heading['title']}” is empty."
            )
    for number, line in enumerate(lines, 1):
        if MISSING in line:
            section = next(
                (found["title"] for at, found in reversed(headings) if at < number), "the document"
            )
            yield Finding(
                rule="not-recorded", line=number, text=f"Something in “{section}” is not recorded yet."
            )


def _order(lines: Sequence[str]) -> Iterator[Finding]:
    """Yield the lines of the timeline that are earlier than the line before."""
    before: tuple[datetime, bool] | None = None
    for number, line in enumerate(lines, 1):
        found = _ENTRY.match(line)
        if found is None:
            if _HEADING.fullmatch(line):
                before = None
            continue
        day = f"{found['month']} {found['day']}" if found["month"] else "January 1"
        clock = f"2024 {day} {found['hour']}:{found['minute']} {found['half']}"  # a leap year has every day
        at = datetime.strptime(clock, "%Y %B %d %I:%M %p")  # noqa: DTZ007 - only compared with each other
        if before and at < before[0] and before[1] is bool(found["month"]):
            yield Finding(rule="order", line=number, text="This entry is earlier than the one before it.")
        before = at, bool(found["month"])


def _gaps(facts: PostmortemFacts, longest: timedelta) -> Iterator[Finding]:
    """Yield the silences on the timeline while users were affected."""
    entries = sorted(entry.at for entry in facts.timeline)
    for earlier, later in itertools.pairwise(entries):
        affected = any(
            phase.began_at < later and (phase.ended_at is None or phase.ended_at > earlier)
            for phase in facts.phases
        )
        if affected and later - earlier > longest:
            gap = f"Nothing is recorded for {duration(later - earlier)} from {earlier:%H:%M} UTC"
            yield Finding(rule="gaps", is_warning=True, text=f"{gap}, while users were affected.")
