"""A replay performs each act at its time on a simulated clock, and reports which act failed."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.app import Firstcheck, assembled
from bot.config.settings import Settings
from bot.demo.replay import MovedClock, Replay, StoryFailed
from bot.demo.stories import STACK_OUTAGE
from bot.demo.story import Act, Kind, Story
from bot.domain.vocabulary import Status
from bot.slack.api.rate_limits import Limiter
from bot.slack.incoming.http import PATH
from bot.web.server import serve_app
from bot.workspace import Workspace

TEN = datetime(2024, 2, 18, 10, 0, tzinfo=UTC)
ALICE = "U0ALICE"


def at(minutes: int, kind: Kind, text: str) -> Act:
    """Return an act of Alice this many minutes after ten."""
    return Act(at=TEN + timedelta(minutes=minutes), kind=kind, text=text, person=ALICE)


def story(*acts: Act) -> Story:
    """Return a story with these acts."""
    return Story(name="small", title="Small", acts=acts)


class Theatre:
    """A bot and a workspace with the same moved clock."""

    def __init__(self, bot: Firstcheck, workspace: Workspace, clock: MovedClock, url: str) -> None:
        self.bot = bot
        self.workspace = workspace
        self.clock = clock
        self.url = url

    async def play(self, what: Story) -> list[str]:
        """Play the story, and return the announced acts."""
        texts: list[str] = []
        replay = Replay(
            what, self.clock, self.workspace, self.url, self.bot.work, self.bot.store.outbox.next_due
        )
        await replay.play(lambda act: texts.append(act.text))
        return texts


@pytest.fixture
async def theatre(settings: Settings) -> AsyncIterator[Theatre]:
    """A bot and a workspace at ten o'clock on the day of the story."""
    clock = MovedClock(TEN)
    workspace = Workspace(clock=clock.seconds)
    async with AsyncExitStack() as stack:
        page = await stack.enter_async_context(serve_app(workspace.asgi))
        settings = replace(settings, slack_api_url=f"{page}/api/")
        limiter = Limiter(clock=clock.seconds)
        bot = await stack.enter_async_context(assembled(settings, clock=clock.now, limiter=limiter))
        url = await stack.enter_async_context(serve_app(bot.asgi))
        workspace.request_url = url + PATH
        yield Theatre(bot, workspace, clock, url)


def test_the_clock_only_goes_forward() -> None:
    """The clock never moves back, and its seconds match its time."""
    clock = MovedClock(TEN)
    clock.move(TEN + timedelta(minutes=5))
    clock.move(TEN)

    assert (TEN + timedelta(minutes=5), clock.now().timestamp()) == (clock.now(), clock.seconds())


async def test_acts_happen_at_their_time(theatre: Theatre) -> None:
    """Events are recorded with the story's time, not the current one."""
    acts = (
        at(0, "alert", "logins fail"),
        at(15, "marked", "looking at auth"),
        at(30, "recovery", "logins fail"),
        at(40, "command", "resolve the old key is back"),
        at(50, "command", "close"),
    )
    texts = await theatre.play(story(*acts))

    incident = await theatre.bot.recorder.load(1)
    assert [act.text for act in acts] == texts
    assert (Status.CLOSED, TEN) == (incident.status, incident.declared_at)
    (note,) = incident.notes.values()
    assert ("looking at auth", TEN + timedelta(minutes=15)) == (note.text, note.at.replace(microsecond=0))
    assert (TEN + timedelta(minutes=30), TEN + timedelta(minutes=50)) == (
        incident.impact.mitigated_at,
        incident.closed_at,
    )


@pytest.mark.parametrize(
    ("acts", "why"),
    [
        ((at(5, "message", "anybody?"),), "10:05: the incident has no channel"),
        ((at(0, "alert", "x"), at(9, "command", "close")), "10:09: /incident close"),
        ((at(0, "alert", "x"), at(7, "command", "confirmed 5 seen")), "no hypothesis 5"),
    ],
    ids=["no-channel", "refused", "unknown"],
)
async def test_an_act_that_fails(theatre: Theatre, acts: tuple[Act, ...], why: str) -> None:
    """An act that fails is reported with its time and the bot's reply."""
    with pytest.raises(StoryFailed, match=why):
        await theatre.play(story(*acts))


def test_the_stack_outage_is_in_order() -> None:
    """The acts of the outage are in order and span four hours."""
    times = [act.at for act in STACK_OUTAGE.acts]

    assert (240, 180) == (STACK_OUTAGE.lost_minutes, STACK_OUTAGE.minutes_to_cause)
    assert times == sorted(times)
