"""Conventions that no linter checks: sizes, local paths and private hosts in files, and pinned versions."""

import ast
import re
import tomllib
from functools import cache

import pytest

from tests.docs.reading import ROOT, files

LONGEST_MODULE, LONGEST_FUNCTION = 300, 40
#: `path` or `path:function` → the reason it may be longer.
LONGER = {
    "tests/slack/views/test_any_text.py:life": "a list of every event",
    "bot/domain/insights/postmortem/facts.py:facts": "one line for each fact",
}

#: An absolute path that exists only on one machine.
MACHINE = re.compile(r"(?<![\w.~}])/(?:work|tmp|home|root|Users)/\w")
#: Reserved names (RFC 2606, RFC 6761), numbers, and names that are clearly made up.
NOBODYS = re.compile(r"(?:.+\.)?(?:example|example\.com|invalid|local|localhost|test)|[\d.]+|\w+|\w\.\w")
PUBLIC = {
    *("api.opsgenie.com", "developer.pagerduty.com", "docs.opsgenie.com", "events.pagerduty.com"),
    *("api.slack.com", "docs.slack.dev", "hooks.slack.com", "slack.com"),
    *(
        "en.wikipedia.org",
        "github.com",
        "grafana.com",
        "github.github.com",
        "json-schema.org",
        "keepachangelog.com",
        "prometheus.io",
    ),
    *("postmortems.pagerduty.com", "sre.google", "www.atlassian.com"),
    *("spec.commonmark.org", "www.rfc-editor.org", "www.sqlite.org", "www.w3.org"),
}
_HOST = re.compile(r"https?://([A-Za-z0-9._-]+)")


@cache
def texts() -> dict[str, str]:
    """Return every text file of the repository by its path."""
    found = {}
    for path in files():
        try:
            found[str(path.relative_to(ROOT))] = path.read_text()
        except UnicodeDecodeError:
            continue  # a picture
    return found


def python() -> dict[str, str]:
    """Return every Python module of the repository by its path."""
    return {name: text for name, text in texts().items() if name.endswith(".py")}


def test_modules_are_short() -> None:
    """No module is longer than 300 lines, apart from the listed exceptions."""
    long = {name: lines for name, text in python().items() if (lines := text.count("\n")) > LONGEST_MODULE}

    assert {} == {name: lines for name, lines in long.items() if name not in LONGER}


def test_functions_are_short() -> None:
    """No function is longer than 40 lines, apart from the listed exceptions."""
    long = {}
    for name, text in python().items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION and f"{name}:{node.name}" not in LONGER:
                    long[f"{name}:{node.name}"] = lines

    assert {} == long


def test_no_exception_outlives_its_reason() -> None:
    """Every listed exception still exists."""
    assert [] == [
        place
        for place in LONGER
        if f"def {place.partition(':')[2]}(" not in python().get(place.partition(":")[0], "")
    ]


def test_modules_have_a_docstring() -> None:
    """Every module starts with a docstring whose first line is a sentence."""
    first = {
        name: (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0] for name, text in python().items()
    }

    assert [] == [name for name, line in first.items() if not line.endswith((".", "…"))]


def test_no_folder_of_one_machine() -> None:
    """No file mentions a path that exists only on one machine."""
    assert [] == [(name, found[0]) for name, text in texts().items() for found in MACHINE.finditer(text)]


@pytest.mark.parametrize("top", ["bot", "docs", "bench", "runbooks", "templates", ".ci", ""])
def test_no_host_of_one_company(top: str) -> None:
    """Outside the tests, every host is a listed public one or a reserved name."""
    hosts = {
        host
        for name, text in texts().items()
        if name.partition("/")[0] == top or (not top and "/" not in name)
        for host in _HOST.findall(text)
    }

    assert set() == {host for host in hosts - PUBLIC if not NOBODYS.fullmatch(host)}


def test_every_dependency_is_pinned() -> None:
    """Every dependency in pyproject.toml has a pinned version in constraints.txt."""
    project = tomllib.loads(texts()["pyproject.toml"])["project"]
    wanted = [
        *project["dependencies"],
        *(one for extra in project["optional-dependencies"].values() for one in extra),
    ]
    pinned = {
        plain(line.partition("==")[0]) for line in texts()["constraints.txt"].splitlines() if "==" in line
    }

    assert set() == {plain(re.split(r"[^\w.-]", one)[0]) for one in wanted} - pinned


def plain(name: str) -> str:
    """Return a package name in the normalized form that PyPI compares."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_changelog_is_kept() -> None:
    """The changelog has a section for unreleased changes."""
    assert "\n## Unreleased\n" in texts()["CHANGELOG.md"]


def test_ci_runs_both_commands() -> None:
    """`.ci/run` runs `make check` and `make test`. An empty script would pass without running any test."""
    script = texts()[".ci/run"]

    assert [] == [command for command in ("make check", "make test") if command not in script]
