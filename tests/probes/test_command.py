"""A command runs only if it is listed, with limits, and leaves no process behind."""

import asyncio
import time
from pathlib import Path

import pytest

from bot.domain.runbooks.runbook import Probe
from bot.probes import run
from bot.probes.interface import Permissions
from tests.probes.conftest import run_probe


async def sh(script: str) -> tuple[str, str]:
    """Run a shell script that is listed."""
    argv = ["/bin/sh", "-c", script]
    return await run_probe("command", Permissions(commands=[tuple(argv)]), argv=argv)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("echo all well", ("clear", "all well")),
        ("true", ("clear", "No output.")),
        ("echo getting full; exit 1", ("wrong", "getting full")),
        ("echo full >&2; exit 2", ("wrong", "full")),
        ("echo huh; exit 3", ("failed", "/bin/sh exited with 3, so the state is unknown: huh")),
        (
            "kill -9 $$",
            ("failed", "/bin/sh exited with -9, so the state is unknown: No output."),
        ),
        ("echo password=hunter2; exit 2", ("wrong", "password=[redacted]")),
        (
            f"printf %0560d 0; echo ' postgres://app:{'hunter2' * 9}@db/app'; exit 2",
            ("wrong", f"{'0' * 560} postgres://app:[redacted]@db/app"),
        ),
        ("cat; echo no input", ("clear", "no input")),
    ],
)
async def test_exit_codes(script: str, expected: tuple[str, str]) -> None:
    """The exit code is that of a monitoring plugin, and the output is the evidence."""
    assert expected == await sh(script)


async def test_environment_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command gets none of our environment variables, which include secrets."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-made-up")
    argv = ["/usr/bin/env"]

    assert ("clear", "No output.") == await run_probe(
        "command", Permissions(commands=[tuple(argv)]), argv=argv
    )


@pytest.mark.parametrize(
    ("listed", "argv"),
    [
        ([], ["/bin/true"]),
        ([("/bin/true",)], ["/bin/true", "--version"]),
        ([("/bin/true", "--version")], ["/bin/true"]),
        ([("/bin/sh", "-c", "true")], ["/bin/sh", "-c", "true; true"]),
        ([("/bin/true",)], ["true"]),
    ],
)
async def test_only_listed_commands_run(listed: list[tuple[str, ...]], argv: list[str]) -> None:
    """A command with one argument more, less or different is not listed."""
    verdict, evidence = await run_probe("command", Permissions(commands=listed), argv=argv)

    assert ("failed", True) == (
        verdict,
        "is not listed under commands in firstcheck.yaml. The whole list must match exactly" in evidence,
    )


async def test_no_shell_is_involved() -> None:
    """Shell syntax in an argument has no effect."""
    argv = ["/bin/echo", "$HOME; ls `id` > x"]

    assert ("clear", "$HOME; ls `id` > x") == await run_probe(
        "command", Permissions(commands=[tuple(argv)]), argv=argv
    )


async def test_missing_program() -> None:
    """The probe fails if the program does not exist."""
    argv = ["/no/such/program"]

    found = await run_probe("command", Permissions(commands=[tuple(argv)]), argv=argv)

    assert ("failed", "/no/such/program cannot be started: FileNotFoundError.") == found


async def test_endless_output() -> None:
    """A command whose output exceeds the limit is killed."""
    found = await sh("yes")

    assert ("failed", "/bin/sh wrote more than 64,000 bytes, the most a probe reads.") == found


@pytest.mark.parametrize("script", ["{beat} & wait", "{beat} & exit 0"], ids=["waits for it", "leaves it"])
async def test_killed_with_its_children(tmp_path: Path, script: str) -> None:
    """At the time limit the command is killed with all its children, even those that keep its output open."""
    pulse = tmp_path / "pulse"
    beat = f"(for i in $(seq 600); do echo x >> {pulse}; sleep 0.05; done)"
    argv = ("/bin/sh", "-c", script.format(beat=beat))
    began = time.monotonic()

    probe = Probe(kind="command", options={"argv": list(argv)})
    result = await run(probe, links={}, permissions=Permissions(commands=[argv]), timeout_s=1)

    assert ("failed", "No answer within 1 seconds.") == (result.verdict, result.evidence)
    assert time.monotonic() - began < 3
    before = pulse.stat().st_size
    await asyncio.sleep(0.3)
    assert before == pulse.stat().st_size


async def test_children_left_behind_are_killed(tmp_path: Path) -> None:
    """A child that closed its output does not outlive the probe either."""
    late = tmp_path / "late"

    found = await sh(f"(sleep 0.5; touch {late}) >/dev/null 2>&1 & echo done")

    await asyncio.sleep(0.8)
    assert (("clear", "done"), False) == (found, late.exists())
