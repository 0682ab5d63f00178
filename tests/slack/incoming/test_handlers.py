"""Request handlers: what a command or a click records, and the answer, without Slack."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.config.runbooks import load_runbooks
from bot.config.settings import Service, Settings
from bot.domain import events
from bot.domain.errors import Refused
from bot.engine.record import Recorder
from bot.engine.runbook_library import RunbookLibrary
from bot.probes import PROBES
from bot.slack.dates import on_both_clocks
from bot.slack.incoming.handlers import Answer, RequestHandlers
from bot.slack.incoming.slash import requests
from bot.slack.incoming.slash.parse import split
from bot.slack.views import card
from bot.slack.views.blocks import Screen
from bot.store import open_store

HERE, CHANNEL = "C0GENERAL", "C7"


@pytest.fixture
async def handlers(settings: Settings) -> AsyncIterator[RequestHandlers]:
    """Return handlers with a service `auth` and with INC-1, which has a channel."""
    auth = Service(runbook="auth-outage", invite=("U0CAROL",))
    settings = replace(settings, services={"auth": auth})
    store = await open_store(settings.database)
    runbooks = RunbookLibrary(load_runbooks(settings.runbooks, PROBES))
    handlers = RequestHandlers(recorder=Recorder(store), settings=settings, runbooks=runbooks)
    await ask(handlers, "new logins fail sev1 service:auth <@U0DAVE|dave>", HERE)
    opened = events.ChannelOpened(at=handlers.recorder.clock(), channel=CHANNEL, name="inc-1")
    await handlers.recorder.learn(1, (opened,))
    yield handlers
    await store.close()


async def ask(handlers: RequestHandlers, text: str, channel: str = CHANNEL, once: str = "") -> Answer:
    """Type a command as Alice and return the answer."""
    return await handlers.command(
        split(text, "U0ALICE"), name="alice", channel=channel, once=once or f"command:{text}"
    )


async def test_oncall_escalates_to_everyone_listed(handlers: RequestHandlers) -> None:
    """`escalate oncall` escalates once to each person that the runbook or the service lists."""
    await ask(handlers, "escalate oncall: nobody knows the token service")

    rows = await handlers.recorder.store.log.events(1)
    escalations = [row.event for row in rows if isinstance(row.event, events.EscalationMade)]
    assert [("senior developers", 0), ("U0CAROL", 0)] == [
        (escalation.who, escalation.rung) for escalation in escalations
    ]
    assert {"nobody knows the token service"} == {escalation.reason for escalation in escalations}


async def test_declaring_chooses_the_runbook_and_invites_people(handlers: RequestHandlers) -> None:
    """Declaring invites the people named, those of the service and those always invited, each once."""
    incident = await handlers.recorder.load(1)

    assert incident.investigation.runbook
    assert "auth-outage" == incident.investigation.runbook.id
    assert ("U0DAVE", "U0CAROL", "U0ALICE", "U0BOB") == incident.people
    assert {"U0ALICE": "alice"} == await handlers.recorder.store.transcript.people()


@pytest.mark.parametrize(
    ("channel", "text", "answer"),
    [
        (CHANNEL, "note restarted auth", None),
        (HERE, "INC-1 note restarted auth", f"Done. Your note is on INC-1's timeline. → <#{CHANNEL}>"),
        (HERE, "inc-1: severity sev1", f"INC-1 is already sev1. → <#{CHANNEL}>"),
        (CHANNEL, "severity sev1", f"INC-1 is already sev1. → <#{CHANNEL}>"),
    ],
)
async def test_the_answer_depends_on_the_channel(
    handlers: RequestHandlers, channel: str, text: str, answer: str | None
) -> None:
    """In the incident's channel a command is answered only if it changed nothing, elsewhere always."""
    reply = await ask(handlers, text, channel)

    assert answer == (reply.text if isinstance(reply, Screen) else reply)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("note {} restarted auth", "Your note is on INC-1's timeline at {}."),
        ("impact no logins since {}", "INC-1's impact is recorded, starting at {}."),
    ],
)
async def test_the_answer_repeats_the_time_in_both_zones(
    handlers: RequestHandlers, text: str, answer: str
) -> None:
    """The answer shows a typed time in local time and in UTC, so that a wrong time zone is noticed."""
    at = (handlers.recorder.clock() - timedelta(days=1)).replace(second=0, microsecond=0)
    reply = await ask(handlers, f"INC-1 {text.format(f'{at:%Y-%m-%d %H:%M}')}", HERE)

    assert isinstance(reply, Screen)
    assert f"Done. {answer.format(on_both_clocks(at, date=True))} → <#{CHANNEL}>" == reply.text


