"""Commands, clicks and forms over HTTP: answered at once, refused with a sentence, recorded once."""

import asyncio

import pytest

from bot.domain.vocabulary import Severity, Status, StepOutcome
from bot.slack.views import card, command_help, declare, skip, step
from bot.workspace import Channel, CommandAnswer, View
from tests.stage import Stage

HERE = "C0GENERAL"


@pytest.fixture
async def channel(stage: Stage) -> Channel:
    """Return the channel of INC-1, with its effects done and Alice and Bob in it."""
    await stage.workspace.command("U0ALICE", HERE, "/incident", "new logins fail sev1 service:auth")
    channel = await stage.channel()
    await stage.workspace.join("U0ALICE", channel.id)
    await stage.workspace.join("U0BOB", channel.id)
    await stage.quiet()
    return channel


async def run_command(stage: Stage, channel: str, text: str, person: str = "U0ALICE") -> CommandAnswer:
    """Type a slash command and wait for its effects."""
    answer = await stage.workspace.command(person, channel, "/incident", text)
    await stage.quiet()
    return answer


def open_view(stage: Stage) -> View:
    """Return the one modal that is open."""
    (view,) = stage.workspace.views.values()
    return view


def ephemerals(stage: Stage, person: str) -> list[str]:
    """Return the ephemeral messages to this person."""
    return [message.text for message in stage.workspace.ephemerals if message.user == person]


async def wait_for_ephemeral(stage: Stage, person: str, text: str) -> None:
    """Wait until this person has got an ephemeral message with the text: replies come after the 200."""
    await stage.workspace.until(lambda: any(text in message for message in ephemerals(stage, person)))


async def test_declaring_answers_at_once_and_opens_the_channel(stage: Stage) -> None:
    """A declaration is answered with the incident's number, and the channel opens."""
    answer = await run_command(stage, HERE, "new logins fail sev1 service:auth")

    assert 200 == answer.status
    assert "INC-1" in answer.text
    incident = await stage.incident()
    assert ("logins fail", "auth", Severity.SEV1) == (incident.title, incident.service, incident.severity)
    assert "inc-1-logins-fail" == (await stage.channel()).name


async def test_a_command_in_the_channel_needs_no_answer(stage: Stage, channel: Channel) -> None:
    """A command in the incident's channel gets no answer, because its effect is posted there."""
    answer = await run_command(stage, channel.id, "impact logins fail for 30% of users")

    assert (200, "") == (answer.status, answer.text)
    assert any("30%" in str(message.blocks) for message in stage.posts(channel))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("close", "Resolve or cancel it first"),
        ("reopen", "is already open"),
        ("cancel", "Say why"),
        ("note", "The text is missing"),
        ("confirmed 7 seen", "no hypothesis 7"),
        ("INC-99 status", "There is no INC-99"),
        ("INC-999999999 note hm", "There is no INC-999999999"),
        ("action later: due:2026-13-45", "is not a date"),
        ("severity huge", "severity"),
    ],
)
async def test_a_refusal_is_an_ephemeral_sentence(
    stage: Stage, channel: Channel, text: str, message: str
) -> None:
    """A refused command is answered with an ephemeral message, and nothing is recorded."""
    before = await stage.incident()
    answer = await run_command(stage, channel.id, text)

    assert message.lower() in answer.text.lower()
    assert (answer.ephemeral or {}).get("response_type") == "ephemeral"
    assert before.version == (await stage.incident()).version


async def test_an_unknown_command_suggests_the_nearest_one(stage: Stage, channel: Channel) -> None:
    """An unknown command is answered with the nearest command, and nothing is recorded."""
    answer = await run_command(stage, channel.id, "sevrity sev2")

    assert "severity" in str(answer.ephemeral)
    assert Severity.SEV1 is (await stage.incident()).severity


async def test_prose_outside_an_incident_offers_the_form(stage: Stage) -> None:
    """Prose opens the form with that title. An invalid field is rejected, and a valid form declares."""
    await run_command(stage, HERE, "nobody can log in since the deploy")
    view = open_view(stage)
    assert "nobody can log in since the deploy" in str(view.content)
    wrong = await stage.workspace.submit("U0ALICE", view.id, {declare.TITLE: " "})
    assert declare.TITLE in wrong["errors"]
    answer = await stage.workspace.submit(
        "U0ALICE", view.id, {declare.TITLE: "nobody can log in", declare.IMPACT: "all users"}
    )
    await stage.quiet()

    assert "update" == answer["response_action"]
    assert "INC-1" in str(answer["view"])
    incident = await stage.incident()
    assert ("nobody can log in", "U0ALICE") == (incident.title, incident.commander)


async def test_text_is_escaped_once(stage: Stage) -> None:
    """Slack delivers & < > escaped. They are shown as typed, and `<!channel>` notifies nobody."""
    await run_command(stage, HERE, "new a < b && c > d <!channel>")
    channel = await stage.channel()
    await run_command(stage, channel.id, "impact 1 < 2 && 3 > 2")

    assert "a < b && c > d @channel" == (await stage.incident()).title
    posted = str([message.blocks for message in stage.posts(channel)])
    assert "1 &lt; 2 &amp;&amp; 3 &gt; 2" in posted
    assert "<!channel>" not in posted
    assert "&amp;amp;" not in posted


