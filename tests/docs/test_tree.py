"""The habits that no linter knows: sizes, what a file may not name, and versions that are pinned."""

import ast
import re
import tomllib
from functools import cache

import pytest

from tests.docs.reading import ROOT, files

LONGEST_MODULE, LONGEST_FUNCTION = 300, 40
#: `path` or `path:function` → why it may be longer.
LONGER = {
    "bot/domain/rules/evolve.py:_changes": "what each event changes, side by side",
    "tests/slack/views/test_any_text.py:life": "a list of every event",
}

#: A folder of one machine; nobody else has it.
MACHINE = re.compile(r"(?<![\w.~}])/(?:work|tmp|home|root|Users)/\w")
#: Names nobody owns (RFC 2606, RFC 6761), numbers, and what is plainly made up.
NOBODYS = re.compile(r"(?:.+\.)?(?:example|example\.com|invalid|local|localhost|test)|[\d.]+|\w+|\w\.\w")
PUBLIC = {
    *("api.opsgenie.com", "developer.pagerduty.com", "docs.opsgenie.com", "events.pagerduty.com"),
    *("api.slack.com", "docs.slack.dev", "hooks.slack.com", "slack.com"),
    *(
        "en.wikipedia.org",
        "github.com",
        "github.github.com",
        "json-schema.org",
        "keepachangelog.com",
        "prometheus.io",
    ),
    *("spec.commonmark.org", "www.rfc-editor.org", "www.w3.org"),
}
_HOST = re.compile(r"https?://([A-Za-z0-9._-]+)")


@cache
def texts() -> dict[str, str]:
    """Every text file of the tree by its path."""
    found = {}
    for path in files():
        try:
            found[str(path.relative_to(ROOT))] = path.read_text()
        except UnicodeDecodeError:
            continue  # a picture
    return found


def python() -> dict[str, str]:
    """Every Python module of the tree by its path."""
    return {name: text for name, text in texts().items() if name.endswith(".py")}


def test_modules_are_short() -> None:
    """A module fits in 300 lines."""
    long = {name: lines for name, text in python().items() if (lines := text.count("\n")) > LONGEST_MODULE}

    assert {} == {name: lines for name, lines in long.items() if name not in LONGER}


def test_functions_are_short() -> None:
    """A function fits in 40 lines."""
    long = {}
    for name, text in python().items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION and f"{name}:{node.name}" not in LONGER:
                    long[f"{name}:{node.name}"] = lines

    assert {} == long


def test_no_exception_outlives_its_reason() -> None:
    """What may be longer is still there."""
    assert [] == [
        place
        for place in LONGER
        if f"def {place.partition(':')[2]}(" not in python().get(place.partition(":")[0], "")
    ]


def test_modules_say_what_they_are_for() -> None:
    """Every module opens with a docstring whose first line is a sentence."""
    first = {
        name: (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0] for name, text in python().items()
    }

    assert [] == [name for name, line in first.items() if not line.endswith((".", "…"))]


def test_no_folder_of_one_machine() -> None:
    """Nothing in the tree names a folder that only one machine has."""
    assert [] == [(name, found[0]) for name, text in texts().items() for found in MACHINE.finditer(text)]


@pytest.mark.parametrize("top", ["bot", "docs", "bench", "runbooks", "templates", ".ci", ""])
def test_no_host_of_one_company(top: str) -> None:
    """Outside the tests, addresses are public ones that are known here, or names that nobody owns."""
    hosts = {
        host
        for name, text in texts().items()
        if name.partition("/")[0] == top or (not top and "/" not in name)
        for host in _HOST.findall(text)
    }

    assert set() == {host for host in hosts - PUBLIC if not NOBODYS.fullmatch(host)}


def test_every_dependency_is_pinned() -> None:
    """What pyproject.toml asks for has its version in constraints.txt."""
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
    """Return a package's name as PyPI compares them."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_changelog_is_kept() -> None:
    """There is a place for what the next version brings."""
    assert "\n## Unreleased\n" in texts()["CHANGELOG.md"]
