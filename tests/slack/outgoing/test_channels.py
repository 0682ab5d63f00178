"""Channels: valid names for any title, and invitations despite Slack's refusals."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.settings import Settings
from bot.domain import effects
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Severity
from bot.engine.outbox import Task
from bot.slack.api.client import SlackBusy, SlackClient, SlackSaidNo
from bot.slack.outgoing.channels import MAX_NAME, Channels, NameTaken, channel_names
from bot.store import open_store
from bot.workspace import Workspace, changes
from tests.tasks import task

NOW = datetime.now(UTC)


@pytest.fixture
async def channels(slack: SlackClient, settings: Settings) -> AsyncIterator[Channels]:
    """Yield Channels for the local workspace."""
    store = await open_store(settings.database)
    yield Channels(slack, store)
    await store.close()


def _task(attempts: int = 1, title: str = "Logins fail") -> Task:
    incident = Incident(number=7, title=title, severity=Severity.SEV1)
    return task(effects.OpenChannel(), incident, NOW, attempts=attempts)


@given(st.text(max_size=200), st.integers(min_value=1, max_value=10**9))
def test_any_title_gives_valid_names(title: str, number: int) -> None:
    """Any title gives distinct names of at most 80 valid characters that begin with the number."""
    names = channel_names(Incident(number=number, title=title))

    assert [True] * len(names) == [bool(re.fullmatch(r"[a-z0-9-]+", name)) for name in names]
    assert max(map(len, names)) <= MAX_NAME
    assert len(set(names)) == len(names)
    assert all(f"{name}-".startswith(f"inc-{number}-") for name in names)


async def test_a_first_attempt_adopts_no_channel(workspace: Workspace, channels: Channels) -> None:
    """A first attempt never adopts an existing channel, even if the bot created it."""
    old = changes.open_channel(workspace.state, "inc-7-logins-fail", "U0FIRSTCHECK")

    opened, name = await channels.open(_task())

    assert (True, "inc-7-logins-fail-2") == (opened != old.id, name)


async def test_a_second_attempt_adopts_the_channel_of_the_first(
    workspace: Workspace, channels: Channels
) -> None:
    """A second attempt adopts the channel of the first instead of opening another."""
    ours = changes.open_channel(workspace.state, "inc-7-logins-fail", "U0FIRSTCHECK")

    assert (ours.id, ours.name) == await channels.open(_task(attempts=2))
    assert [] == [
        name for name in workspace.state.channel_ids_by_name if name.startswith("inc-7-logins-fail-")
    ]


async def test_a_large_workspace_is_not_searched(workspace: Workspace, channels: Channels) -> None:
    """Finding our own channel takes few calls even in a workspace with 2000 channels."""
    for number in range(2000):
        changes.open_channel(workspace.state, f"team-{number}", "U0DAVE")
    ours = changes.open_channel(workspace.state, "inc-7-logins-fail", "U0FIRSTCHECK")

    assert (ours.id, ours.name) == await channels.open(_task(attempts=2))
    assert len(workspace.calls) <= 3


async def test_a_second_attempt_leaves_other_channels_alone(workspace: Workspace, channels: Channels) -> None:
    """A second attempt adopts neither a person's channel nor an older one of the bot."""
    changes.open_channel(workspace.state, "inc-7-logins-fail", "U0DAVE")
    old = changes.open_channel(workspace.state, "inc-7-logins-fail-2", "U0FIRSTCHECK")
    old.created -= 3600

    assert "inc-7-logins-fail-3" == (await channels.open(_task(attempts=2)))[1]


async def test_a_second_attempt_adopts_a_numbered_channel(workspace: Workspace, channels: Channels) -> None:
    """A second attempt finds a channel whose name got a number because the first one was taken."""
    changes.open_channel(workspace.state, "inc-7-logins-fail", "U0DAVE")
    ours = changes.open_channel(workspace.state, "inc-7-logins-fail-2", "U0FIRSTCHECK")

    assert (ours.id, ours.name) == await channels.open(_task(attempts=2))


async def test_all_names_are_taken(workspace: Workspace, channels: Channels) -> None:
    """If all names are taken, the error lists them."""
    for name in channel_names(Incident(number=7, title="Logins fail")):
        changes.open_channel(workspace.state, name, "U0DAVE")

    with pytest.raises(NameTaken, match="inc-7-logins-fail to inc-7-logins-fail-5"):
        await channels.open(_task())


async def test_failed_invitations_are_returned(channels: Channels) -> None:
    """Invitations return who could not be invited and why. Members and the bot are skipped."""
    opened, _ = await channels.open(_task())
    people = ("U0ALICE", "U0GONE", "U0FIRSTCHECK")

    assert {"U0GONE": "user_not_found"} == await channels.invite(opened, people)
    assert {} == await channels.invite(opened, ("U0ALICE",))
    assert {"U0GONE": "user_not_found"} == await channels.invite(opened, people)
    assert {"U0GONE": "user_not_found"} == await channels.invite(opened, ("U0GONE",))


async def test_more_than_100_people_are_invited_in_batches(workspace: Workspace, channels: Channels) -> None:
    """More than 100 people are invited in several calls, and everyone who exists is invited."""
    opened, _ = await channels.open(_task())
    strangers = tuple(f"U{number:09}" for number in range(150))

    missing = await channels.invite(opened, (*strangers, "U0BOB"))

    assert set(strangers) == set(missing)
    assert "U0BOB" in workspace.channels[opened].members
    assert 2 == sum(call.method == "conversations.invite" for call in workspace.calls)


@pytest.mark.parametrize(
    ("error", "raised"),
    [("internal_error", SlackSaidNo), ("not_in_channel", SlackSaidNo), ("rate_limited", SlackBusy)],
)
async def test_an_unrelated_refusal_is_raised(
    workspace: Workspace, channels: Channels, error: str, raised: type[Exception]
) -> None:
    """A rate limit or a lost channel is raised and does not count as a failed invitation."""
    opened, _ = await channels.open(_task())
    workspace.faults.add("conversations.invite", "error", error=error)

    with pytest.raises(raised):
        await channels.invite(opened, ("U0ALICE",))


async def test_a_forbidden_invitation_concerns_everyone(workspace: Workspace, channels: Channels) -> None:
    """If a setting forbids invitations, everyone is returned as not invited."""
    opened, _ = await channels.open(_task())
    workspace.faults.add("conversations.invite", "error", error="restricted_action")

    people = ("U0ALICE", "U0BOB")
    assert dict.fromkeys(people, "restricted_action") == await channels.invite(opened, people)
