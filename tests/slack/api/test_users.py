"""Names: asked for once, kept, and never a reason for a document not to be written."""

from bot.config.settings import Settings
from bot.slack.api.client import SlackClient
from bot.slack.api.users import display_names
from bot.store import open_store
from bot.workspace import Workspace


async def test_names_are_asked_for_once_and_kept(
    slack: SlackClient, workspace: Workspace, settings: Settings
) -> None:
    """Only of people, and only those we do not know; they are there when Slack is not."""
    store = await open_store(settings.database)
    people = ["U0ALICE", "U0BOB", "cli:ada", "alertmanager", "", "U0NOBODY"]
    expected = {"U0ALICE": "alice", "U0BOB": "bob"}
    assert expected == await display_names(store, slack, people)
    asked = [call.method for call in workspace.calls].count("users.info")
    workspace.faults.down = True
    assert expected == await display_names(store, slack, people)
    await store.close()

    assert 3 == asked


async def test_nobody_waits_long_for_names(
    slack: SlackClient, workspace: Workspace, settings: Settings
) -> None:
    """Slack answers slowly. The names that arrive in time are used and kept."""
    store = await open_store(settings.database)
    workspace.latency_s = 0.6
    found = await display_names(store, slack, ["U0ALICE", "U0BOB"], patience_s=1.0)
    workspace.latency_s = 0.0

    assert 1 == len(found)
    assert {"U0ALICE": "alice", "U0BOB": "bob"} == await display_names(store, slack, ["U0ALICE", "U0BOB"])
    await store.close()


async def test_who_cannot_be_asked_for_stays_an_id(
    slack: SlackClient, workspace: Workspace, settings: Settings
) -> None:
    """While Slack is away; afterwards the name is there."""
    store = await open_store(settings.database)
    workspace.faults.down = True
    assert {} == await display_names(store, slack, ["U0ALICE"])
    workspace.faults.clear()
    assert {"U0ALICE": "alice"} == await display_names(store, slack, ["U0ALICE"])
    await store.close()