async def test_finishing_a_step_is_answered_with_its_name(handlers: RequestHandlers) -> None:
    """The answer names the finished step even in the incident's channel, because the command may not."""
    incident = await handlers.recorder.load(1)
    assert incident.investigation.current_step
    reply = await ask(handlers, "clear as in git")

    assert isinstance(reply, Screen)
    assert f"✓ “1. {incident.investigation.current_step.title}”: clear (INC-1)." == reply.text


async def test_a_long_list_is_cut(handlers: RequestHandlers) -> None:
    """The list shows how many incidents it leaves out."""
    for number in range(2, 122):
        await ask(handlers, f"new outage {number}", HERE)
    reply = await ask(handlers, "list", HERE)

    assert isinstance(reply, Screen)
    assert ("121 incidents", True) == (reply.text, "… and 81 more" in str(reply.blocks))


async def test_an_incident_can_be_named_from_the_channel_of_another(handlers: RequestHandlers) -> None:
    """A command that names INC-2 in the channel of INC-1 is recorded for INC-2."""
    await ask(handlers, "new disk full", HERE)
    await ask(handlers, "INC-2 note freed some", CHANNEL)

    assert (0, 1) == (
        len((await handlers.recorder.load(1)).notes),
        len((await handlers.recorder.load(2)).notes),
    )


async def test_a_repeated_request_is_recorded_once(handlers: RequestHandlers) -> None:
    """A repeated request is answered as before and recorded once."""
    answers = [await ask(handlers, "INC-1 note x", HERE, once="command:7") for _ in range(3)]

    assert answers[0] == answers[1] == answers[2]
    assert 1 == len((await handlers.recorder.load(1)).notes)


@pytest.mark.parametrize(
    ("channel", "text", "why"),
    [
        (HERE, "status", "Which incident"),
        (HERE, "note x", "Which incident"),
        (HERE, "INC-9 note x", "There is no INC-9"),
        (HERE, "INC-0 note x", "Which incident|There is no INC-0"),
        (CHANNEL, "INC-0 note x", "There is no INC-0"),
        (CHANNEL, "INC-999999999 note x", "There is no INC-999999999"),
    ],
)
async def test_a_command_without_an_incident_is_refused(
    handlers: RequestHandlers, channel: str, text: str, why: str
) -> None:
    """A command that names no incident or an unknown one is refused with a sentence."""
    with pytest.raises(Refused, match=why):
        await ask(handlers, text, channel)


async def test_a_click_is_read_again_after_a_conflict(handlers: RequestHandlers) -> None:
    """If the incident changes in the meantime, the meaning of a click is decided again."""
    people = ("U0ALICE", "U0BOB", "U0CAROL")
    answers = await asyncio.gather(
        *(handlers.click(card.TAKE_COMMAND, "1", person, f"click:{person}") for person in people),
        return_exceptions=True,
    )

    commander = (await handlers.recorder.load(1)).commander
    assert [people.index(commander)] == [index for index, answer in enumerate(answers) if answer is None]
    refused = [str(answer) for answer in answers if isinstance(answer, Refused)]
    assert [f"Already done: <@{commander}> is incident commander (INC-1)."] * 2 == refused


async def test_showing_a_screen_records_nothing(handlers: RequestHandlers) -> None:
    """Help, list, status and the forms change no incident."""
    version = (await handlers.recorder.load(1)).version
    answers = [await ask(handlers, text) for text in ("help", "list", "list all", "status", "", "new")]
    incident = await handlers.recorder.load(1)
    assert incident.investigation.current_step
    skip = await handlers.show(
        requests.ShowSkipForm(step=incident.investigation.current_step.id), incident, "U0ALICE"
    )

    assert version == (await handlers.recorder.load(1)).version
    assert [Screen] * 5 + [dict] == [type(answer) for answer in answers]
    assert isinstance(skip, dict)
    with pytest.raises(Refused, match="no such step"):
        await handlers.show(requests.ShowSkipForm(step="dance"), await handlers.recorder.load(1), "U0ALICE")
