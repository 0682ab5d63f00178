"""Files become runbooks, or all mistakes in them are reported."""

from pathlib import Path

import pytest

from bot.config.runbooks import check, load_runbooks
from bot.config.yaml_entry import ConfigMistakes
from bot.domain.incident.step_order import order
from bot.domain.runbooks.runbook import Probe, Runbook, Step, choose
from bot.domain.vocabulary import Area
from bot.probes import PROBES

SHIPPED = Path(__file__).parents[2] / "runbooks"
FULL = """
title: Sign-in
service: auth
match: {alertname: TokenErrorsHigh, env: "1"}
owner: platform
reviewed: 2024-03-07
steps:
  - id: settings
    title: Read the settings
    area: config
    cause: A wrong setting
    minutes: 2.5
    weight: 6
    look: |
      Look *here*.
      And there.
    fix: Put it right.
    always_first: true
    probe:
      kind: config
      auto: true
      url: "{settings_url}"
      expect: {a.b: "no", ttl: 900, on: true, rate: 0.5, hosts: [x], none: ~}
  - {id: rest, title: The rest, area: network}
"""
STEP = "steps: [{id: a, title: A, area: config}]"


def write(folder: Path, text: str, name: str = "auth.yaml") -> Path:
    """Write `text` to a runbook file and return the folder."""
    (folder / name).write_text(text)
    return folder


def test_all_fields_are_read(tmp_path: Path) -> None:
    """Every field of a runbook, its steps and their probes is read."""
    text = FULL.replace("on: true", '"on": true')

    runbooks = load_runbooks(write(tmp_path, text), PROBES)

    expect = {"a.b": "no", "ttl": 900, "on": True, "rate": 0.5, "hosts": ["x"], "none": None}
    settings = Step(
        id="settings",
        title="Read the settings",
        area=Area.CONFIG,
        cause="A wrong setting",
        minutes=2.5,
        weight=6,
        look="Look *here*.\nAnd there.",
        fix="Put it right.",
        always_first=True,
        probe=Probe(kind="config", auto=True, options={"url": "{settings_url}", "expect": expect}),
    )
    expected = Runbook(
        id="auth",
        title="Sign-in",
        service="auth",
        match={"alertname": "TokenErrorsHigh", "env": "1"},
        owner="platform",
        reviewed="2024-03-07",
        steps=(settings, Step(id="rest", title="The rest", area=Area.NETWORK)),
    )
    assert (expected,) == runbooks


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    """All mistakes of all files are reported in order, and loading raises the same ones."""
    write(tmp_path, "title: x\nsteps: []", "b.yaml")
    folder = write(tmp_path, "titel: x\nsteps:\n  - {id: A b, area: confg, minutes: 0}", "a.yaml")

    found = [str(mistake).removeprefix(f"{tmp_path}/") for mistake in check(folder)]

    areas, lowercase = ", ".join(Area), "use at most 60 lowercase letters, digits and dashes"
    expected = [
        "a.yaml:1:1 title: is missing — add it",
        "a.yaml:1:8 titel: unknown key (did you mean 'title'?)",
        "a.yaml:3:5 steps[0].title: is missing — add it",
        f"a.yaml:3:10 steps[0].id: 'A b' is not a step ID — {lowercase}",
        f"a.yaml:3:21 steps[0].area: 'confg' is not valid (did you mean 'config'?) — use one of {areas}",
        "a.yaml:3:37 steps[0].minutes: 0 is out of range — use a number from 0.01 to 1,000,000,000",
        "b.yaml:2:8 steps: a runbook needs at least one step",
    ]
    assert expected == found
    with pytest.raises(ConfigMistakes) as raised:
        load_runbooks(folder)
    assert check(folder) == list(raised.value.mistakes)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f"title: x\nmatch: {{on: x}}\n{STEP}", "the key on as a boolean"),
        (f"title: x\nreviewed: soon\n{STEP}", "'soon' is not a date"),
        (f"title: x\ntitle: y\n{STEP}", "duplicate key 'title'"),
        (
            "title: x\nsteps: [{id: a, title: A, area: config}, {id: a, title: B, area: change}]",
            "an earlier step already has the ID 'a'",
        ),
        ("title: x\nsteps: [{id: a, title: A, area: config, weight: -1}]", "-1 is out of range"),
        ("title: x\nsteps: [{id: a, title: A, area: config, minutes: five}]", "must be a number"),
        ("title: x\nsteps: [{id: a, title: A}]", "steps[0].area: is missing"),
        ("title: x\nsteps: [{id: a, title: A, area: config, weigth: 1}]", "did you mean 'weight'?"),
        (
            "title: x\nsteps: [{id: a, title: A, area: config, probe: {kind: confg}}]",
            "there is no probe 'confg'",
        ),
        ("title: x\nsteps: [{id: a, title: A, area: config, probe: {url: x}}]", "probe.kind: is missing"),
        ("title: x\nsteps: [{id: a, title: A, area: config, probe: {kind: config, x: yes}}]", "in quotes"),
        ("title: x\nsteps: [{id: a, title: A, area: config, probe: config}]", "must be a mapping"),
        ("title: x\nsteps: settings", "must be a list"),
        ("title: x\nsteps: [settings]", "must be a mapping"),
        ("- x", "must be a mapping"),
        ("", "title: is missing"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, what: str) -> None:
    """Each mistake in a runbook is reported in a sentence."""
    found = [str(mistake) for mistake in check(write(tmp_path, text), PROBES)]

    assert [line for line in found if what in line]