async def test_a_command_delivered_twice_is_recorded_once(stage: Stage, channel: Channel) -> None:
    """A command that is delivered twice is answered twice and recorded once."""
    await run_command(stage, channel.id, "note restarted auth")
    version = (await stage.incident()).version
    again = await stage.workspace.redeliver(
        max(
            index
            for index, delivery in enumerate(stage.workspace.deliveries)
            if delivery.kind == "slash_commands"
        )
    )
    await stage.quiet()

    assert (200, version) == (again.status, (await stage.incident()).version)


async def test_two_people_press_the_same_button(stage: Stage, channel: Channel) -> None:
    """Of two people who take command, one does, and the other gets an ephemeral message."""
    ts = (await stage.incident()).messages["card"][1]
    statuses = await asyncio.gather(
        *(stage.workspace.click(person, channel.id, ts, card.TAKE_COMMAND) for person in ("U0ALICE", "U0BOB"))
    )
    await stage.quiet()

    first = (await stage.incident()).commander
    slower = ({"U0ALICE", "U0BOB"} - {first}).pop()
    assert [200, 200] == statuses
    await wait_for_ephemeral(stage, slower, "Already done")
    assert "Already done" not in str(ephemerals(stage, first))


async def test_a_button_of_an_outdated_card(stage: Stage, channel: Channel) -> None:
    """A click on an outdated card is answered with the current status."""
    ts = (await stage.incident()).messages["card"][1]
    old = list(channel.message(ts).blocks)
    await run_command(stage, channel.id, "resolve rolled back")
    channel.message(ts).blocks = old
    status = await stage.workspace.click("U0BOB", channel.id, ts, card.RESOLVE)

    assert 200 == status
    await wait_for_ephemeral(stage, "U0BOB", "it is resolved")
    assert Status.RESOLVED is (await stage.incident()).status


async def test_a_button_of_another_version_is_refused(stage: Stage, channel: Channel) -> None:
    """A button that this version does not know is refused with a message."""
    ts = (await stage.incident()).messages["card"][1]
    button = {"type": "button", "action_id": "card.dance", "text": {"type": "plain_text", "text": "Dance"}}
    channel.message(ts).blocks = [
        {"type": "actions", "block_id": "b", "elements": [{**button, "value": "1"}]}
    ]
    status = await stage.workspace.click("U0ALICE", channel.id, ts, "card.dance")

    assert 200 == status
    await wait_for_ephemeral(stage, "U0ALICE", "another version")


async def test_a_form_of_another_version_is_refused(stage: Stage) -> None:
    """A form that this version does not know shows a message and records nothing."""
    await run_command(stage, HERE, "new")
    view = open_view(stage)
    view.content["callback_id"] = "declare.old"
    answer = await stage.workspace.submit("U0ALICE", view.id, {declare.TITLE: "nobody can log in"})

    assert "another version" in str(answer["view"])
    assert [] == await stage.bot.store.log.incidents()


async def test_skipping_a_step_asks_for_a_reason(stage: Stage, channel: Channel) -> None:
    """Skipping a step opens a form, which rejects an empty reason. The reason is recorded."""
    incident = await stage.incident()
    assert incident.investigation.current_step
    step_id = incident.investigation.current_step.id
    ts = incident.messages[f"step:{step_id}"][1]
    assert 200 == await stage.workspace.click("U0ALICE", channel.id, ts, step.SKIP)
    view = open_view(stage)
    assert skip.WHY in (await stage.workspace.submit("U0ALICE", view.id, {skip.WHY: "  "}))["errors"]
    await stage.workspace.submit("U0ALICE", view.id, {skip.WHY: "no access"})
    await stage.quiet()

    state = (await stage.incident()).investigation.state_of(step_id)
    assert (StepOutcome.SKIPPED, "no access", "U0ALICE") == (state.outcome, state.evidence, state.by)


async def test_a_step_finished_in_the_meantime_is_not_skipped(stage: Stage, channel: Channel) -> None:
    """If somebody finishes the step while the form is open, the form shows that, and nothing changes."""
    incident = await stage.incident()
    assert incident.investigation.current_step
    step_id = incident.investigation.current_step.id
    ts = incident.messages[f"step:{step_id}"][1]
    await stage.workspace.click("U0ALICE", channel.id, ts, step.SKIP)
    view = open_view(stage)
    await stage.workspace.click("U0BOB", channel.id, ts, step.FOUND)
    answer = await stage.workspace.submit("U0ALICE", view.id, {skip.WHY: "no access"})

    assert "Already done" in str(answer["view"])
    assert " at <!date^" in str(answer["view"])  # in the reader's own time zone
    assert StepOutcome.FOUND is (await stage.incident()).investigation.state_of(step_id).outcome


async def test_the_help_has_a_button_to_declare(stage: Stage) -> None:
    """The button of the help opens the form that declares an incident."""
    await run_command(stage, HERE, "help")
    reply = stage.workspace.ephemerals[-1]
    await stage.workspace.click("U0ALICE", HERE, reply.ts, command_help.DECLARE)

    assert declare.SUBMIT == open_view(stage).content["callback_id"]


async def test_a_form_that_slack_does_not_open_is_reported(stage: Stage) -> None:
    """If Slack does not open a form, the person gets a message."""
    stage.workspace.faults.add("views.open", "error", error="expired_trigger_id")
    answer = await run_command(stage, HERE, "new")

    assert "Slack did not open the form" in answer.text
