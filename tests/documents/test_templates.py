"""The templates that ship with Firstcheck: each shows the facts, and renders to sound HTML."""

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from bot.documents import render
from bot.domain.insights.postmortem.facts import PostmortemFacts, TaskRow
from bot.domain.insights.postmortem.review import Record

NAMES = ("stack", "google", "atlassian", "pagerduty")
#: The sections of the templates after which ours are named.
SECTIONS = {
    "stack": [
        "Issue Summary",
        "Timeline",
        "Root Cause and Resolution",
        "Corrective and Preventative Measures",
    ],
    "google": [
        *("Summary", "Impact", "Root Causes", "Trigger", "Resolution", "Detection"),
        *("Action Items", "Lessons Learned", "Timeline", "Supporting information"),
    ],
    "atlassian": [
        *("Incident summary", "Leadup", "Fault", "Impact", "Detection", "Response", "Recovery"),
        *("Timeline", "Root cause identification: hypotheses", "Lessons learned", "Corrective actions"),
    ],
    "pagerduty": [
        *("Overview", "What Happened", "Contributing Factors", "Resolution", "Impact", "Responders"),
        *("Timeline", "How'd We Do?", "Action Items", "Messaging"),
    ],
}


class Outline(HTMLParser):
    """Collects the headings and the rows of tables, and checks that every tag is closed."""

    def __init__(self) -> None:
        """Start with nothing open."""
        super().__init__()
        self.open: list[str] = []
        self.headings: list[str] = []
        self.rows: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - the signature of HTMLParser
        """Note an open tag."""
        if tag not in {"br", "img", "hr"}:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost tag, which must be this one."""
        assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        """Collect the text."""
        if self.open and self.open[-1] == "h2":
            self.headings.append(data)
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data


def outline(document: str) -> Outline:
    """Return the outline of a document as GitHub would show it."""
    found = Outline()
    found.feed(MarkdownIt("commonmark").enable("table").render(document))
    assert [] == found.open
    return found


@pytest.mark.parametrize("name", NAMES)
def test_sections(outage: PostmortemFacts, templates: Path, name: str) -> None:
    """Each template has the sections of the one it is named after, in order."""
    headings = outline(render(outage, templates, name)).headings

    assert SECTIONS[name] == [heading for heading in headings if heading in SECTIONS[name]]


@pytest.mark.parametrize("name", NAMES)
def test_every_template_shows_the_facts(outage: PostmortemFacts, templates: Path, name: str) -> None:
    """The start, the time affected, the share, the cause, the fix and the tasks are in every document."""
    task = TaskRow(number=7, title="Check the key in CI", owner="Ada", due="2024-03-01", kind="prevent")
    records = {
        kind: (Record(at=outage.timeline[0].at, by="Ada", text=f"words about {kind}"),)
        for kind in ("factor", "well", "badly", "lucky", "question", "customers", "trigger")
    }
    figures = (Record(at=outage.timeline[0].at, by="Ada", text="", label="lost logins", value="200,000"),)
    review = {**outage.review, **records, "figure": figures}
    document = render(replace(outage, tasks=(task,), review=review), templates, name)

    for fact in ("February 18, 2024, 10:00 AM", "4 hours", "30% of users", "misconfiguration", "redeployed"):
        assert fact in document
    for fact in ("Check the key in CI", "2024-03-01", "lost logins", "200,000", "Time to find the cause"):
        assert fact in document
    shown = [kind for kind in records if f"words about {kind}" in document]
    assert {"factor", "well", "badly", "lucky", "question", "trigger"} <= set(shown)


@pytest.mark.parametrize("name", NAMES)
def test_tables_are_whole(outage: PostmortemFacts, templates: Path, name: str) -> None:
    """No words of people break a table or a tag, in any template."""
    hostile = "a | b\n\n# <script>alert(1)</script> [x](javascript:x) `|`"
    rows = tuple(replace(row, text=hostile, evidence=hostile) for row in outage.hypotheses)
    cause = replace(outage.causes[0], text=hostile, detail=hostile)
    document = render(
        replace(outage, title=hostile, hypotheses=rows, causes=(cause, cause), resolution=hostile),
        templates,
        name,
    )
    found = outline(document)

    assert "<script>" not in document.replace("\\<script\\>", "")
    widths = [len(row) for row in found.rows]
    assert min(widths) > 1
    assert SECTIONS[name] == [heading for heading in found.headings if heading in SECTIONS[name]]


@pytest.mark.parametrize("name", NAMES)
def test_a_new_incident(just_declared: PostmortemFacts, templates: Path, name: str) -> None:
    """A template renders an incident about which nothing is known yet, and marks the gaps."""
    assert "_not recorded yet_" in render(just_declared, templates, name)
