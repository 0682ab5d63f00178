"""Messages are posted once, even if an attempt was interrupted."""

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
    """Return a poster for the local workspace."""
    return MessagePoster(slack)


def _task(attempts: int = 1, key: str = "7:2:0") -> Task:
    incident = Incident(number=7, severity=Severity.SEV1)
    return task(effects.ShowCard(), incident, NOW, attempts=attempts, key=key)


def _searches(workspace: Workspace) -> int:
    return sum(call.method == "conversations.history" for call in workspace.calls)


async def test_a_first_attempt_does_not_search(workspace: Workspace, posts: MessagePoster) -> None:
    """A new message costs one call."""
    await posts.post(_task(), HERE, SCREEN)

    assert ["chat.postMessage"] == [call.method for call in workspace.calls]


@pytest.mark.parametrize("error", ["invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"])
async def test_invalid_blocks_are_left_out(
    workspace: Workspace, posts: MessagePoster, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A message with invalid blocks is posted as text, and the log has a warning."""
    workspace.faults.add("chat.postMessage", "error", error=error)
    workspace.faults.add("chat.update", "error", error=error)

    posted = await posts.post(_task(), HERE, SCREEN)
    (message,) = workspace.messages(HERE)
    assert ("Logins fail", []) == (message.text, message.blocks)
    assert await posts.update(*posted, CHANGED)

    (message,) = workspace.messages(HERE)
    assert ("Logins work", []) == (message.text, message.blocks)
    assert 2 == sum(f"rejected our blocks ({error})" in line for line in caplog.messages)


async def test_a_rate_limited_channel_gets_the_text_next(workspace: Workspace, slack: SlackClient) -> None:
    """After invalid blocks and a rate limit, the next attempt posts the text without the blocks."""
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


async def test_a_message_whose_answer_was_lost_is_found(workspace: Workspace, posts: MessagePoster) -> None:
    """A message whose answer was lost is found, even behind pages of other messages."""
    workspace.faults.add("chat.postMessage", "lost")
    with pytest.raises(SlackUnreachable):
        await posts.post(_task(), HERE, SCREEN)
    for number in range(450):
        changes.post(workspace.state, workspace.channels[HERE], "U0ALICE", f"line {number}")

    channel, ts = await posts.post(_task(attempts=2), HERE, SCREEN)

    messages = [message for message in workspace.messages(HERE) if message.bot]
    assert [(HERE, messages[0].ts)] == [(channel, ts)]
    assert 1 == len(messages)


async def test_a_direct_message_whose_answer_was_lost_is_found(
    workspace: Workspace, posts: MessagePoster
) -> None:
    """A direct message whose answer was lost is found in the person's direct messages."""
    task = Task(
        job=_task(attempts=2).job,
        effect=effects.NotifyPeople(version=1),
        incident=Incident(number=7, invite=("U0ALICE",)),
        now=NOW,
    )
    workspace.faults.add("chat.postMessage", "lost")
    with pytest.raises(SlackUnreachable):
        await posts.post(_task(), "U0ALICE", SCREEN)

    channel, _ = await posts.post(task, "U0ALICE", SCREEN)

    assert "D0ALICE" == channel
    assert 1 == len(workspace.messages("D0ALICE"))


async def test_messages_of_other_effects_are_not_adopted(workspace: Workspace, posts: MessagePoster) -> None:
    """A second attempt adopts neither another effect's message nor a person's."""
    await posts.post(_task(key="7:1:0"), HERE, SCREEN)
    await workspace.say("U0ALICE", HERE, SCREEN.text)

    await posts.post(_task(attempts=2), HERE, SCREEN)

    assert 2 == sum(message.bot for message in workspace.messages(HERE))


async def test_no_search_after_a_rate_limit(workspace: Workspace, posts: MessagePoster) -> None:
    """After an attempt that a rate limit ended, the next one posts without searching."""
    workspace.faults.add("chat.postMessage", "ratelimited", retry_after=1)
    with pytest.raises(SlackBusy):
        await posts.post(_task(), HERE, SCREEN)
    with pytest.raises(SlackBusy):
        await posts.post(_task(attempts=2), HERE, SCREEN)
    posts._slack.limiter._blocked.clear()

    await posts.post(_task(attempts=3), HERE, SCREEN)

    assert 0 == _searches(workspace)
    assert 1 == len(workspace.messages(HERE))


async def test_a_search_after_an_attempt_elsewhere(workspace: Workspace, posts: MessagePoster) -> None:
    """If another process made an attempt in between, the next one searches for its message."""
    workspace.faults.add("chat.postMessage", "ratelimited", retry_after=1)
    with pytest.raises(SlackBusy):
        await posts.post(_task(), HERE, SCREEN)
    posts._slack.limiter._blocked.clear()
    await MessagePoster(posts._slack).post(_task(attempts=2), HERE, SCREEN)

    await posts.post(_task(attempts=3), HERE, SCREEN)

    assert 1 == len(workspace.messages(HERE))


async def test_an_update(workspace: Workspace, posts: MessagePoster) -> None:
    """A message is updated in place."""
    channel, ts = await posts.post(_task(), HERE, SCREEN)

    assert await posts.update(channel, ts, CHANGED)
    assert ["Logins work"] == [message.text for message in workspace.messages(HERE)]


async def test_an_update_whose_answer_was_lost_is_overwritten(
    workspace: Workspace, posts: MessagePoster
) -> None:
    """After a lost answer, the former content is sent again instead of being taken for current."""
    channel, ts = await posts.post(_task(), HERE, SCREEN)
    workspace.faults.add("chat.update", "lost")
    with pytest.raises(SlackUnreachable):
        await posts.update(channel, ts, CHANGED)

    assert await posts.update(channel, ts, SCREEN)
    assert [SCREEN.text] == [message.text for message in workspace.messages(HERE)]


async def test_an_update_of_a_deleted_message(workspace: Workspace, posts: MessagePoster) -> None:
    """Updating a deleted message returns False, so that a new one is posted."""
    channel, ts = await posts.post(_task(), HERE, SCREEN)
    here = workspace.channels[HERE]
    changes.delete(workspace.state, here, here.message(ts))

    assert not await posts.update(channel, ts, CHANGED)


async def test_a_refused_update_is_raised(workspace: Workspace, posts: MessagePoster) -> None:
    """Any other refusal of an update is raised."""
    channel, ts = await posts.post(_task(), HERE, SCREEN)
    workspace.faults.add("chat.update", "error", error="is_archived")

    with pytest.raises(SlackSaidNo, match="is_archived"):
        await posts.update(channel, ts, CHANGED)
