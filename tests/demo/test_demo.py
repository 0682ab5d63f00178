"""The demo completes, links to its results, reports failures and ends on a signal."""

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
#: The facts of the original account, one per line. The replay's postmortem must contain each.
FACTS = (Path(__file__).parent / "stack_outage_facts.txt").read_text("utf-8").splitlines()


async def started(folder: Path, *words: str) -> asyncio.subprocess.Process:
    """Start `firstcheck demo …` in a process of its own."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", "0", "--out", str(folder / "out"), *words),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "400"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def ended(demo: asyncio.subprocess.Process, within_s: float = 30) -> tuple[int | None, str]:
    """Return the exit code and the output."""
    async with asyncio.timeout(within_s):
        output, _ = await demo.communicate()
    assert b"Traceback" not in output, output.decode()
    return demo.returncode, output.decode()


async def test_the_guided_demo_runs_through(tmp_path: Path) -> None:
    """The guided demo ends within half a minute and writes the postmortem with the cause."""
    code, output = await ended(await started(tmp_path, "--once"))

    assert 0 == code, output
    (path,) = re.findall(r"Postmortem +(\S+\.md)", output)
    document = (tmp_path / path).read_text()
    assert "2023-09" in document
    assert "Automated testing" in document
    (sentence,) = re.findall(r"Time to cause +(.*)", output)
    assert re.match(r"\d seconds? from the alert to the first step that found it; 180 minutes in", sentence)


async def test_a_closed_pipe_ends_nothing(tmp_path: Path) -> None:
    """`firstcheck demo | head` runs to its end without an error or a traceback."""
    demo = await asyncio.create_subprocess_shell(
        f'"{sys.executable}" -m bot demo --once --port 0 --out out | head -1',
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await asyncio.wait_for(demo.communicate(), 30)

    assert (1, b"") == (len(output.splitlines()), errors)
    assert [*(tmp_path / "out").glob("INC-1-*.md")]


async def test_the_outage_is_replayed_to_the_last_fact(tmp_path: Path) -> None:
    """Every fact of the original account is in the postmortem."""
    code, output = await ended(await started(tmp_path, "--once", "--story", "stack-outage"))

    assert 0 == code, output
    (path,) = re.findall(r"Postmortem +(\S+\.md)", output)
    document = (tmp_path / path).read_text()
    assert [] == [fact for fact in FACTS if fact not in document]
    # When each escalation was due, when it happened, and the delay.
    assert "| 10:30 AM | 12:00 PM | 1 hour 30 minutes |" in document
    assert "| 11:00 AM | 1:30 PM | 2 hours 30 minutes |" in document
    # The first step of the runbook, which nobody took.
    assert "| 1 | Read the settings of the failing service | config | not marked; the cause was" in document
    assert "; What changed in the last 24 hours? (change);" in document.replace("Not checked: ", "; ")
    assert (
        "No result was recorded for it.\nThe cause was found in this area, 3 hours after detection."
        in document
    )
    # The areas of the two hypotheses that were ruled out. Nobody took their steps.
    assert "| database | checked as hypothesis 1 (refuted) | alice | 10:45 AM |" in document
    assert "| security | checked as hypothesis 2 (refuted) | bob | 12:30 PM |" in document


async def test_a_failed_part_ends_the_demo_with_an_error(tmp_path: Path) -> None:
    """The demo reports a postmortem that cannot be written and exits with 1."""
    (tmp_path / "out").write_text("in the way")
    code, output = await ended(await started(tmp_path, "--once", "--story", "stack-outage"))

    assert 1 == code
    assert f"Cannot write the postmortem to {tmp_path / 'out'}: File exists." in output


@pytest.mark.parametrize(
    ("sign", "words"),
    [(signal.SIGTERM, ()), (signal.SIGINT, ("--story", "stack-outage"))],
    ids=["guided", "story"],
)
async def test_the_demo_ends_on_a_signal(
    tmp_path: Path, sign: signal.Signals, words: tuple[str, ...]
) -> None:
    """The demo ends soon after a signal, without a traceback and with exit code 0."""
    demo = await started(tmp_path, *words)
    assert demo.stdout
    async with asyncio.timeout(20):
        while b"workspace" not in await demo.stdout.readline() and not words:
            pass
    await asyncio.sleep(0.5)
    demo.send_signal(sign)
    code, output = await ended(demo, within_s=10)

    assert 0 == code, output


async def test_after_a_story_people_can_play_on(tmp_path: Path) -> None:
    """The clock continues from the day of the outage, and declaring an incident opens a channel."""
    demo = await started(tmp_path, "--story", "stack-outage")
    assert demo.stdout
    async with asyncio.timeout(30), httpx.AsyncClient(trust_env=False) as client:
        page = ""
        while b"stays open" not in (line := await demo.stdout.readline()):
            page = line.split()[-1].decode() if line.startswith(b"Workspace") else page
        typed = {"as": "U0ALICE", "channel": "C0GENERAL", "command": "/incident", "text": "new Practice sev3"}
        await client.post(f"{page}/workspace/command", json=typed)
        opened: list[str] = []
        while not opened:
            await asyncio.sleep(0.1)
            state = (await client.get(f"{page}/workspace/state", params={"as": "U0ALICE"})).json()
            topics = [channel["topic"] for channel in state["channels"] if "inc-2" in channel["name"]]
            opened = [topic for topic in topics if topic]
    demo.send_signal(signal.SIGINT)
    code, output = await ended(demo)

    assert 0 == code, output
    assert "sev3" in opened[0]
