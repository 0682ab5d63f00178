"""Slack is down: alerts, the command line and postmortems work, and Slack is updated afterwards."""

from contextlib import suppress
from pathlib import Path

from bot.cli import breakglass
from bot.cli.declare import declare_without_slack
from bot.cli.reports import close_incident, describe
from bot.config.settings import Settings
from bot.domain import commands
from bot.domain.events import IncidentDeclared
from bot.domain.vocabulary import Severity, Status
from bot.workspace import Workspace
from tests.stage import Stage, staged

BY = "cli:ada"


async def test_slack_is_down_from_the_start(workspace: Workspace, settings: Settings) -> None:
    """A bot started while Slack is down saves alerts and commands, and updates Slack later."""
    workspace.faults.down = True
    async with staged(workspace, settings) as stage:
        assert 202 == (await stage.alert()).status_code
        await stage.until(lambda: declared(stage))
        ready = (await stage.client.get(f"{stage.url}/readyz")).json()
        assert ready["ready"]
        assert "ok" != ready["slack"]
        note = commands.AddNote(by=BY, text="rolled back 4711")
        await breakglass.record(settings, "INC-1", note)
        await breakglass.record(settings, "INC-1", commands.Resolve(by=BY, resolution="rollback"))
        output = "\n".join(await describe(settings, "INC-1"))
        assert "rolled back 4711" in output
        assert "waiting: open the channel" in output
        assert "INC-1" in "\n".join(await breakglass.listing(settings, every=False))

        workspace.faults.clear()
        channel = await stage.channel()
        await stage.quiet()
        written = "\n".join(f"{message.text} {message.blocks}" for message in stage.posts(channel))
        assert "rolled back 4711" in written
        assert "rollback" in written
        assert "resolved" in channel.topic
        assert 1 == sum("inc-1-" in one.name for one in workspace.channels.values())


async def test_the_postmortem_needs_no_slack(workspace: Workspace, settings: Settings) -> None:
    """An incident is declared, resolved and closed on the command line while Slack is down."""
    workspace.faults.down = True
    async with staged(workspace, settings):
        declare = commands.Declare(by=BY, title="logins fail", severity=Severity.SEV1)
        assert "Declared INC-1 logins fail" in await declare_without_slack(settings, declare)
        await breakglass.record(settings, "1", commands.Resolve(by=BY, resolution="the old key is back"))
        output = await close_incident(settings, "inc-1", BY)

    document = Path(output.split("Postmortem: ")[1]).read_text()
    assert "the old key is back" in document


async def test_slack_goes_down_during_an_incident(stage: Stage) -> None:
    """Messages, commands and clicks during an outage of the Web API are saved and shown afterwards."""
    await stage.alert()
    channel = await stage.channel()
    await stage.workspace.join("U0ALICE", channel.id)
    await stage.quiet()
    stage.workspace.faults.down = True
    ts = await stage.workspace.say("U0ALICE", channel.id, "rolled back 4711")
    await stage.workspace.react("U0ALICE", channel.id, ts, "pushpin")
    answer = await stage.workspace.command("U0ALICE", channel.id, "/incident", "severity sev2 only checkout")
    assert 200 == answer.status
    assert Severity.SEV2 is (await stage.incident()).severity
    stage.workspace.faults.clear()
    await stage.quiet()

    assert 1 == len((await stage.incident()).notes)
    assert "sev2" in channel.topic
    assert any("sev2" in f"{message.text} {message.blocks}" for message in stage.posts(channel)[1:])


async def test_the_bot_was_down(workspace: Workspace, settings: Settings) -> None:
    """After a restart, the messages and replies of the downtime are on the record."""
    async with staged(workspace, settings) as stage:
        await stage.alert()
        channel = await stage.channel()
        await stage.quiet()
        await workspace.join("U0ALICE", channel.id)
        root = await workspace.say("U0ALICE", channel.id, "looking at auth")
        await stage.quiet()
    workspace.request_url = None
    await workspace.say("U0ALICE", channel.id, "rolling back")
    reply = await workspace.say("U0ALICE", channel.id, "it was the key", thread_ts=root)
    await workspace.react("U0ALICE", channel.id, reply, "pushpin")
    async with staged(workspace, settings) as stage:

        async def whole() -> bool:
            return len(await stage.bot.store.transcript.messages(1)) == 3 and bool(
                (await stage.incident()).notes
            )

        await stage.until(whole)
        await stage.quiet()
        texts = [message.text for message in await stage.bot.store.transcript.messages(1)]

    assert ["looking at auth", "rolling back", "it was the key"] == texts


async def test_a_refused_channel_is_reported(workspace: Workspace, settings: Settings) -> None:
    """If Slack refuses the channel, people get a direct message, and the digest shows the incident."""
    workspace.faults.add("conversations.create", "error", error="restricted_action", times=100)
    async with staged(workspace, settings) as stage:
        await stage.alert()

        async def gave_up() -> bool:
            return any(one.effect == "OpenChannel" for one in (await stage.incident()).failures)

        await stage.until(gave_up)
        with suppress(TimeoutError):
            await stage.quiet()
        assert Status.INVESTIGATING is (await stage.incident()).status
        digest = workspace.messages(settings.digest_channel)
        assert any("INC-1" in f"{message.text} {message.blocks}" for message in digest)
        direct = [one for one in workspace.channels.values() if one.is_im]
        assert direct


async def declared(stage: Stage) -> bool:
    """Return whether INC-1 is declared."""
    return any(isinstance(row.event, IncidentDeclared) for row in await stage.bot.store.log.events(1))
