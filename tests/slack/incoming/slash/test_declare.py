"""Severities in the titles that people type."""

import pytest

from bot.domain import commands
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Severity
from bot.slack.incoming.interactions import read_form
from bot.slack.views import declare
from tests.slack.incoming.slash.test_commands import parse

SEVERITY_IN_A_TITLE = [
    ("SEV1: logins fail", Severity.SEV1),
    ("[sev1] logins fail", Severity.SEV1),
    ("logins fail (sev1)", Severity.SEV1),
    ("sev1, logins fail", Severity.SEV1),
    ("P1: logins fail", Severity.SEV1),
    ("*sev1* logins fail", Severity.SEV1),
    ("sev 1 logins fail", Severity.SEV1),
    ("Severity 1: logins fail", Severity.SEV1),
    ("sev0 logins fail", Severity.SEV1),
    ("logins fail - sev3", Severity.SEV3),
    ("logins fail, P2", Severity.SEV2),
    ("SEV-4 – logins fail", Severity.SEV4),
    ("logins sev_2 fail", Severity.SEV2),
    ("sev1. logins fail", Severity.SEV1),
    ("logins fail, sev3.", Severity.SEV3),
    ("_SEV1_ logins fail", Severity.SEV1),
    ("“sev1” logins fail", Severity.SEV1),
    ("[P1]logins fail", Severity.SEV1),
    ("SEV1—logins fail", Severity.SEV1),
    ("SEV1 | logins fail", Severity.SEV1),
    ("SEV3/SEV2 logins fail", Severity.SEV2),
    ("logins fail #sev1", Severity.SEV1),
    ("sev: 1 logins fail", Severity.SEV1),
    ("Priority: P1 logins fail", Severity.SEV1),
    ("logins fail --severity sev3", Severity.SEV3),
    ("maybe sev1? logins fail", Severity.SEV1),
    ("[CRITICAL] logins fail", Severity.SEV1),
    ("Critical: logins fail", Severity.SEV1),
    ("ＳＥＶ１：logins fail", Severity.SEV1),
    ("【SEV1】logins fail", Severity.SEV1),
]


@pytest.mark.parametrize(("typed", "severity"), SEVERITY_IN_A_TITLE)
def test_a_severity_in_a_title(typed: str, severity: Severity) -> None:
    """A severity is read with the punctuation around it and removed from the title."""
    meant = parse(f"new {typed}", None)

    assert isinstance(meant, commands.Declare)
    assert ("logins fail", severity) == (meant.title.removeprefix("maybe "), meant.severity)


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        (":fire: sev1 logins fail", ":fire: logins fail"),
        ("logins fail (P1, EU only)", "logins fail (EU only)"),
        ("logins fail (EU only, P1)", "logins fail (EU only)"),
        ("[SEV1 - auth] logins fail", "[auth] logins fail"),
        ("[SEV1][auth] logins fail", "[auth] logins fail"),
    ],
)
def test_what_stands_beside_a_severity_stays(typed: str, title: str) -> None:
    """Emoji, and brackets that hold more than the severity, stay whole."""
    meant = parse(f"new {typed}", None)

    assert isinstance(meant, commands.Declare)
    assert (title, Severity.SEV1) == (meant.title, meant.severity)


@pytest.mark.parametrize(
    "typed", ["[drill] SEV1: logins fail", "SEV1 drill: logins fail", "DRILL - logins fail sev1"]
)
def test_a_drill_with_punctuation(typed: str) -> None:
    """A drill is recognized in brackets, with punctuation, and after the severity."""
    meant = parse(f"new {typed}", None)

    assert isinstance(meant, commands.Declare)
    assert ("logins fail", Severity.SEV1, True) == (meant.title, meant.severity, meant.drill)


@pytest.mark.parametrize(
    "typed",
    ["sev 1 all of EU", "SEV-1: all of EU", "[sev1] all of EU", "1 - all of EU", "critical, all of EU"],
)
def test_a_severity_that_is_changed(typed: str) -> None:
    """`/incident severity` reads the same spellings, and keeps the reason."""
    meant = parse(f"severity {typed}", Incident(number=7))

    assert isinstance(meant, commands.ChangeSeverity)
    assert (Severity.SEV1, "all of EU") == (meant.severity, meant.reason)


@pytest.mark.parametrize(
    "typed", ["host p1.example down", "app-p1 is down", "v1.sev2 is slow", "http://x/p1"]
)
def test_a_name_that_only_looks_like_a_severity(typed: str) -> None:
    """Names of hosts, versions and paths stay in the title."""
    meant = parse(f"new {typed}", None)

    assert isinstance(meant, commands.Declare)
    assert (typed, Severity.SEV2) == (meant.title, meant.severity)


@pytest.mark.parametrize(
    ("title", "chosen", "expected"),
    [
        ("SEV1: logins fail", "sev2", ("logins fail", Severity.SEV1)),
        ("logins fail (p3)", "sev2", ("logins fail", Severity.SEV2)),
        ("severity: unclear, logins fail", "sev2", ("severity: unclear, logins fail", Severity.SEV2)),
        ("sev1", "sev3", ("sev1", Severity.SEV3)),
    ],
)
def test_a_severity_in_the_title_of_the_form(title: str, chosen: str, expected: tuple[str, Severity]) -> None:
    """The form moves a severity out of the title, and the higher of both counts."""
    values = {
        "title": {"title": {"value": title}},
        "severity": {"severity": {"selected_option": {"value": chosen}}},
    }
    read = read_form({"callback_id": declare.SUBMIT, "state": {"values": values}}, "U5", None)

    assert isinstance(read, tuple)
    assert isinstance(read[0], commands.Declare)
    assert expected == (read[0].title, read[0].severity)
