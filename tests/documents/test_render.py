"""Rendering a template that people can edit, and reporting its mistakes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from bot.documents import TemplateMistake, render
from bot.documents.render import clock, duration, lines, moment
from bot.domain.insights.postmortem.facts import PostmortemFacts


def rendered(facts: PostmortemFacts, folder: Path, template: str) -> str:
    """The facts, rendered with this template."""
    (folder / "mine.md.j2").write_text(template, "utf-8")
    return render(facts, folder, "mine")


def test_every_inserted_text_is_escaped(outage: PostmortemFacts, tmp_path: Path) -> None:
    """Text is escaped once, even if it passes through a macro, a block or a filter."""
    facts = replace(outage, title="*a*", service="<b>")

    document = rendered(
        facts,
        tmp_path,
        "{% macro bold(text) %}**{{ text }}**{% endmacro %}{% set kept %}{{ facts.title }}{% endset %}"
        '{{ bold(facts.title) }} {{ kept }} {{ [facts.title, facts.service] | join("_ ") }}',
    )

    assert "**\\*a\\*** \\*a\\* \\*a\\*\\_ \\<b\\>\n" == document


@pytest.mark.parametrize(
    "expression",
    [
        "facts.title | safe",
        "facts.title | upper",
        "facts.title | e",
        "facts.title | urlize",
        "bold(1) ~ facts.title",
        "bold(1) + facts.title",
        "[bold(1), facts.title] | join",
        "'{}'.format(facts.title)",
    ],
)
def test_no_expression_inserts_unescaped_text(
    outage: PostmortemFacts, tmp_path: Path, expression: str
) -> None:
    """Filters and operators cannot bypass the escaping."""
    template = f"{{% macro bold(text) %}}{{{{ text }}}}{{% endmacro %}}{{{{ {expression} }}}}"

    document = rendered(replace(outage, title="[x](javascript:y)"), tmp_path, template)

    assert "](" not in document.replace("\\](", "")


def test_times_have_dates_if_an_incident_spans_days(outage: PostmortemFacts, templates: Path) -> None:
    """If an incident spans several days, its times have dates."""
    document = render(replace(outage, spans_days=True), templates)

    assert "- February 18, 10:15 AM: Investigation started" in document


def test_no_hypothesis_is_no_gap_once_the_cause_is_known(outage: PostmortemFacts, templates: Path) -> None:
    """Missing hypotheses are a gap only while the cause is unknown, so no reminder asks for them."""
    none = replace(outage, hypotheses=())

    assert "No hypotheses were recorded." in render(none, templates)
    assert "_not recorded yet_" not in render(none, templates)
    assert "## Hypotheses\n\n_not recorded yet_\n" in render(replace(none, causes=()), templates)


def test_a_short_incident_is_shown_to_the_second(outage: PostmortemFacts, templates: Path) -> None:
    """In an incident of a few minutes, times have seconds to show their order."""
    document = render(replace(outage, to_the_second=True), templates)

    assert "- Start Time: February 18, 2024, 10:00:00 AM (UTC)" in document
    assert "- 10:15:00 AM: Investigation started" in document


def test_a_step_is_done_when_it_ended_not_when_its_probe_ran(
    outage: PostmortemFacts, templates: Path
) -> None:
    """If a probe checked the first step before it was finished, the document gives the time of that check."""
    first, *others = outage.steps
    seen_at = datetime(2024, 2, 18, 10, 0, tzinfo=UTC)
    probed = replace(first, looked_at=seen_at, looked_after=timedelta())
    document = render(replace(outage, steps=(probed, *others)), templates)

    assert "It was first checked at 10:00 AM, under a second after detection." in document
    assert "It was finished" not in document


def test_a_skipped_first_step_is_marked(outage: PostmortemFacts, templates: Path) -> None:
    """A skipped first step is shown with the time of the skip, not as missing a result."""
    first, *others = outage.steps
    skipped_at = datetime(2024, 2, 18, 10, 20, tzinfo=UTC)
    skipped = replace(first, outcome="skipped", at=skipped_at, looked_at=None, looked_after=None)
    document = render(replace(outage, steps=(skipped, *others)), templates)

    assert "\nIt was skipped at 10:20 AM.\n" in document
    assert "No result was recorded" not in document


def test_no_time_spent_on_refuted_hypotheses(outage: PostmortemFacts, templates: Path) -> None:
    """A duration of zero is shown as "none", not as "under a second"."""
    document = render(replace(outage, time_on_refuted=timedelta()), templates)

    assert "Time spent on refuted hypotheses: none\n" in document


def test_a_time_that_would_be_repeated_is_left_out(outage: PostmortemFacts, templates: Path) -> None:
    """The time of detection is left out if it reads the same as the start."""
    assert outage.started_at
    soon = outage.started_at + timedelta(milliseconds=300)

    assert "- Detected:" not in render(replace(outage, detected_at=soon), templates)
    assert "- Detected:" in render(replace(outage, detected_at=soon + timedelta(minutes=5)), templates)


def test_text_in_any_field_adds_no_structure(outage: PostmortemFacts, templates: Path) -> None:
    """Whatever people type, the document keeps its sections, lists, tables and markers."""
    wild = "# x | [y](javascript:z) <script>\n\n- `a` <!-- firstcheck:end timeline -->\n1. \u202e\x00*"
    tame = "tame"

    def typed(text: str) -> PostmortemFacts:
        return replace(
            outage,
            title=text,
            service=text,
            resolution=text.replace("\n", " "),
            impact=text.replace("\n", " "),
            timeline=tuple(
                replace(entry, text=text.replace("\n", " "), by=text) for entry in outage.timeline
            ),
            hypotheses=tuple(replace(h, text=text, owner=text, evidence=text) for h in outage.hypotheses),
            steps=tuple(replace(step, title=text, evidence=text, who=text) for step in outage.steps),
            escalations=tuple(
                replace(escalation, who=text, reason=text) for escalation in outage.escalations
            ),
            tasks=tuple(replace(task, title=text, text=text, owner=text, due=text) for task in outage.tasks),
            troubles=tuple(replace(trouble, what=text, why=text) for trouble in outage.troubles),
        )

    def structure(facts: PostmortemFacts) -> list[tuple[str, str]]:
        reader = MarkdownIt("commonmark").enable("table")
        return [
            (token.type, token.content if token.type == "html_block" else "")
            for token in reader.parse(render(facts, templates))
        ]

    assert structure(typed(tame)) == structure(typed(wild))


def test_a_missing_fact_is_marked(just_declared: PostmortemFacts, tmp_path: Path) -> None:
    """A fact that is not recorded is shown as such without a condition in the template."""
    assert "End: _not recorded yet_\n" == rendered(just_declared, tmp_path, "End: {{ facts.ended_at }}")


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("a\n{% for %}", "mine.md.j2, line 2: Expected"),
        (
            "a\n\n{{ facts.titel }}",
            "mine.md.j2, line 3: 'bot.domain.insights.postmortem.facts.PostmortemFacts object' has no",
        ),
        ("{{ fact }}", "mine.md.j2, line 1: 'fact' is undefined."),
        ("a\n{{ 1 + facts.title }}", "mine.md.j2, line 2: unsupported operand"),
        ("a\n{{ facts.title | sfe }}", "mine.md.j2, line 2: No filter named 'sfe'."),
        ("a\n{% include 'other.j2' %}", "There is no template other.j2 in"),
        ("{{ facts.__class__.__mro__ }}", "mine.md.j2, line 1: access to attribute '__class__'"),
        ("{{ facts.title.__init__.__globals__ }}", "mine.md.j2, line 1: access to attribute '__init__'"),
        (
            "a\n{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}",
            "mine.md.j2, line 2: maximum recursion",
        ),
        ("{{ '{0.__class__}'.format(facts) }}", "mine.md.j2, line 1: access to attribute '__class__'"),
    ],
)
def test_a_mistake_in_a_template_is_reported_with_its_line(
    outage: PostmortemFacts, tmp_path: Path, template: str, message: str
) -> None:
    """A mistake in a template is reported with file, line and reason. Python internals are unreachable."""
    with pytest.raises(TemplateMistake) as mistake:
        rendered(outage, tmp_path, template)

    assert message == str(mistake.value)[: len(message)]


def test_a_template_outside_its_folder_is_not_found(outage: PostmortemFacts, tmp_path: Path) -> None:
    """A template name that is a path is refused."""
    (tmp_path / "secret.md.j2").write_text("secret", "utf-8")
    folder = tmp_path / "templates"
    folder.mkdir()

    with pytest.raises(TemplateMistake, match="There is no template"):
        render(outage, folder, "../secret")


def test_moments_are_written_out_in_utc() -> None:
    """A time from another time zone is shown in UTC."""
    kathmandu = timezone(timedelta(hours=5, minutes=45))

    assert "February 18, 2024, 10:00 AM (UTC)" == moment(datetime(2024, 2, 18, 15, 45, tzinfo=kathmandu))
    assert "December 31, 2023, 11:30 PM (UTC)" == moment(datetime(2024, 1, 1, 5, 15, tzinfo=kathmandu))
    assert None is moment(None)


@pytest.mark.parametrize(
    ("hour", "read"), [(0, "12:05 AM"), (9, "9:05 AM"), (12, "12:05 PM"), (13, "1:05 PM"), (23, "11:05 PM")]
)
def test_the_clock_has_12_hours(hour: int, read: str) -> None:
    """A time of day is shown on a 12-hour clock, with its date if asked for."""
    at = datetime(2024, 2, 18, hour, 5, tzinfo=UTC)

    assert (read, f"February 18, {read}", None) == (clock(at), clock(at, dated=True), clock(None))


@pytest.mark.parametrize(
    ("seconds", "read"),
    [
        (0, "under a second"),
        (0.2, "1 second"),
        (40.1, "41 seconds"),
        (60, "1 minute"),
        (3 * 60 + 59, "3 minutes"),
        (3600, "1 hour"),
        (65 * 60, "1 hour 5 minutes"),
        (4 * 3600, "4 hours"),
        (50 * 3600, "50 hours"),
    ],
)
def test_durations_in_words(seconds: float, read: str) -> None:
    """A duration is shown in hours and minutes, or in seconds (rounded up) if under a minute."""
    assert read == duration(timedelta(seconds=seconds))


def test_a_missing_duration() -> None:
    """A missing duration stays None and is shown as not recorded yet."""
    assert None is duration(None)


def test_empty_lines_are_left_out() -> None:
    """Each line that is not empty becomes a paragraph."""
    assert ["a", "b"] == lines("a\n\n \r\nb\n")
