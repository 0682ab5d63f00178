"""Channels: a name Slack takes for any title, and people brought in however Slack answers."""

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
    """Channels against the workspace."""
    store = await open_store(settings.database)
    yield Channels(slack, store)
    await store.close()


def _task(attempts: int = 1, title: str = "Logins fail") -> Task:
    incident = Incident(number=7, title=title, severity=Severity.SEV1)
    return task(effects.OpenChannel(), incident, NOW, attempts=attempts)


@given(st.text(max_size=200), st.integers(min_value=1, max_value=10**9))
def test_any_title_makes_names_slack_takes(title: str, number: int) -> None:
    """Names are a-z 0-9 - _, 80 at the most, all different, and begin with the incident's number."""
    names = channel_names(Incident(number=number, title=title))

    assert [True] * len(names) == [bool(re.fullmatch(r"[a-z0-9-]+", name)) for name in names]
    assert max(map(len, names)) <= MAX_NAME
    assert len(set(names)) == len(names)
    assert all(f"{name}-".startswith(f"inc-{number}-") for name in names)


async def test_a_first_try_adopts_nothing(workspace: Workspace, channels: Channels) -> None:
    """What has the name on a first try is not ours, even if the bot made it."""
    old = changes.open_channel(workspace.state, "inc-7-logins-fail", "U0FIRSTCHECK")

    opened, name = await channels.open(_task())

    assert (True, "inc-7-logins-fail-2") == (opened != old.id, name)


async def test_a_second_try_adopts_what_the_first_made(workspace: Workspace, channels: Channels) -> None:
    """The channel that the first try made is the one, and none is opened beside it."""
    ours = changes.open_channel(workspace.state, "inc-7-logins-fail", "U0FIRSTCHECK")

    assert (ours.id, ours.name) == await channels.open(_task(attempts=2))
    assert [] == [
        name for name in workspace.state.channel_ids_by_name if name.startswith("inc-7-logins-fail-")
    ]


async def test_a_large_workspace_is_not_searched(workspace: Workspace, channels: Channels) -> None:
    """Finding our own channel costs the same however many channels people have."""
    for n in range(2000):
        changes.open_channel(workspace.state, f"team-{n}", "U0DAVE")
    ours = changes.open_channel(workspace.state, "inc-7-logins-fail", "U0FIRSTCHECK")

    assert (ours.id, ours.name) == await channels.open(_task(attempts=2))
    assert len(workspace.calls) <= 3


async def test_a_second_try_leaves_others_alone(workspace: Workspace, channels: Channels) -> None:
    """Neither a person's channel is adopted nor one of ours from another time."""
    changes.open_channel(workspace.state, "inc-7-logins-fail", "U0DAVE")
    old = changes.open_channel(workspace.state, "inc-7-logins-fail-2", "U0FIRSTCHECK")
    old.created -= 3600

    assert "inc-7-logins-fail-3" == (await channels.open(_task(attempts=2)))[1]


async def test_a_second_try_adopts_what_got_a_number(workspace: Workspace, channels: Channels) -> None:
    """Where the first try had to take another name, the second finds that one."""
    changes.open_channel(workspace.state, "inc-7-logins-fail", "U0DAVE")
    ours = changes.open_channel(workspace.state, "inc-7-logins-fail-2", "U0FIRSTCHECK")

    assert (ours.id, ours.name) == await channels.open(_task(attempts=2))


async def test_no_name_is_to_be_had(workspace: Workspace, channels: Channels) -> None:
    """When all names are taken, it says which."""
    for name in channel_names(Incident(number=7, title="Logins fail")):
        changes.open_channel(workspace.state, name, "U0DAVE")

    with pytest.raises(NameTaken, match="inc-7-logins-fail to inc-7-logins-fail-5"):
        await channels.open(_task())


async def test_who_cannot_come_is_named(channels: Channels) -> None:
    """The missing are named with why; who is there already, and the bot itself, are not missing."""
    opened, _ = await channels.open(_task())
    people = ("U0ALICE", "U0GONE", "U0FIRSTCHECK")

    assert {"U0GONE": "user_not_found"} == await channels.invite(opened, people)
    assert {} == await channels.invite(opened, ("U0ALICE",))
    assert {"U0GONE": "user_not_found"} == await channels.invite(opened, people)
    assert {"U0GONE": "user_not_found"} == await channels.invite(opened, ("U0GONE",))


async def test_more_people_than_slack_takes_at_once(workspace: Workspace, channels: Channels) -> None:
    """Above 100 people there is another invitation, and all who exist are in."""
    opened, _ = await channels.open(_task())
    strangers = tuple(f"U{n:09}" for n in range(150))

    missing = await channels.invite(opened, (*strangers, "U0BOB"))

    assert set(strangers) == set(missing)
    assert "U0BOB" in workspace.channels[opened].members
    assert 2 == sum(call.method == "conversations.invite" for call in workspace.calls)


@pytest.mark.parametrize(
    ("error", "raised"),
    [("internal_error", SlackSaidNo), ("not_in_channel", SlackSaidNo), ("rate_limited", SlackBusy)],
)
async def test_what_says_nothing_against_people_is_passed_on(
    workspace: Workspace, channels: Channels, error: str, raised: type[Exception]
) -> None:
    """Nobody is missing because Slack is busy or the channel is gone: that is tried again, or told."""
    opened, _ = await channels.open(_task())
    workspace.faults.add("conversations.invite", "error", error=error)

    with pytest.raises(raised):
        await channels.invite(opened, ("U0ALICE",))


async def test_a_setting_that_forbids_invitations(workspace: Workspace, channels: Channels) -> None:
    """What is meant for good concerns all who were to come."""
    opened, _ = await channels.open(_task())
    workspace.faults.add("conversations.invite", "error", error="restricted_action")

    people = ("U0ALICE", "U0BOB")
    assert dict.fromkeys(people, "restricted_action") == await channels.invite(opened, people)
