"""The JSON Schema of a runbook accepts and rejects the same files as the reader."""

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bot.config import runbooks
from bot.config.runbook_schema import schema
from bot.config.yaml_reader import parse
from bot.probes import PROBES
from tests.docs.reading import GUIDES, rows

SHIPPED = Path(__file__).parents[2] / "runbooks"
SCHEMA = schema(PROBES)
RUNBOOK = Draft202012Validator(SCHEMA)
SHARED = Draft202012Validator({"$ref": "#/$defs/shared", "$defs": SCHEMA["$defs"]})


def test_schema_is_valid() -> None:
    """The schema is a valid JSON Schema."""
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("file", sorted(SHIPPED.rglob("*.yaml")), ids=lambda file: file.stem)
def test_shipped_runbooks_pass(file: Path) -> None:
    """Each shipped runbook, and each shared file, is valid against its schema."""
    validator = RUNBOOK if file.parent == SHIPPED else SHARED

    assert [] == [error.message for error in validator.iter_errors(parse(file.read_text()))]


@pytest.mark.parametrize(
    "text",
    [
        "steps: [{id: a, title: A, area: config}]",
        "title: x",
        "title: x\nsteps: []",
        "title: x\nsteps: [{id: a, title: A}]",
        "title: x\nsteps: [{id: A b, title: A, area: config}]",
        "title: x\nsteps: [{id: a, title: A, area: confg}]",
        "title: x\nsteps: [{id: a, title: A, area: config, weigth: 1}]",
        "title: x\nsteps: [{id: a, title: A, area: config, minutes: 0}]",
        "title: x\nsteps: [{id: a, title: A, area: config, minutes: five}]",
        "title: x\nsteps: [{id: a, title: A, area: config, needs: b}]",
        "title: x\nsteps: [{id: a, title: A, area: config, stop_if: skipped}]",
        "title: x\nsteps: [{id: a, title: A, area: config, fix: {who: x}}]",
        "title: x\nsteps: [{id: a, title: A, area: config, probe: {kind: confg}}]",
        "title: x\nsteps: [{id: a, title: A, area: config, probe: {kind: http, url: http://a, statsu: 200}}]",
        "title: x\nsteps: [{id: a, title: A, area: config, probe: {kind: http, url: http://a, status: two}}]",
        "title: x\nsteps: [{id: a, title: A, area: config, probe: {kind: tcp, port: 80}}]",
        "title: x\nsteps: [{include: a.yaml, title: A}]",
        "title: x\nmatch: {env: 1}\nsteps: [{include: a.yaml}]",
        "title: no\nowner: no\nsteps: [{include: a.yaml}]",
    ],
)
def test_wrong_runbooks_fail(text: str, tmp_path: Path) -> None:
    """A wrong runbook is rejected by the schema and by the reader."""
    (tmp_path / "x.yaml").write_text(text)

    assert not RUNBOOK.is_valid(parse(text))
    assert runbooks.check(tmp_path, PROBES)


def test_outcomes_of_stop_if(tmp_path: Path) -> None:
    """The schema, the reader and the guide have the same outcomes for `stop_if`."""
    offered = SCHEMA["$defs"]["step"]["properties"]["stop_if"]["enum"]
    for word in offered:
        (tmp_path / "x.yaml").write_text(
            f"title: x\nsteps: [{{id: a, title: A, area: config, stop_if: {word}}}]"
        )
        assert [] == runbooks.check(tmp_path, PROBES)
    [documented] = [
        row[1] for row in rows(GUIDES / "runbooks.md", "The keys of a step") if row[0].text == "stop_if"
    ]

    assert offered == list(documented.code)
