"""Draws an incident as SVG: one band for each phase of impact and each hypothesis, over time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from bot.domain.insights.postmortem.facts import PostmortemFacts
from bot.domain.vocabulary import HypothesisVerdict

#: Sizes in pixels.
LABELS = 230
WIDTH = 1000
ROW = 26
TOP = 44
#: A band is at least this wide, so that a short one can be seen.
MIN_BAND = 3
MAX_LABEL = 34
#: At most this many marks on the time axis.
MAX_TICKS = 8
STEPS = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880)
)
COLORS = {
    "impact": "#d64545",
    "open": "#8a94a6",
    "confirmed": "#2f7d4f",
    "refuted": "#b9bfca",
    "parked": "#c9b458",
}


@dataclass(frozen=True, kw_only=True)
class Band:
    """One row: what it shows, from when to when (UTC), and its color by kind."""

    label: str
    began_at: datetime
    ended_at: datetime
    kind: str


@dataclass(frozen=True, kw_only=True)
class Axis:
    """The time axis (UTC)."""

    start: datetime
    end: datetime

    def x(self, at: datetime) -> float:
        """Return where a time is, in pixels from the left."""
        return LABELS + (WIDTH - LABELS - 20) * ((at - self.start) / (self.end - self.start))


def picture(facts: PostmortemFacts) -> str:
    """Return the SVG, or "" while there is no time span to draw."""
    bands = list(_bands(facts))
    marks = [(name, at) for name, at in _marks(facts) if at]
    moments = [at for band in bands for at in (band.began_at, band.ended_at)] + [at for _, at in marks]
    if not moments or min(moments) == max(moments):
        return ""
    bottom = TOP + ROW * len(bands)
    axis = Axis(start=min(moments), end=max(moments))
    root = Element(
        "svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH} {bottom + 28}", role="img"
    )
    root.set("font-family", "sans-serif")
    root.set("font-size", "12")
    SubElement(root, "title").text = f"{facts.name} {facts.title}"
    SubElement(root, "rect", width=str(WIDTH), height=str(bottom + 28), fill="#ffffff")
    for tick in _ticks(axis.start, axis.end):
        _line(root, axis.x(tick), bottom, stroke="#e4e7ec")
        _text(root, axis.x(tick), bottom + 18, f"{tick.astimezone(UTC):%H:%M}", fill="#555555")
    for row, band in enumerate(bands):
        _row(root, band, TOP + ROW * row, axis)
    for place, (name, at) in enumerate(marks):
        _line(root, axis.x(at), bottom, stroke="#1f4e8c", **{"stroke-dasharray": "4 3"})
        _text(root, axis.x(at), 14 + 13 * (place % 2), f"{name} {at.astimezone(UTC):%H:%M}", fill="#1f4e8c")
    indent(root)
    return f"{tostring(root, encoding='unicode')}\n"


def _bands(facts: PostmortemFacts) -> Iterator[Band]:
    end = facts.ended_at or max((entry.at for entry in facts.timeline), default=None)
    for phase in facts.phases:
        if end:
            label = f"Impact {phase.number}: {phase.description or phase.share or phase.service}"
            yield Band(label=label, began_at=phase.began_at, ended_at=phase.ended_at or end, kind="impact")
    for row in facts.hypotheses:
        refuted = " (refuted)" if row.verdict == HypothesisVerdict.REFUTED else ""
        label = f"{row.number}{refuted}: {row.text}"
        yield Band(label=label, began_at=row.opened_at, ended_at=row.opened_at + row.spent, kind=row.verdict)


def _marks(facts: PostmortemFacts) -> Iterator[tuple[str, datetime | None]]:
    """Yield the milestones to mark. A detection at the start needs no mark of its own."""
    milestones = facts.milestones
    yield "detected", milestones.detected_at
    yield "cause found", milestones.cause_found_at
    if milestones.mitigated_at != milestones.resolved_at:
        yield "mitigated", milestones.mitigated_at
    yield "resolved", milestones.resolved_at


def _row(root: Element, band: Band, top: int, axis: Axis) -> None:
    """Draw one band with its label. A refuted hypothesis is struck through."""
    label = band.label if len(band.label) <= MAX_LABEL else f"{band.label[: MAX_LABEL - 1]}…"
    text = SubElement(root, "text", x="8", y=str(top + 16), fill="#222222")
    text.text = label
    if band.kind == HypothesisVerdict.REFUTED:
        text.set("text-decoration", "line-through")
    left, right = axis.x(band.began_at), axis.x(band.ended_at)
    rect = SubElement(root, "rect", x=f"{left:.1f}", y=str(top + 4), rx="3")
    rect.set("width", f"{max(right - left, MIN_BAND):.1f}")
    rect.set("height", str(ROW - 10))
    rect.set("fill", COLORS.get(band.kind, COLORS["open"]))
    SubElement(rect, "title").text = band.label


def _line(root: Element, x: float, bottom: int, **style: str) -> None:
    """Draw a vertical line through all bands."""
    line = SubElement(root, "line", x1=f"{x:.1f}", x2=f"{x:.1f}", y1=str(TOP - 8), y2=str(bottom + 4))
    line.attrib |= style


def _text(root: Element, x: float, y: int, text: str, **style: str) -> None:
    """Write centered text, which stays inside the picture."""
    inside = min(max(x, LABELS), WIDTH - 50)
    element = SubElement(root, "text", x=f"{inside:.1f}", y=str(y))
    element.attrib |= {"text-anchor": "middle", **style}
    element.text = text


def _ticks(start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield round times between the two, at most MAX_TICKS."""
    step = next((step for step in STEPS if (end - start) / step <= MAX_TICKS), (end - start) / MAX_TICKS)
    midnight = start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    tick = midnight + step * -((midnight - start) // step)
    while tick <= end:
        if tick >= start:
            yield tick
        tick += step
