"""A bot that is killed at any step, any number of times, brings the story to the same end."""

import asyncio
import os
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

from tests.stories.crash_stage import crash_stage, nursery
from tests.stories.crash_story import picture, play

#: The pauses before Slack's retries, shortened because the bot restarts within a second.
RETRIED = (0, 0.2, 0.5)
AT_ONCE = 4
#: The bot is killed at every step of the opening, and at every third step (by default) after it.
EACH = int(os.environ.get("CRASH_EACH", "3"))
OPENING = 60
NEVER: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Ending:
    """The end of a story: its result, the steps of all lives, and how many lives were killed."""

    picture: dict[str, Any]
    steps: list[str]
    deaths: int


async def endings(
    folder: Path, plans: Iterable[frozenset[str]], retry_delays_s: tuple[float, ...] = RETRIED
) -> dict[frozenset[str], Ending]:
    """Play the story once for each plan, several at a time. A plan lists the steps to die at."""
    found: dict[frozenset[str], Ending] = {}
    waiting = deque(plans)

    async def some() -> None:
        async with nursery() as bots:
            while waiting:
                plan = waiting.popleft()
                place = folder / f"run-{len(waiting)}"
                async with crash_stage(bots, place, plan, retry_delays_s) as stage:
                    try:
                        await play(stage)
                        left = await picture(stage)
                    except AssertionError as error:
                        left = {"failed": str(error)}
                        waiting.clear()  # each would wait as long
                    found[plan] = Ending(picture=left, steps=stage.steps(), deaths=stage.deaths)

    await asyncio.gather(*(some() for _ in range(AT_ONCE)))
    return found


def differing(usual: Ending, found: dict[frozenset[str], Ending]) -> dict[str, dict[str, Any]]:
    """Return the differences from the usual ending, by the steps that the bot died at."""
    differences: dict[str, dict[str, Any]] = {}
    for plan, ending in found.items():
        wrong = {name: left for name, left in ending.picture.items() if usual.picture.get(name) != left}
        died = [step for n, step in enumerate(ending.steps, 1) if plan & {step, str(n)}]
        if wrong:
            differences[", ".join(died)] = wrong
    return differences


async def usual(folder: Path) -> Ending:
    """Return how the story ends if the bot is never killed."""
    found = await endings(folder / "usual", [NEVER])
    return found[NEVER]


def kinds(steps: Iterable[str]) -> set[str]:
    """Return the steps without their numbers: `before append` of `before append 3`."""
    return {step.rpartition(" ")[0] for step in steps}


async def test_killed_at_any_step_the_story_ends_the_same(tmp_path: Path) -> None:
    """A kill before or after any commit or call to Slack does not change how the story ends."""
    expected = await usual(tmp_path)
    chosen = [
        step for n, step in enumerate(expected.steps) if n < OPENING or n % EACH == 0 or step.endswith(" 1")
    ]

    found = await endings(tmp_path, [frozenset({step}) for step in chosen])

    assert {} == differing(expected, found)
    died_at = [step for plan, ending in found.items() for step in plan if ending.deaths]
    assert kinds(expected.steps) == kinds(died_at)


async def test_killed_again_and_again_the_story_ends_the_same(tmp_path: Path) -> None:
    """Many kills at random steps do not change how the story ends."""
    expected = await usual(tmp_path)
    lives = [[dice.randint(2, 40) for _ in range(200)] for dice in map(Random, range(8))]
    plans = [frozenset(map(str, accumulate(lengths))) for lengths in lives]

    found = await endings(tmp_path, plans)

    assert {} == differing(expected, found)
    assert min(ending.deaths for ending in found.values()) > 5


async def test_messages_of_a_gap_are_fetched(tmp_path: Path) -> None:
    """Messages and marks from a downtime are fetched after the restart."""
    expected = await usual(tmp_path)
    first_message = expected.steps.index("before save_message 1")

    found = await endings(
        tmp_path,
        [frozenset({step}) for step in expected.steps[first_message - 4 : first_message + 12]],
        retry_delays_s=(),
    )

    assert {} == differing(expected, found)
