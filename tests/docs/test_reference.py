"""What can be typed and set stands in the documentation, and what stands there can be typed and set."""

import dataclasses
from pathlib import Path

import click
import pytest

from bot.cli.main import COMMANDS, cli
from bot.config import EITHER, FILE_ONLY, SECRETS
from bot.config.escalation import PAGER_FIELDS
from bot.domain.areas import AREA_WORDS
from bot.domain.ladder import LADDERS, Lack
from bot.domain.runbook import Area
from bot.files import runbooks
from bot.probes import PROBES
from bot.slack.manifest import scopes
from bot.slack.subcommands import SUBCOMMANDS
from bot.sources import SOURCES
from bot.web.health import metrics
from tests.docs.reading import GUIDES, PAGES, README, blocks, named, rows

ESCALATION = GUIDES / "escalation.md"
OPERATE, RESPONDING, RUNBOOKS, SLACK = (
    GUIDES / f"{name}.md" for name in ("operate", "responding", "runbooks", "slack")
)


def test_every_word_of_the_slash_command() -> None:
    """The README lists the words as the help in Slack does, with every synonym."""
    expected = [(row.usage, row.help, sorted(set(row.words) - {row.usage.split()[0]})) for row in SUBCOMMANDS]

    told = [
        (usage.text, what.text, sorted(filter(None, others.text.split(", "))))
        for usage, what, others in rows(README, "What people type")
    ]
    assert expected == told


def test_every_word_that_tells_an_area() -> None:
    """The guide lists the words from which the area of a hypothesis is read."""
    told = {area.text: words.code for area, words in rows(RESPONDING, "The words that tell the area")}

    assert told == AREA_WORDS


def test_every_command_and_option() -> None:
    """The guide lists every command of `firstcheck` with every option, and no others."""
    expected = {
        f"firstcheck {lazy.name}": sorted(
            option.opts[0] for option in lazy.load().params if isinstance(option, click.Option)
        )
        for lazy in COMMANDS
    }

    told = {
        name.text: sorted(word for word in what.code if word.startswith("--"))
        for name, what in rows(OPERATE, "The command line")
    }
    assert expected == told


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_shell_examples_call_what_there_is(page: Path) -> None:
    """Where an example calls `firstcheck`, that command exists."""
    lines = [line.strip().split() for block in blocks(page, "sh") for line in block.splitlines()]
    called = {words[1] for words in lines if words[:1] == ["firstcheck"]}

    assert set() == called - set(cli.commands)


def test_every_environment_variable() -> None:
    """The table of variables is the one that the configuration reads."""
    expected = sorted([*EITHER.values(), *SECRETS.values(), "FIRSTCHECK_CONFIG"])

    told = sorted(name for row in rows(OPERATE, "Environment variables") for name in row[0].code)
    assert expected == told


def test_every_key_of_the_configuration() -> None:
    """The table of keys is the one that firstcheck.yaml may hold."""
    assert sorted((*EITHER, *FILE_ONLY)) == named(OPERATE, "firstcheck.yaml")


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("The keys of a runbook", runbooks.RUNBOOK_FIELDS),
        ("The keys of a step", runbooks.STEP_FIELDS),
        ("The keys of a probe", runbooks.PROBE_FIELDS),
    ],
)
def test_every_key_of_a_runbook(heading: str, expected: tuple[str, ...]) -> None:
    """The guide explains each key that a runbook may hold."""
    assert sorted(expected) == named(RUNBOOKS, heading)


def test_every_probe() -> None:
    """The guide lists each kind of probe with its options."""
    told = {kind.text: options.code for kind, options, _ in rows(RUNBOOKS, "The kinds of probe")}

    expected = {
        name: tuple(field.name for field in dataclasses.fields(kind.options)) for name, kind in PROBES.items()
    }
    assert expected == told


def test_every_area() -> None:
    """The guide names the areas a cause may lie in."""
    told = next(row for row in rows(RUNBOOKS, "The keys of a step") if row[0].text == "area")

    assert tuple(Area) == told[1].code


def test_every_permission() -> None:
    """Each permission the manifest asks for is explained, and no other."""
    assert scopes() == named(SLACK, "Firstcheck in Slack")


def test_every_source() -> None:
    """Each address that takes alerts is in the guide."""
    told = [name for name in named(OPERATE, "Addresses") if name.startswith("POST /alerts/")]

    assert sorted(f"POST /alerts/{name}" for name in SOURCES) == told


def test_every_ladder() -> None:
    """The guide's table of ladders is the one an incident gets, and it explains each thing that may lack."""
    told = {row[0].text: [cell.text for cell in row[1:]] for row in rows(ESCALATION, "The ladder")}
    columns = (Lack.COMMANDER, Lack.UPDATE, Lack.HYPOTHESIS, Lack.RELIEF)
    for severity, ladder in LADDERS.items():
        after = {rung.unless: f"{rung.after_minutes:g} min" for rung in ladder}

        assert [in_minutes(cell) for cell in told[severity]] == [after.get(lack, "") for lack in columns]
    assert {*Lack} <= told.keys()


def in_minutes(length: str) -> str:
    """Return `2 h` as `120 min`."""
    number, _, unit = length.partition(" ")
    return f"{int(number) * 60} min" if unit == "h" else length


def test_every_key_of_a_pager() -> None:
    """The guide explains each key that a pager may have."""
    assert sorted(PAGER_FIELDS) == named(ESCALATION, "Pagers")


def test_every_figure() -> None:
    """The table of figures is what /metrics shows."""
    published = metrics().registry.collect()
    expected = sorted(
        f"{figure.name}_total" if figure.type == "counter" else figure.name for figure in published
    )

    assert expected == named(OPERATE, "Figures")
