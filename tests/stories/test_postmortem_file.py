"""The postmortem reaches people in Slack: as a file in the channel, and on request as a direct message."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.config.settings import Settings
from bot.domain import events
from bot.web.server import serve_app
from bot.workspace import Message, Workspace
from bot.workspace.faults import Kind
from tests.stories.investigating import ALICE, BOB, TEN, Clock, Search, begun, searching

ALICES_MESSAGES = "D0ALICE"


@pytest.fixture
async def search(settings: Settings) -> AsyncIterator[Search]:
    """Yield an investigation that has just begun."""
    async with begun(settings) as search:
        yield search


async def close(search: Search) -> None:
    """Resolve and close the incident."""
    await search.types(ALICE, "resolve the old key is back")
    await search.types(ALICE, "close")
    await search.settle()


def shared(search: Search, channel: str) -> list[Message]:
    """Return the messages with files in a channel, oldest first."""
    return [message for message in search.workspace.messages(channel) if message.extra.get("files")]


async def content(message: Message) -> str:
    """Return what a person sees who opens the file of a message."""
    async with httpx.AsyncClient(trust_env=False) as browser:
        return (await browser.get(message.extra["files"][0]["url_private"])).text


async def test_the_channel_gets_the_file(search: Search) -> None:
    """When the incident is closed, the postmortem is a file in its channel, with its path on the server."""
    await close(search)

    (message,) = shared(search, search.channel.id)
    path = Path((await search.incident()).follow_up.postmortem_path)
    assert [path.name] == [file["name"] for file in message.extra["files"]]
    assert path.read_text() == await content(message)
    assert "the old key is back" in await content(message)
    assert f"The postmortem draft is ready. Edit it on the server: `{path}`." in message.text


async def test_a_requested_file_is_current(search: Search) -> None:
    """Alice adds a note after the close, Bob edits the file, and `/incident postmortem` has both."""
    await close(search)
    await search.types(ALICE, "note the vendor called back")
    path = Path((await search.incident()).follow_up.postmortem_path)
    path.write_text(f"{path.read_text()}\nNobody had looked at the key.\n")

    answer = await search.types(ALICE, "postmortem")

    assert "The postmortem for INC-1 is on its way to you as a direct message." in answer
    (message,) = shared(search, ALICES_MESSAGES)
    assert "the vendor called back" in await content(message)
    assert "Nobody had looked at the key." in await content(message)
    assert 1 == len(shared(search, search.channel.id))


async def test_an_open_incident_has_no_postmortem(search: Search) -> None:
    """Before the close the answer says when the postmortem is drafted."""
    answer = await search.types(BOB, "postmortem")

    assert "INC-1 is investigating. Its postmortem is drafted when it is closed." in answer


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
@pytest.mark.parametrize("error", ["missing_scope", "restricted_action"])
async def test_a_refused_file(search: Search, method: str, error: str) -> None:
    """If Slack refuses the file, the channel gets its path on the server and the reason."""
    search.workspace.faults.add(method, "error", error=error)
    await close(search)

    assert [] == shared(search, search.channel.id)
    (message,) = search.posts("The postmortem draft is ready")
    assert (await search.incident()).follow_up.postmortem_path in message.text
    assert "⚠ The file is not attached." in message.text
    assert [] == await search.happened(events.EffectFailed)


async def test_an_app_without_the_permission(settings: Settings) -> None:
    """An app that was installed before files were posted says which command updates it."""
    clock = Clock(TEN)
    scopes = frozenset({"chat:write", "channels:manage", "channels:read", "channels:history", "im:write"})
    scopes |= {"pins:write", "channels:join", "users:read", "reactions:write"}
    workspace = Workspace(clock=clock.seconds, scopes=scopes)
    async with serve_app(workspace.asgi), searching(settings, workspace, clock) as search:
        await search.begin()
        await close(search)

        (message,) = search.posts("The postmortem draft is ready")
        assert "Update the app with `firstcheck manifest` and install it again." in message.text


@pytest.mark.parametrize("kind", ["lost", "http_500", "ratelimited"])
async def test_a_file_is_posted_once(search: Search, kind: Kind) -> None:
    """Slack fails or its answer is lost, and the file is in the channel once all the same."""
    for method in ("files.getUploadURLExternal", "files.completeUploadExternal"):
        search.workspace.faults.add(method, kind)
    await close(search)
    await search.wait(30)

    assert 1 == len(shared(search, search.channel.id))
    assert [] == search.posts("The postmortem draft is ready")[1:]


async def test_a_deleted_file_is_reported(search: Search) -> None:
    """Somebody deletes the folder before the file was posted. The channel gets the reason."""
    search.workspace.faults.down = True
    await close(search)
    search.workspace.faults.clear()
    Path((await search.incident()).follow_up.postmortem_path).unlink()
    await search.wait(30)

    (message,) = search.posts("The postmortem draft is ready")
    assert "It could not be read: No such file or directory." in message.text


async def test_our_own_file_is_not_on_the_timeline(search: Search) -> None:
    """The bot's file is not saved as a message that a person wrote."""
    await close(search)
    await search.settle()

    transcript = await search.bot.store.transcript.messages(1)
    assert [] == [row for row in transcript if "postmortem" in row.text]