def test_unreadable_file_has_only_one_mistake(tmp_path: Path) -> None:
    """A file with a tab has only that mistake, and the mistakes of other files are still reported."""
    (tmp_path / "a.yaml").write_text("title: A\nsteps:\n\t- id: a\n")
    (tmp_path / "b.yaml").write_text("title: B\n")

    found = [(Path(mistake.file).name, mistake.line, mistake.field) for mistake in check(tmp_path)]
    assert [("a.yaml", 3, ""), ("b.yaml", 1, "steps")] == found


def test_file_name_must_be_an_id(tmp_path: Path) -> None:
    """A file name that is not a valid ID is a mistake, and so is a missing folder."""
    bad = check(write(tmp_path, f"title: x\n{STEP}", "Auth Outage.yaml"))
    absent = check(tmp_path / "no")

    assert "the file name is the runbook's ID" in str(bad[0])
    assert "this folder does not exist" in str(absent[0])


def test_shipped_runbooks() -> None:
    """The shipped runbooks load. Their numbers put settings first and security last."""
    runbooks = load_runbooks(SHIPPED, PROBES)

    assert [runbook.id for runbook in runbooks] == ["auth-outage", "general"]
    for runbook in runbooks:
        steps = order(runbook.steps)
        assert (steps[0].area, steps[-1].area) == (Area.CONFIG, Area.SECURITY)
        assert set(Area) == {step.area for step in steps}
        assert all(step.look and step.fix and step.cause for step in steps)
        by_hand = sorted(runbook.steps, key=lambda step: -step.weight / step.minutes)
        assert by_hand[0].area is Area.CONFIG


def test_choosing_a_runbook() -> None:
    """The configured runbook goes first, then most labels, then the service's own, then the general one."""
    general = Runbook(id="general", title="General", steps=())
    auth = Runbook(id="auth", title="Auth", steps=(), service="auth")
    tokens = Runbook(id="tokens", title="Tokens", steps=(), match={"alertname": "T", "env": "prod"})
    web = Runbook(id="web", title="Web", steps=(), service="web", match={"alertname": "T"})
    runbooks = (general, web, auth, tokens)
    prod = {"alertname": "T", "env": "prod"}

    expected = [
        (tokens, "the alert has alertname=T, env=prod"),
        (auth, "it is written for auth"),
        (general, "no more specific runbook applies"),
        (web, "it is configured for auth"),
        (None, "No runbook matches, and there is no general runbook."),
    ]
    assert expected == [
        choose(runbooks, "auth", prod),
        choose(runbooks, "auth", {"alertname": "T"}),
        choose(runbooks, "mail", {}),
        choose(runbooks, "auth", prod, named="web"),
        choose((web,), "auth", prod),
    ]
