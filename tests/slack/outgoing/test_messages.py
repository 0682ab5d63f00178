"""Messages of ours stand once, however often a try of theirs was cut off."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.domain import effects
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Severity
from bot.engine.outbox import Task
from bot.slack.api.client import SlackBusy, SlackClient, SlackSaidNo, SlackUnreachable
from bot.slack.api.rate_limits import Limiter
from bot.slack.outgoing.messages import MessagePoster
from bot.slack.views.blocks import screen, section
from bot.workspace import Workspace, changes
from tests.tasks import task

NOW = datetime.now(UTC)
HERE = "C0INCIDENTS"
SCREEN = screen("Logins fail", section("*Logins fail*"))
CHANGED = screen("Logins work", section("fine"))


@pytest.fixture
def posts(slack: SlackClient) -> MessagePoster:
    """Posts against the workspace."""
    return MessagePoster(slack)


def _task(attempts: int = 1, key: str = "7:2:0") -> Task:
    incident = Incident(number=7, severity=Severity.SEV1)
    return task(effects.ShowCard(), incident, NOW, attempts=attempts, key=key)


def _looked(workspace: Workspace) -> int:
    return sum(call.method == "conversations.history" for call in workspace.calls)


async def test_a_first_try_does_not_look(workspace: Workspace, posts: MessagePoster) -> None:
    """A new message costs one call."""
    await posts.post(_task(), HERE, SCREEN)

    assert ["chat.postMessage"] == [call.method for call in workspace.calls]


@pytest.mark.parametrize("error", ["invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"])
async def test_what_slack_does_not_take_as_it_is_goes_as_text(
    workspace: Workspace, posts: MessagePoster, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A mistake of ours in a screen costs its buttons and not the message; the log says so."""
    workspace.faults.add("chat.postMessage", "error", error=error)
    workspace.faults.add("chat.update", "error", error=error)

    posted = await posts.post(_task(), HERE, SCREEN)
    (message,) = workspace.messages(HERE)
    assert ("Logins fail", []) == (message.text, message.blocks)
    assert await posts.update(*posted, CHANGED)

    (message,) = workspace.messages(HERE)
    assert ("Logins work", []) == (message.text, message.blocks)
    assert 2 == sum(f"does not take our blocks ({error})" in line for line in caplog.messages)


async def test_a_busy_channel_gets_the_text_too(workspace: Workspace, slack: SlackClient) -> None:
    """Each try has one call there: the next goes on with the text, else the blocks are refused for ever."""
    posts = MessagePoster(SlackClient(slack.client, Limiter(window_s=6.1)))
    for number in (1, 2):
        await posts.post(_task(key=f"7:{number}:0"), HERE, CHANGED)
    workspace.faults.add("chat.postMessage", "error", error="invalid_blocks")

    with pytest.raises(SlackBusy) as busy:
        await posts.post(_task(key="7:3:0"), HERE, SCREEN)
    await asyncio.sleep(busy.value.after_s)
    await posts.post(_task(attempts=2, key="7:3:0"), HERE, SCREEN)

    last = workspace.messages(HERE)[-1]
    assert ("Logins fail", []) == (last.text, last.blocks)


async def test_a_lost_answer(workspace: Workspace, posts: MessagePoster) -> None:
    """What was posted although the answer was lost is found, even behind pages of other messages."""
    workspace.faults.add("chat.postMessage", "lost")
    with pytest.raises(SlackUnreachable):
        await posts.post(_task(), HERE, SCREEN)
    for n in range(450):
        changes.post(workspace.state, workspace.channels[HERE], "U0ALICE", f"line {n}")

    channel, ts = await posts.post(_task(attempts=2), HERE, SCREEN)

    messages = [message for message in workspace.messages(HERE) if message.bot]
    assert [(HERE, messages[0].ts)] == [(channel, ts)]
    assert 1 == len(messages)


