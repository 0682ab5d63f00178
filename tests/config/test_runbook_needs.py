"""Included steps, needs, and the keys fix, escalate and stop_if of a runbook."""

from pathlib import Path

import pytest

from bot.config.runbooks import check, load_runbooks
from bot.domain.vocabulary import StepOutcome

AUTH = """
title: Sign-in
escalate: [U0ALICE, the platform team]
steps:
  - {id: access, title: Get in, area: identity, stop_if: clear}
  - include: common/network.yaml
  - id: logs
    title: Logs
    area: change
    needs: [access, network]
    fix: {text: Roll back, who: the deployer}
"""
NETWORK = "steps: [{id: network, title: Network, area: network, fix: Undo it}]"
STEP = "{id: a, title: A, area: config"


def folder(where: Path, **files: str) -> Path:
    """Write files into `where`, those named common_… below common/, and return it."""
    (where / "common").mkdir()
    for name, text in files.items():
        (where / f"{name.replace('common_', 'common/')}.yaml").write_text(text)
    return where


def mistakes(where: Path, **files: str) -> list[str]:
    """Return the mistakes in the files, without the path of the folder."""
    here = folder(where, **files)
    return [str(mistake).removeprefix(f"{here}/") for mistake in check(here)]


def test_includes_and_needs(tmp_path: Path) -> None:
    """An included step takes the place of its include, and a file in a subfolder is not a runbook."""
    (runbook,) = load_runbooks(folder(tmp_path, auth=AUTH, common_network=NETWORK))

    access, network, logs = runbook.steps
    assert ("U0ALICE", "the platform team") == runbook.escalate
    assert ("access", StepOutcome.CLEAR) == (access.id, access.stop_if)
    assert ("network", "Undo it", "", StepOutcome.FOUND) == (
        network.id,
        network.fix,
        network.fix_by,
        network.stop_if,
    )
    assert ("logs", ("access", "network"), "Roll back", "the deployer") == (
        logs.id,
        logs.needs,
        logs.fix,
        logs.fix_by,
    )


@pytest.mark.parametrize(
    ("steps", "what"),
    [
        (
            "{include: common/no.yaml}",
            "2:19 steps[0].include: the runbooks folder has no file 'common/no.yaml'",
        ),
        (
            "{include: ../secret.yaml}",
            "2:19 steps[0].include: '../secret.yaml' is outside the runbooks folder",
        ),
        ("{include: /etc/passwd}", "2:19 steps[0].include: '/etc/passwd' is outside the runbooks folder"),
        (
            "{include: auth.yaml}",
            "2:19 steps[0].include: 'auth.yaml' is already included, or includes itself",
        ),
        ("{include: ''}", "2:19 steps[0].include: is missing"),
        ("{include: common, title: x}", "2:34 steps[0].title: unknown key"),
        ("{include: common}", "2:19 steps[0].include: the runbooks folder has no file 'common'"),
        (f"{STEP}, needs: [b]}}", "steps[0].needs[0]: this runbook has no step 'b'"),
        (
            f"{STEP}, needs: [a]}}",
            "2:8 steps: these steps wait for each other: a → a — remove one of the needs",
        ),
        (f"{STEP}, needs: a}}", "must be a list"),
        (f"{STEP}, fix: {{who: x}}}}", "steps[0].fix.text: is missing"),
        (f"{STEP}, stop_if: skipped}}", "'skipped' is not valid — use one of found, clear"),
        (f"{STEP}, stop_if: never}}", "'never' is not valid — use one of found, clear"),
    ],
)
def test_mistakes(tmp_path: Path, steps: str, what: str) -> None:
    """Each mistake in includes, needs and fixes is reported with line and column."""
    found = mistakes(tmp_path, auth=f"title: x\nsteps: [{steps}]")

    assert [line for line in found if what in line], found


def test_mistake_in_a_shared_file_is_reported_once(tmp_path: Path) -> None:
    """A mistake in a file that two runbooks include is reported once, with its place in that file."""
    including = "title: x\nsteps: [include: common/a.yaml]"
    found = mistakes(tmp_path, one=including, two=including, common_a="steps:\n- {id: a, title: A}")

    assert ["common/a.yaml:2:3"] == [line.split(" ")[0] for line in found]


def test_files_that_include_each_other(tmp_path: Path) -> None:
    """Files that include each other are a mistake and cause no endless loop."""
    found = mistakes(
        tmp_path,
        one="title: x\nsteps: [include: common/a.yaml]",
        common_a="steps: [include: common/b.yaml]",
        common_b="steps: [include: common/a.yaml]",
    )

    assert "common/b.yaml:1:18 steps[0].include: 'common/a.yaml' is already included" in found[0]


def test_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    """A symbolic link whose target is outside the runbooks folder can't be included."""
    (tmp_path / "outside.yaml").write_text(NETWORK)
    inside = tmp_path / "runbooks"
    inside.mkdir()
    (inside / "common").mkdir()
    (inside / "common" / "a.yaml").symlink_to(tmp_path / "outside.yaml")
    (inside / "one.yaml").write_text("title: x\nsteps: [include: common/a.yaml]")

    assert "is outside the runbooks folder" in str(check(inside)[0])
