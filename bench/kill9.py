"""Kills the real process with SIGKILL at random moments of real work, and counts what is lost or doubled.

`python -m bench.kill9 [kills] [seed]`; exits with 1 when a message or an act is lost or stands twice.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path
from pprint import pformat
from random import Random
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.stories.crash_stage import ROOT, CrashStage, set_up
from tests.stories.crash_story import picture, play

KILLS, SEED = 50, 9
#: How long a life lasts once the bot answers, at the most.
LIFE_S = 0.4
#: What a call to Slack takes, so that kills fall between its being done and our knowing.
LATENCY_S = 0.03
#: What counts as messages; the rest of a picture is simply right or wrong.
MESSAGES = ("channels", "posted", "digest", "direct")


@dataclass(kw_only=True)
class Killer:
    """Runs `firstcheck serve` and kills it, again and again."""

    stage: CrashStage
    environment: dict[str, str]
    dice: Random
    kills: int = 0
    #: Effects that were being performed when the process was killed.
    cut_off: int = 0
    process: Process = field(init=False)

    async def start(self) -> None:
        """Start the bot."""
        with (self.stage.folder / "log").open("a") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "serve", cwd=ROOT, env=os.environ | self.environment, stderr=log
            )

    async def kill(self, times: int) -> None:
        """Kill it so many times, each at a random moment after it answered, and start it again."""
        while self.kills < times:
            await self.stage.until("the bot", self.stage.is_up)
            await asyncio.sleep(self.dice.uniform(0, LIFE_S))
            self.process.kill()
            await self.process.wait()
            self.kills += 1
            under_way = [
                job for job in await self.stage.store.outbox.jobs() if job.attempts and not job.put_back_until
            ]
            self.cut_off += len(under_way)
            await self.start()


async def story(stage: CrashStage, number: int) -> None:
    """Play one story on an incident of its own, in which nobody waits for the bot to be done."""
    await stage.quiet()
    stage.number = number
    alert = {"title": "Checkout fails", "fingerprint": str(number), "severity": "sev1", "service": "checkout"}
    labels = {"incident_key": str(number)}
    await play(stage, "generic", json.dumps(alert | {"labels": labels}).encode())


async def pictures(stage: CrashStage, numbers: Iterable[int]) -> list[dict[str, Any]]:
    """Return what is left of each story."""
    found = []
    for number in numbers:
        stage.number = number
        found.append(await picture(stage))
    return found


def counted(left: dict[str, Any]) -> Counter[str]:
    """Return every channel and message of a picture, and how often it stands there."""
    return Counter(f"{name}: {text}" for name in MESSAGES for text in _texts(left[name]))


def _texts(left: Any) -> list[str]:
    if isinstance(left, dict):
        return [f"{place}: {text}" for place, texts in left.items() for text in texts]
    return list(left)


async def played(kills: int, seed: int) -> tuple[Killer, list[dict[str, Any]], int]:
    """Play stories under fire, then in peace to the end; returns the first's picture before the others'."""
    with tempfile.TemporaryDirectory() as folder:
        async with set_up(Path(folder) / "kill9", (0, 1, 2)) as (stage, environment):
            stage.waits, stage.patience_s, stage.workspace.latency_s = False, 120, LATENCY_S
            killer = Killer(stage=stage, environment=environment, dice=Random(seed))
            await killer.start()
            await story(stage, 1)  # undisturbed: what the others are held against
            await stage.quiet()
            killing, last = asyncio.create_task(killer.kill(kills)), 1
            while not killing.done():
                last += 1
                await story(stage, last)
            await killing
            await stage.quiet()
            left = await pictures(stage, range(1, last + 1))
            unfinished = [job for job in await stage.store.outbox.jobs() if job.effect.not_before is None]
            killer.process.terminate()
            await killer.process.wait()
            return killer, left, len(unfinished)


def wrongs(usual: dict[str, Any], others: list[dict[str, Any]]) -> list[str]:
    """Return the lines in which the others differ from the usual picture."""
    found: list[str] = []
    for number, other in enumerate(others, 2):
        for name in (name for name, left in other.items() if left != usual[name]):
            must, is_ = (pformat(left, width=200).splitlines() for left in (usual[name], other[name]))
            found += [f"INC-{number} {name} {line}" for line in unified_diff(must, is_, n=0, lineterm="")]
    return found


async def main(kills: int, seed: int) -> int:
    """Run the bench and print what came of it; returns the exit code."""
    started = time.monotonic()
    killer, (usual, *others), unfinished = await played(kills, seed)
    lost = sum((counted(usual) - counted(other)).total() for other in others)
    doubled = sum((counted(other) - counted(usual)).total() for other in others)
    wrong = wrongs(usual, others)
    channels = sum(len(other["channels"]) for other in others)
    figures = {
        "kills (SIGKILL)": killer.kills,
        "effects cut off in the middle": killer.cut_off,
        "incidents": len(others),
        "channels": channels,
        "messages posted": sum(counted(other).total() for other in others) - channels,
        "lost": lost,
        "doubled": doubled,
        "lines otherwise wrong": len(wrong),
        "unfinished jobs": unfinished,
        "seconds": round(time.monotonic() - started),
    }
    table = Table("what", "how many", title=f"kill -9, seed {seed}")
    for name, figure in figures.items():
        table.add_row(name, str(figure))
    Console().print(table)
    print(*wrong, sep="\n")
    return int(bool(lost or doubled or wrong or unfinished))


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    sys.exit(asyncio.run(main(*(given + [KILLS, SEED][len(given) :]))))
