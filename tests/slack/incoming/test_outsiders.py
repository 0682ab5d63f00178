"""People of another company, who share a channel through Slack Connect, may only read and write."""

from dataclasses import replace

from tests.stage import Stage

REFUSAL = "Only members of the workspace that runs Firstcheck"


async def test_an_outsider_is_refused_in_commands_and_marks(stage: Stage) -> None:
    """A slash command and a mark of another company's member change nothing; a colleague's do."""
    people = stage.workspace.state.people
    people["U0EVE"] = replace(people["U0ERIN"], id="U0EVE", name="eve", team="T0OTHER")
    await stage.alert()
    channel = await stage.channel()
    for person in ("U0EVE", "U0BOB"):
        await stage.workspace.join(person, channel.id)
    ts = await stage.workspace.say("U0BOB", channel.id, "restarted auth")

    answer = await stage.workspace.command("U0EVE", channel.id, "/incident", "cancel no reason")
    await stage.workspace.react("U0EVE", channel.id, ts, "pushpin")
    await stage.workspace.pin("U0EVE", channel.id, ts)
    await stage.quiet()
    theirs = dict((await stage.incident()).notes)
    await stage.workspace.react("U0BOB", channel.id, ts, "round_pushpin")
    await stage.quiet()

    assert REFUSAL in answer.text
    assert ({}, True) == (theirs, (await stage.incident()).is_active)
    assert ["restarted auth"] == [note.text for note in (await stage.incident()).notes.values()]
