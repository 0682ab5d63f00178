"""Commands that work while Slack is down, next to a running bot or without one."""

import asyncio
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import assembled, serving
from bot.cli import breakglass
from bot.cli.declare import declare_without_slack
from bot.cli.quarantine import quarantined
from bot.cli.reports import close_incident, describe, save_postmortem
from bot.config.settings import Service, Settings
from bot.domain import commands, events
from bot.domain.errors import Refused
from bot.domain.vocabulary import Severity
from tests.stage import Stage

BY = "cli:ada"
DECLARE = commands.Declare(by=BY, title="logins fail", severity=Severity.SEV1, service="auth")


def test_the_author_is_the_account_name() -> None:
    """The author is `cli:` and the account's name, so it cannot be mistaken for a Slack user."""
    assert breakglass.who().startswith("cli:")


def test_an_account_without_a_name_is_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container, an account without a name is recorded by its number."""
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)

    assert "cli:4000000" == breakglass.who()


async def test_a_broken_runbook_blocks_no_command(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Commands work despite a broken runbook, and a warning reports its mistake."""
    (tmp_path / "broken.yaml").write_text("title: [", "utf-8")
    settings = replace(settings, runbooks=tmp_path)
    await declare_without_slack(settings, DECLARE)
    output = await breakglass.record(settings, "1", commands.Resolve(by=BY))

    assert output.startswith("Done. INC-1 is resolved.")
    assert "Continuing without runbooks" in caplog.text
    assert "broken.yaml" in caplog.text


async def test_a_declared_incident_opens_a_channel(stage: Stage, settings: Settings) -> None:
    """A running bot opens the channel of an incident declared here, and a note added here is in its log."""
    output = await declare_without_slack(settings, DECLARE)
    channel = await stage.channel()
    await breakglass.record(settings, "INC-1", commands.AddNote(by=BY, text="rolled back 4711"))

    async def note_posted() -> bool:
        return any("rolled back 4711" in str(message.blocks) for message in stage.posts(channel))

    await stage.until(note_posted)
    assert output.startswith("Declared INC-1 logins fail (sev1). ")
    assert "inc-1-logins-fail" == channel.name


async def test_only_declaring_creates_a_database(settings: Settings) -> None:
    """Commands in a folder without a database name the missing file. Declaring creates it and says so."""
    path = Path(settings.database.removeprefix("sqlite:///"))
    for work in (
        breakglass.listing(settings, every=True),
        quarantined(settings, None),
        describe(settings, "1"),
        close_incident(settings, "1", BY),
        save_postmortem(settings, "1", None),
        breakglass.record(settings, "1", commands.AddNote(by=BY, text="x")),
    ):
        with pytest.raises(Refused, match=f"There is no database {path}.*FIRSTCHECK_DATABASE"):
            await work
    assert not path.exists()

    assert f"Created the database {path}." in await declare_without_slack(settings, DECLARE)
    assert "new database" not in await declare_without_slack(settings, DECLARE)


async def test_the_output_says_when_slack_is_updated(settings: Settings) -> None:
    """Slack is updated at once if `serve` is running, and otherwise when it starts."""
    settings = replace(settings, port=0, slack_bot_token="", slack_signing_secret="")
    nobody = "`firstcheck serve` isn't running. Slack will be updated when it starts."
    assert (await declare_without_slack(settings, DECLARE)).endswith(nobody)
    async with serving(settings):
        output = await breakglass.record(settings, "1", commands.AddNote(by=BY, text="x"))
    assert "Done. Your note is on INC-1's timeline. Slack will be updated." == output
    assert (await breakglass.record(settings, "1", commands.Resolve(by=BY))).endswith(nobody)


async def test_a_service_adds_its_runbook_and_people(settings: Settings) -> None:
    """A declared incident gets the runbook and people of its service, as an alert's incident does."""
    auth = Service(runbook="auth-outage", invite=("U0CAROL",))
    settings = replace(settings, services={"auth": auth})
    await declare_without_slack(settings, DECLARE)
    description = "\n".join(await describe(settings, "1"))

    assert "waiting: open the channel\n" in description
    assert (
        "next check: 1. Read the settings of the token service\n  Compare the running settings" in description
    )
    assert re.search(r"\d\d:\d\d UTC: remind the channel to post a status update", description)


async def test_pending_work_is_listed_in_words(settings: Settings) -> None:
    """`show` lists pending effects with their errors and count, then timers, the soonest first."""
    settings = replace(settings, port=0, slack_bot_token="", slack_signing_secret="")
    async with serving(settings):
        await declare_without_slack(settings, DECLARE)
        for n in range(5):
            await breakglass.record(settings, "1", commands.AddNote(by=BY, text=f"note {n}"))
        async with asyncio.timeout(10):
            while "escalate if" not in (description := "\n".join(await describe(settings, "1"))):
                await asyncio.sleep(0.05)

    due = re.findall(r"^(\S+ \S+) UTC: (.*)", description, re.MULTILINE)
    assert "waiting: open the channel (SLACK_BOT_TOKEN is not set)\n" in description
    assert "waiting: post in the channel (5 times)\n" in description
    assert sorted(at for at, _ in due) == [at for at, _ in due]
    assert "escalate if nothing changes (no incident commander for 5 min)" == due[0][1]