async def test_a_direct_message_whose_answer_was_lost(workspace: Workspace, posts: MessagePoster) -> None:
    """What was said to a person is looked for in their direct messages."""
    task = Task(
        job=_task(attempts=2).job,
        effect=effects.TellPeople(version=1),
        incident=Incident(number=7, invite=("U0ALICE",)),
        now=NOW,
    )
    workspace.faults.add("chat.postMessage", "lost")
    with pytest.raises(SlackUnreachable):
        await posts.post(_task(), "U0ALICE", SCREEN)

    channel, _ = await posts.post(task, "U0ALICE", SCREEN)

    assert "D0ALICE" == channel
    assert 1 == len(workspace.messages("D0ALICE"))


async def test_messages_of_other_effects_are_not_ours(workspace: Workspace, posts: MessagePoster) -> None:
    """A second try takes no message for its own that another effect posted, nor a person's."""
    await posts.post(_task(key="7:1:0"), HERE, SCREEN)
    await workspace.say("U0ALICE", HERE, SCREEN.text)

    await posts.post(_task(attempts=2), HERE, SCREEN)

    assert 2 == sum(message.bot for message in workspace.messages(HERE))


async def test_a_rate_limit_leaves_no_doubt(workspace: Workspace, posts: MessagePoster) -> None:
    """What a rate limit held up did not happen: the next try does not look, for looking is limited too."""
    workspace.faults.add("chat.postMessage", "ratelimited", retry_after=1)
    with pytest.raises(SlackBusy):
        await posts.post(_task(), HERE, SCREEN)
    with pytest.raises(SlackBusy):
        await posts.post(_task(attempts=2), HERE, SCREEN)
    posts._slack.limiter._blocked.clear()

    await posts.post(_task(attempts=3), HERE, SCREEN)

    assert 0 == _looked(workspace)
    assert 1 == len(workspace.messages(HERE))


async def test_doubt_outlives_a_rate_limit(workspace: Workspace, posts: MessagePoster) -> None:
    """A try between, of which nothing is known here (another process), brings the doubt back."""
    workspace.faults.add("chat.postMessage", "ratelimited", retry_after=1)
    with pytest.raises(SlackBusy):
        await posts.post(_task(), HERE, SCREEN)
    posts._slack.limiter._blocked.clear()
    await MessagePoster(posts._slack).post(_task(attempts=2), HERE, SCREEN)

    await posts.post(_task(attempts=3), HERE, SCREEN)

    assert 1 == len(workspace.messages(HERE))


async def test_a_change(workspace: Workspace, posts: MessagePoster) -> None:
    """A message is changed in place."""
    channel, ts = await posts.post(_task(), HERE, SCREEN)

    assert await posts.update(channel, ts, CHANGED)
    assert ["Logins work"] == [message.text for message in workspace.messages(HERE)]


async def test_a_change_whose_answer_was_lost_is_taken_back(
    workspace: Workspace, posts: MessagePoster
) -> None:
    """It may stand: that the message once said what it shall say again is no reason to leave it."""
    channel, ts = await posts.post(_task(), HERE, SCREEN)
    workspace.faults.add("chat.update", "lost")
    with pytest.raises(SlackUnreachable):
        await posts.update(channel, ts, CHANGED)

    assert await posts.update(channel, ts, SCREEN)
    assert [SCREEN.text] == [message.text for message in workspace.messages(HERE)]


async def test_a_message_that_is_gone(workspace: Workspace, posts: MessagePoster) -> None:
    """A deleted message cannot be changed, which says that a new one is due."""
    channel, ts = await posts.post(_task(), HERE, SCREEN)
    here = workspace.channels[HERE]
    changes.delete(workspace.state, here, here.message(ts))

    assert not await posts.update(channel, ts, CHANGED)


async def test_a_change_that_slack_refuses(workspace: Workspace, posts: MessagePoster) -> None:
    """Any other refusal says nothing about the message, and is passed on."""
    channel, ts = await posts.post(_task(), HERE, SCREEN)
    workspace.faults.add("chat.update", "error", error="is_archived")

    with pytest.raises(SlackSaidNo, match="is_archived"):
        await posts.update(channel, ts, CHANGED)
