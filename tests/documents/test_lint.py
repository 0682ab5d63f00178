"""What `firstcheck lint` reports about documents and about the facts behind them."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.documents import render
from bot.documents.lint import Finding, lint_document, lint_facts
from bot.domain.insights.postmortem.facts import PostmortemFacts, TaskRow


def rules(document: str) -> list[tuple[str, int]]:
    """Return the rule and the line of each gap in a document."""
    return [(finding.rule, finding.line) for finding in lint_document(document)]


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ("# A\n\nwords\n", []),
        ("# A\n\n## B\n\nwords\n", []),
        ("# A\n\n## B\n\n## C\n\nwords\n", [("sections", 3)]),
        ("words\n", [("sections", 0)]),
        ("# A\n\n_not recorded yet_\n", [("not-recorded", 3)]),
        ("# A\n\n- **Rotate** — no owner, due 2026-01-31\n", [("task-owner", 3)]),
        ("# A\n\n| 1 | Rotate | – | – | Ada | no due date | open |\n", [("task-date", 3)]),
        ("# A\n\nnobody knew it has no owner\n", []),
        ("# A\n\n- 10:00 AM: x\n- 9:59 AM: y\n", [("order", 4)]),
        ("# A\n\n- 12:10 AM: x\n- 1:00 AM: y\n- 12:00 PM: z\n", []),
        ("# A\n\n- May 1, 11:00 PM: x\n- May 2, 1:00 AM: y\n", []),
        ("# A\n\n- May 2, 1:00 AM: x\n- May 1, 11:00 PM: y\n", [("order", 4)]),
        ("# A\n\n- 10:00 AM: x\n\n# B\n\n- 9:00 AM: y\n", []),
        ("# A\n\nBen forgot to rotate the key.\n", [("blame", 3)]),
        ("# A\n\nit was Ada's mistake\n", [("blame", 3)]),
        ("# A\n\nThe job forgot nothing.\n", []),
    ],
)
def test_gaps_in_a_document(document: str, found: list[tuple[str, int]]) -> None:
    """Each gap is reported with its line, and complete documents have none."""
    assert found == rules(document)


def test_blame_is_a_warning() -> None:
    """Blame does not fail a build."""
    (finding,) = lint_document("# A\n\nBen forgot to rotate the key.\n")
    assert finding.is_warning
    assert "“forgot to”: Say what made it likely instead of who did it." == finding.text


def test_a_new_document_has_gaps(just_declared: PostmortemFacts, templates: Path) -> None:
    """The document of a new incident has gaps, and its record lacks the impact, the cause and the fix."""
    assert "not-recorded" in {rule for rule, _ in rules(render(just_declared, templates))}
    assert {"impact", "cause", "fix"} <= {finding.rule for finding in lint_facts(just_declared)}


def gaps(facts: PostmortemFacts, **longest: int) -> list[Finding]:
    """Return the silences that are reported."""
    return [found for found in lint_facts(facts, timedelta(**longest)) if found.rule == "gaps"]


def test_a_silence_while_users_were_affected(outage: PostmortemFacts) -> None:
    """A long silence is reported if users were affected, and only then."""
    assert [] == gaps(outage, minutes=60)
    found = gaps(outage, minutes=20)
    assert found
    assert all(finding.is_warning for finding in found)
    assert [] == gaps(replace(outage, phases=()), minutes=20)


def test_tasks_and_evidence_in_the_record(outage: PostmortemFacts) -> None:
    """A task needs an owner and a date while it is open, and a refuted hypothesis its evidence."""
    open_task, done = TaskRow(number=1, title="Rotate"), TaskRow(number=2, title="Page", state="done")
    row = replace(outage.hypotheses[0], evidence="")
    found = [
        finding.text for finding in lint_facts(replace(outage, tasks=(open_task, done), hypotheses=(row,)))
    ]

    assert [
        "Task 1 has no owner.",
        "Task 1 has no due date.",
        "Hypothesis 1 was ruled out without evidence.",
    ] == [text for text in found if text.startswith(("Task", "Hypothesis"))]


@given(st.text(st.sampled_from("ab#- |:019AMP_\n")) | st.text())
def test_any_document_can_be_checked(document: str) -> None:
    """A document of any kind has gaps with lines that exist."""
    count = len(document.splitlines())
    assert all(0 <= finding.line <= count for finding in lint_document(document))
