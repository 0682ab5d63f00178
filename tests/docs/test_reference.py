"""The documentation lists every command, option and setting, and nothing that does not exist."""

import dataclasses
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import click
import pytest

from bot.alerts.sources.table import SOURCES
from bot.cli.main import COMMANDS as CLI_COMMANDS
from bot.cli.main import cli
from bot.config.escalation import PAGER_FIELDS
from bot.config.runbook_keys import PROBE, RUNBOOK, step_keys
from bot.config.settings import KEYS, VARIABLES
from bot.domain.escalation.ladder import LADDERS, Need
from bot.domain.runbooks.area_keywords import AREA_WORDS
from bot.domain.vocabulary import Area
from bot.probes import PROBES
from bot.slack.incoming.slash.parse import read, split
from bot.slack.incoming.slash.requests import SlashContext
from bot.slack.incoming.slash.table import BY_WORD, SUBCOMMANDS
from bot.slack.manifest import scopes
from bot.web.health import Metrics
from tests.docs.reading import GUIDES, PAGES, README, blocks, headings, named, rows
from tests.domain.given import NOW, SUSPECTED, incident_after

COMMANDS, ESCALATION = GUIDES / "commands.md", GUIDES / "escalation.md"
OPERATE, RESPONDING, RUNBOOKS, SLACK = (
    GUIDES / f"{name}.md" for name in ("operate", "responding", "runbooks", "slack")
)


def test_the_guide_lists_every_slash_command() -> None:
    """The guide lists the headings of `/incident help` with each command, its help and its aliases."""
    expected = {
        heading: [(row.usage, row.help, sorted(set(row.words) - {row.usage.split()[0]})) for row in group]
        for heading, group in groupby(SUBCOMMANDS, key=lambda row: row.heading)
    }

    listed = {
        heading: [
            (usage.text, what.markdown, sorted(aliases.code))
            for usage, what, _, aliases in rows(COMMANDS, heading)
        ]
        for heading in expected
    }
    assert expected == listed
    assert list(expected) == [heading for heading in headings(COMMANDS) if rows(COMMANDS, heading)]


def test_every_example_of_a_slash_command_works() -> None:
    """Each example in the guide is accepted as typed, and belongs to the command in its row."""
    for heading in dict.fromkeys(row.heading for row in SUBCOMMANDS):
        for usage, _, example, _ in rows(COMMANDS, heading):
            typed = example.text.removeprefix("/incident ").replace("@ann", "<@U2|ann>")
            word = typed.split()[0]

            assert BY_WORD[usage.text.split()[0]] is BY_WORD[word]
            context = SlashContext(incident=incident_after(SUSPECTED), now=NOW, on_call=("U9",))
            read(split(typed, "U5"), context)


def test_the_readme_shows_ten_slash_commands() -> None:
    """The README has ten commands in the order of the help, worded as in the help."""
    documented = [(usage.text, what.markdown) for usage, what in rows(README, "Commands")]

    assert 10 == len(documented)
    assert documented == [entry for row in SUBCOMMANDS if (entry := (row.usage, row.help)) in documented]


def test_every_word_that_tells_an_area() -> None:
    """The guide lists all words that decide a hypothesis's area."""
    listed = {area.text: words.code for area, words in rows(RESPONDING, "Words that decide the area")}

    assert listed == AREA_WORDS


def test_every_command_and_option() -> None:
    """The guide lists every `firstcheck` command with all its options, and nothing else."""
    expected = {
        f"firstcheck {lazy.name}": sorted(
            option.opts[0] for option in lazy.load().params if isinstance(option, click.Option)
        )
        for lazy in CLI_COMMANDS
    }

    documented = {
        name.text: sorted(word for word in what.code if word.startswith("--"))
        for name, what in rows(OPERATE, "The command line")
    }
    assert expected == documented


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_in_shell_examples_exist(page: Path) -> None:
    """Every `firstcheck` command in a shell example exists."""
    lines = [line.strip().split() for block in blocks(page, "sh") for line in block.splitlines()]
    called = {words[1] for words in lines if words[:1] == ["firstcheck"]}

    assert set() == called - set(cli.commands)


def test_every_environment_variable() -> None:
    """The guide lists exactly the environment variables that the configuration reads."""
    expected = sorted([*VARIABLES.values(), "FIRSTCHECK_CONFIG"])

    documented = sorted(name for row in rows(OPERATE, "Environment variables") for name in row[0].code)
    assert expected == documented


def test_every_key_of_the_configuration() -> None:
    """The guide lists exactly the keys that are valid in firstcheck.yaml."""
    assert sorted(KEYS) == named(OPERATE, "firstcheck.yaml")


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("The keys of a runbook", RUNBOOK),
        ("The keys of a step", step_keys()),
        ("The keys of a probe", PROBE),
    ],
)
def test_every_key_of_a_runbook(heading: str, expected: Iterable[str]) -> None:
    """The guide lists exactly the keys that are valid in a runbook, a step and a probe."""
    assert sorted(expected) == named(RUNBOOKS, heading)


def test_every_probe() -> None:
    """The guide lists every kind of probe with its options."""
    documented = {kind.text: options.code for kind, options, _ in rows(RUNBOOKS, "The kinds of probe")}

    expected = {
        name: tuple(field.name for field in dataclasses.fields(kind.options)) for name, kind in PROBES.items()
    }
    assert expected == documented


def test_every_area() -> None:
    """The guide lists every area of a step."""
    documented = next(row for row in rows(RUNBOOKS, "The keys of a step") if row[0].text == "area")

    assert tuple(Area) == documented[1].code


def test_every_permission() -> None:
    """The guide explains exactly the permissions that the manifest requests."""
    assert scopes() == named(SLACK, "Permissions")


def test_every_source() -> None:
    """The guide lists the address of every source of alerts."""
    documented = [name for name in named(OPERATE, "Addresses") if name.startswith("POST /alerts/")]

    assert sorted(f"POST /alerts/{name}" for name in SOURCES) == documented


def test_every_ladder() -> None:
    """The guide has the default ladder of each severity, and explains every need a rung can have."""
    documented = {row[0].text: [cell.text for cell in row[1:]] for row in rows(ESCALATION, "The ladder")}
    columns = (Need.COMMANDER, Need.UPDATE, Need.HYPOTHESIS, Need.RELIEF)
    for severity, ladder in LADDERS.items():
        after = {rung.unless: f"{rung.after_minutes:g} min" for rung in ladder}

        assert [in_minutes(cell) for cell in documented[severity]] == [
            after.get(lack, "") for lack in columns
        ]
    assert {*Need} <= documented.keys()


def in_minutes(length: str) -> str:
    """Return `2 h` as `120 min`."""
    number, _, unit = length.partition(" ")
    return f"{int(number) * 60} min" if unit == "h" else length


def test_every_key_of_a_pager() -> None:
    """The guide explains exactly the keys of a pager."""
    assert sorted(PAGER_FIELDS) == named(ESCALATION, "Pagers")


def test_every_figure() -> None:
    """The guide lists exactly the metrics that /metrics publishes."""
    published = Metrics().registry.collect()
    expected = sorted(
        f"{figure.name}_total" if figure.type == "counter" else figure.name for figure in published
    )

    assert expected == named(OPERATE, "Metrics")
