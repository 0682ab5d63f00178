"""The postmortem of the outage that led to Firstcheck, compared with the one people wrote."""

import os
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from bot.documents import render
from bot.domain.insights.postmortem.facts import PostmortemFacts

GOLDENS = Path(__file__).parents[1] / "goldens"


def golden(name: str, actual: str) -> str:
    """Return the content of the golden file; `make goldens` updates it."""
    path = GOLDENS / name
    if os.environ.get("GOLDENS") == "write":
        path.write_text(actual, "utf-8")
    return path.read_text("utf-8")


def test_the_document_of_the_outage(outage: PostmortemFacts, templates: Path) -> None:
    """The document rendered for the outage matches the golden file."""
    document = render(outage, templates)

    assert golden("postmortem-stack.md", document) == document


def test_the_document_of_a_new_incident(just_declared: PostmortemFacts, templates: Path) -> None:
    """A new incident's document marks each gap, without instructions for filling it."""
    document = render(just_declared, templates)

    assert golden("postmortem-empty.md", document) == document


def test_the_sections_people_know_come_first(outage: PostmortemFacts, templates: Path) -> None:
    """The first sections have the names and the order of the postmortem written by hand."""
    tokens = MarkdownIt("commonmark").parse(render(outage, templates))

    headings = [
        tokens[place + 1].content for place, token in enumerate(tokens) if token.type == "heading_open"
    ]
    assert [
        "Postmortem: Stack Outage",
        "Issue Summary",
        "Timeline",
        "Root Cause and Resolution",
        "Corrective and Preventative Measures",
        "Hypotheses",
        "Runbook Steps",
        "Escalations",
        "Figures",
        "People",
        "What Firstcheck Could Not Do",
    ] == headings


@pytest.mark.parametrize(
    "fact",
    [
        "**Duration:** 4 hours",
        "Start Time: February 18, 2024, 10:00 AM (UTC)",
        "End Time: February 18, 2024, 2:00 PM (UTC)",
        "The user authentication service was down, affecting 30% of users.",
        "Users experienced login failures and were unable to access secured areas of the application.",
        "misconfiguration in the authentication microservice, leading to a failure in user token generation.",
        "10:00 AM: Alert firing: LoginFailures — a spike in failed authentication attempts",
        "10:15 AM: Investigation started by the DevOps team to identify the source of the authentication",
        "10:45 AM: Hypothesis 1 opened (database): The issue might be related to the database",
        "11:30 AM: Ruled out (database): The issue might be related to the database",
        "Database connection and queries were found to be functioning correctly",
        "12:00 PM: Escalated to the development team — the issue seemed to be within the microservice code",
        "12:30 PM: Hypothesis 2 opened (security): The codebase might have been compromised",
        "The security audit was unnecessary",
        "1:00 PM: Cause found (config): The outage was caused by a misconfiguration",
        "1:30 PM: Escalated to senior developers and system administrators — a more in-depth analysis",
        "2:00 PM: Issue resolved — The issue was fixed by updating the configuration files",
        "resulted in the incorrect generation of user tokens. The service was unable to verify user",
        "updating the configuration files with the correct parameters for token generation.",
        "was redeployed to apply the changes, restoring normal functionality.",
        "**Enhance monitoring**: Implement additional monitoring for authentication services",
        "**Automated testing**: Introduce automated testing for configuration settings",
        "**Patch authentication microservice**: Apply the necessary patches",
        "**Update documentation**: Ensure that the configuration documentation is up-to-date",
        "**Conduct team training**: Provide training sessions to the team on best practices",
    ],
)
def test_every_fact_of_the_original_is_included(outage: PostmortemFacts, templates: Path, fact: str) -> None:
    """The generated postmortem has every fact of the one that people wrote."""
    assert fact in render(outage, templates)


@pytest.mark.parametrize(
    "fact",
    [
        "| Ada | 10:45 AM | 45 minutes | refuted |",
        "| Grace | 12:30 PM | 30 minutes | refuted |",
        "Time spent on refuted hypotheses: 1 hour 15 minutes",
        "was “Read the settings” (config).\nIt was finished at 1:00 PM, 3 hours after detection.",
        "The cause was found in this area, 3 hours after detection.",
        "| 3 | Look for a break-in | security | skipped |",
        "to prevent similar misconfigurations. — Grace, due 2024-02-25",
        "guide future deployments accurately. — no owner, no due date",
        "| 10:30 AM | 12:00 PM | 1 hour 30 minutes |",
        "| 11:00 AM | 1:30 PM | 2 hours 30 minutes |",
        "The topic could not be set: Slack says: is_archived",
    ],
)
def test_facts_that_the_original_did_not_have_are_included(
    outage: PostmortemFacts, templates: Path, fact: str
) -> None:
    """The document has the time spent on ruled-out hypotheses, the first step, and due escalations."""
    assert fact in render(outage, templates)