async def test_a_closed_incident_has_no_pending_steps(settings: Settings) -> None:
    """After the close no step is suggested and no escalation is pending."""
    settings = replace(settings, services={"auth": Service(runbook="auth-outage")})
    await declare_without_slack(settings, DECLARE)
    await breakglass.record(settings, "1", commands.Resolve(by=BY, resolution="the old key is back"))
    await close_incident(settings, "1", BY)
    description = "\n".join(await describe(settings, "1"))

    assert "next check" not in description
    assert ["remind the channel of the gaps in the postmortem"] == re.findall(r" UTC: (.*)", description)


async def test_failures_are_shown(settings: Settings) -> None:
    """`show` has the lost channel and failed effects, because Slack may not be able to show them."""
    await declare_without_slack(settings, DECLARE)
    async with assembled(settings) as bot:
        at = bot.recorder.clock()
        gave_up = events.EffectFailed(at=at, effect="PinCard", why="too many pins")
        await bot.recorder.learn(1, (events.ChannelLost(at=at, why="it was archived"), gave_up))
    description = "\n".join(await describe(settings, "1"))

    assert "it was archived" in description
    assert "too many pins" in description


async def test_terminal_and_slack_write_at_once(stage: Stage, settings: Settings) -> None:
    """The terminal and Slack write to one incident at the same time, and nothing is lost."""
    await stage.alert()
    channel = await stage.channel()
    await asyncio.gather(
        *(breakglass.record(settings, "1", commands.AddNote(by=BY, text=f"here {n}")) for n in range(5)),
        *(stage.workspace.command("U0ALICE", channel.id, "/incident", f"note there {n}") for n in range(5)),
    )

    texts = {note.text for note in (await stage.incident()).notes.values()}
    assert {f"{where} {n}" for where in ("here", "there") for n in range(5)} == texts


async def test_an_incident_from_declare_to_postmortem(settings: Settings, tmp_path: Path) -> None:
    """An incident is shown, listed and closed, and its postmortem can be written again to another file."""
    await declare_without_slack(settings, DECLARE)
    await breakglass.record(settings, "INC-1", commands.Resolve(by=BY, resolution="the old key is back"))
    listed = await breakglass.listing(settings, every=False)
    closed = await close_incident(settings, "inc-1", BY)
    path = await save_postmortem(settings, "1", tmp_path / "elsewhere.md")

    assert ["INC-1  sev1  resolved       logins fail"] == list(listed)
    assert [] == await breakglass.listing(settings, every=False)
    assert ["INC-1  sev1  closed         logins fail"] == await breakglass.listing(settings, every=True)
    assert closed.startswith("INC-1 is closed. ")
    assert str(tmp_path / "elsewhere.md") == path
    assert "the old key is back" in (tmp_path / "elsewhere.md").read_text()
    assert path == await save_postmortem(settings, "1", tmp_path / "elsewhere.md")


async def test_edits_of_the_postmortem_are_kept(settings: Settings) -> None:
    """Text that people added to the postmortem is kept when it is written again."""
    await declare_without_slack(settings, DECLARE)
    await breakglass.record(settings, "1", commands.Resolve(by=BY))
    path = Path((await close_incident(settings, "1", BY)).split("Postmortem: ")[1])
    path.write_text(path.read_text() + "\n## What we learned\n\nRead the settings first.\n")
    await breakglass.record(settings, "1", commands.AddNote(by=BY, text="a late finding"))
    await save_postmortem(settings, "1", None)

    document = path.read_text()
    assert "Read the settings first." in document
    assert "a late finding" in document


@pytest.mark.parametrize("name", ["INC-2", "two", "", "INC-", "-1", "1.0", "99999999999"])
async def test_an_unknown_incident_is_refused(settings: Settings, name: str) -> None:
    """Every command refuses an unknown incident and says what to do."""
    await declare_without_slack(settings, DECLARE)
    for work in (
        describe(settings, name),
        close_incident(settings, name, BY),
        save_postmortem(settings, name, None),
        breakglass.record(settings, name, commands.AddNote(by=BY, text="x")),
    ):
        with pytest.raises(Refused, match="list --all"):
            await work


async def test_a_note_cannot_fake_a_line(settings: Settings) -> None:
    """Further lines of a note are indented, so that a note cannot look like another timeline entry."""
    await declare_without_slack(settings, DECLARE)
    await breakglass.record(settings, "1", commands.AddNote(by=BY, text="one\n2026-01-01 00:00 UTC  forged"))
    async with assembled(settings) as bot:
        row = await bot.store.journal.append("generic", {}, "{}", bot.recorder.clock())
        await bot.store.journal.settle(row, "quarantined", "labels.a\n7  forged: wrong")

    assert "  2026-01-01 00:00 UTC  forged" in "\n".join(await describe(settings, "1")).splitlines()
    (line,) = await quarantined(settings, None)
    assert line.endswith("labels.a 7 forged: wrong")


async def test_unreadable_bodies_are_listed_and_retried(settings: Settings) -> None:
    """A body that could not be parsed is listed in the quarantine and can be processed again."""
    async with assembled(settings) as bot:
        row = await bot.store.journal.append("alertmanager", {}, "{", bot.recorder.clock())
        await bot.intake.work()

    (line,) = await quarantined(settings, None)
    assert line.startswith(f"{row}  ")
    assert [line] == await quarantined(settings, row)
    with pytest.raises(Refused, match="Body 99 is not in quarantine"):
        await quarantined(settings, 99)
