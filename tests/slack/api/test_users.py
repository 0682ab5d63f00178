"""Display names: fetched once, stored, and never a reason to delay a document."""

from bot.config.settings import Settings
from bot.slack.api.client import SlackClient
from bot.slack.api.users import display_names
from bot.store import open_store
from bot.workspace import Workspace


async def test_names_are_fetched_once_and_stored(
    slack: SlackClient, workspace: Workspace, settings: Settings
) -> None:
    """Only unknown Slack users are looked up, and stored names are returned while Slack is down."""
    store = await open_store(settings.database)
    people = ["U0ALICE", "U0BOB", "cli:ada", "alertmanager", "", "U0NOBODY"]
    expected = {"U0ALICE": "alice", "U0BOB": "bob"}
    assert expected == await display_names(store, slack, people)
    asked = [call.method for call in workspace.calls].count("users.info")
    workspace.faults.down = True
    assert expected == await display_names(store, slack, people)
    await store.close()

    assert 3 == asked


async def test_slow_lookups_are_cut_off(slack: SlackClient, workspace: Workspace, settings: Settings) -> None:
    """Names that Slack returns in time are used and stored. The others are fetched later."""
    store = await open_store(settings.database)
    workspace.latency_s = 0.6
    found = await display_names(store, slack, ["U0ALICE", "U0BOB"], patience_s=1.0)
    workspace.latency_s = 0.0

    assert 1 == len(found)
    assert {"U0ALICE": "alice", "U0BOB": "bob"} == await display_names(store, slack, ["U0ALICE", "U0BOB"])
    await store.close()


async def test_names_are_missing_while_slack_is_down(
    slack: SlackClient, workspace: Workspace, settings: Settings
) -> None:
    """An unknown name is missing while Slack is down and is fetched afterwards."""
    store = await open_store(settings.database)
    workspace.faults.down = True
    assert {} == await display_names(store, slack, ["U0ALICE"])
    workspace.faults.clear()
    assert {"U0ALICE": "alice"} == await display_names(store, slack, ["U0ALICE"])
    await store.close()
