"""The desk: what a command or click becomes in the log, and what is answered; no Slack in sight."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from bot.config.runbooks import load_runbooks
from bot.config.settings import Service, Settings
from bot.domain import commands, events
from bot.domain.errors import Refused
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Role
from bot.engine.record import Recorder
from bot.engine.runbook_library import RunbookLibrary
from bot.probes import PROBES
from bot.slack.dates import on_both_clocks
from bot.slack.incoming.handlers import Form, RequestHandlers
from bot.slack.incoming.slash import requests
from bot.slack.views.blocks import Screen
from bot.store import open_store

HERE, CHANNEL = "C0GENERAL", "C7"


@pytest.fixture
async def desk(settings: Settings) -> AsyncIterator[RequestHandlers]:
    """A desk where `auth` is known, with INC-1 in its channel."""
    auth = Service(runbook="auth-outage", invite=("U0CAROL",))
    settings = replace(settings, services={"auth": auth})
    store = await open_store(settings.database)
    experience = RunbookLibrary(load_runbooks(settings.runbooks, PROBES))
    desk = RequestHandlers(recorder=Recorder(store), settings=settings, experience=experience)
    await ask(desk, "new logins fail sev1 service:auth <@U0DAVE|dave>", HERE)
    opened = events.ChannelOpened(at=desk.recorder.clock(), channel=CHANNEL, name="inc-1")
    await desk.recorder.learn(1, (opened,))
    yield desk
    await store.close()


async def ask(
    desk: RequestHandlers, text: str, channel: str = CHANNEL, request: str = ""
) -> Screen | Form | None:
    """Type a command as Alice."""
    return await desk.command(
        person="U0ALICE", name="alice", channel=channel, text=text, request=request or f"command:{text}"
    )


async def test_whoever_is_on_call_is_called_by_that_name(desk: RequestHandlers) -> None:
    """As a rung of the ladder calls them: whom the runbook and the service name, each once."""
    await ask(desk, "escalate oncall: nobody knows the token service")

    rows = await desk.recorder.store.log.events(1)
    made = [row.event for row in rows if isinstance(row.event, events.EscalationMade)]
    assert [("senior developers", 0), ("U0CAROL", 0)] == [(one.who, one.rung) for one in made]
    assert {"nobody knows the token service"} == {one.reason for one in made}


async def test_declaring_brings_runbook_and_people(desk: RequestHandlers) -> None:
    """Those named, those of the service, and those who always come; each once."""
    incident = await desk.incident(1)

    assert incident.investigation.runbook
    assert "auth-outage" == incident.investigation.runbook.id
    assert ("U0DAVE", "U0CAROL", "U0ALICE", "U0BOB") == incident.people
    assert {"U0ALICE": "alice"} == await desk.recorder.store.transcript.people()


@pytest.mark.parametrize(
    ("channel", "text", "answer"),
    [
        (CHANNEL, "note restarted auth", None),
        (HERE, "INC-1 note restarted auth", f"Written down for INC-1. → <#{CHANNEL}>"),
        (HERE, "inc-1: severity sev1", f"INC-1: that is so already. → <#{CHANNEL}>"),
        (CHANNEL, "severity sev1", f"INC-1: that is so already. → <#{CHANNEL}>"),
    ],
)
async def test_the_answer_depends_on_where_it_was_said(
    desk: RequestHandlers, channel: str, text: str, answer: str | None
) -> None:
    """In the channel everybody reads what happened; elsewhere, or when nothing did, the person is told."""
    shown = await ask(desk, text, channel)

    assert answer == (shown.text if isinstance(shown, Screen) else shown)


@pytest.mark.parametrize("text", ["note {} restarted auth", "impact no logins since {}"])
async def test_a_time_that_was_typed_is_said_back_on_both_clocks(desk: RequestHandlers, text: str) -> None:
    """Who typed the time on the wall sees at once that it was taken for UTC."""
    at = (desk.recorder.clock() - timedelta(days=1)).replace(second=0, microsecond=0)
    shown = await ask(desk, f"INC-1 {text.format(f'{at:%Y-%m-%d %H:%M}')}", HERE)

    assert isinstance(shown, Screen)
    assert f"Written down for INC-1, time {on_both_clocks(at, date=True)}. → <#{CHANNEL}>" == shown.text


async def test_who_ends_a_step_reads_which_one(desk: RequestHandlers) -> None:
    """Also in its channel: it was not named, or not the one that was meant."""
    incident = await desk.incident(1)
    assert incident.investigation.current_step
    shown = await ask(desk, "clear as in git")

    assert isinstance(shown, Screen)
    assert f"✓ “{incident.investigation.current_step.title}”: clear (INC-1)." == shown.text


async def test_a_list_says_how_many_it_leaves_out(desk: RequestHandlers) -> None:
    """However many there are."""
    for n in range(2, 122):
        await ask(desk, f"new outage {n}", HERE)
    shown = await ask(desk, "list", HERE)

    assert isinstance(shown, Screen)
    assert ("121 incidents", True) == (shown.text, "… and 81 more" in str(shown.blocks))


async def test_an_incident_can_be_named_from_the_channel_of_another(desk: RequestHandlers) -> None:
    """The name wins over the channel."""
    await ask(desk, "new disk full", HERE)
    await ask(desk, "INC-2 note freed some", CHANNEL)

    assert (0, 1) == (len((await desk.incident(1)).notes), len((await desk.incident(2)).notes))


async def test_the_same_request_is_answered_alike(desk: RequestHandlers) -> None:
    """And written once."""
    answers = [await ask(desk, "INC-1 note x", HERE, request="command:7") for _ in range(3)]

    assert answers[0] == answers[1] == answers[2]
    assert 1 == len((await desk.incident(1)).notes)


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
async def test_a_refusal_names_what_is_missing(
    desk: RequestHandlers, channel: str, text: str, why: str
) -> None:
    """So that the next try succeeds."""
    with pytest.raises(Refused, match=why):
        await ask(desk, text, channel)


async def test_a_click_is_read_again_when_somebody_was_quicker(desk: RequestHandlers) -> None:
    """What the button means is decided on what stands when it is written, not on what was seen before."""

    def take_command(person: str, incident: Incident | None) -> commands.AnyCommand:
        if incident and incident.commander:
            raise Refused(f"Already done: {incident.commander} commands")
        return commands.AssignRole(by=person, role=Role.COMMANDER, person=person)

    people = ("U0ALICE", "U0BOB", "U0CAROL")
    answers = await asyncio.gather(
        *(desk.click(partial(take_command, person), 1, person, f"click:{person}") for person in people),
        return_exceptions=True,
    )

    commander = (await desk.incident(1)).commander
    assert [people.index(commander)] == [n for n, answer in enumerate(answers) if answer is None]
    refused = [str(answer) for answer in answers if isinstance(answer, Refused)]
    assert [f"Already done: {commander} commands"] * 2 == refused


async def test_what_only_shows_writes_nothing(desk: RequestHandlers) -> None:
    """Help, list, status and the forms."""
    version = (await desk.incident(1)).version
    shown = [
        await ask(desk, text) for text in ("help", "list", "list all", "status", "", "postmortem", "new")
    ]
    incident = await desk.incident(1)
    assert incident.investigation.current_step
    skip = await desk.show(
        requests.ShowSkipForm(step=incident.investigation.current_step.id), incident, "U0ALICE"
    )

    assert version == (await desk.incident(1)).version
    assert [Screen] * 6 + [Form] == [type(one) for one in shown]
    assert isinstance(skip, Form)
    with pytest.raises(Refused, match="no such step"):
        await desk.show(requests.ShowSkipForm(step="dance"), await desk.incident(1), "U0ALICE")
