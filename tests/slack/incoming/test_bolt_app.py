"""Commands, clicks and forms, as people use them: answered at once, refused in words, never done twice."""

import asyncio

import pytest

from bot.domain.vocabulary import Severity, Status, StepOutcome
from bot.slack.views import card, command_help, declare, skip, step
from bot.workspace import Channel, CommandAnswer, View
from tests.stage import Stage

HERE = "C0GENERAL"


@pytest.fixture
async def channel(stage: Stage) -> Channel:
    """The channel of INC-1, all quiet."""
    await stage.workspace.command("U0ALICE", HERE, "/incident", "new logins fail sev1 service:auth")
    channel = await stage.channel()
    await stage.workspace.join("U0ALICE", channel.id)
    await stage.workspace.join("U0BOB", channel.id)
    await stage.quiet()
    return channel


async def typed(stage: Stage, channel: str, text: str, person: str = "U0ALICE") -> CommandAnswer:
    """Type a slash command and let its effects happen."""
    answer = await stage.workspace.command(person, channel, "/incident", text)
    await stage.quiet()
    return answer


def the_view(stage: Stage) -> View:
    """Return the one modal that is open."""
    (view,) = stage.workspace.views.values()
    return view


def whispers(stage: Stage, person: str) -> list[str]:
    """Return what only this person was shown."""
    return [one.text for one in stage.workspace.ephemerals if one.user == person]


async def test_declaring_answers_at_once_and_opens_the_channel(stage: Stage) -> None:
    """The person reads which incident it became."""
    answer = await typed(stage, HERE, "new logins fail sev1 service:auth")

    assert 200 == answer.status
    assert "INC-1" in answer.text
    incident = await stage.incident()
    assert ("logins fail", "auth", Severity.SEV1) == (incident.title, incident.service, incident.severity)
    assert "inc-1-logins-fail" == (await stage.channel()).name


async def test_what_is_said_in_the_channel_needs_no_answer(stage: Stage, channel: Channel) -> None:
    """Everybody reads it there anyway."""
    answer = await typed(stage, channel.id, "impact logins fail for 30% of users")

    assert (200, "") == (answer.status, answer.text)
    assert any("30%" in str(message.blocks) for message in stage.said(channel))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("close", "Resolve or cancel it first"),
        ("reopen", "is already open"),
        ("cancel", "Say why"),
        ("note", "The text is missing"),
        ("confirmed 7 seen", "no hypothesis 7"),
        ("INC-99 status", "There is no INC-99"),
        ("INC-999999999 note hm", "There is no INC-999999999"),
        ("action later: due:2026-13-45", "no date"),
        ("severity huge", "severity"),
    ],
)
async def test_a_refusal_is_a_sentence_for_the_person_alone(
    stage: Stage, channel: Channel, text: str, said: str
) -> None:
    """Nothing is written, nobody else reads it, and it says what to do."""
    before = await stage.incident()
    answer = await typed(stage, channel.id, text)

    assert said.lower() in answer.text.lower()
    assert (answer.ephemeral or {}).get("response_type") == "ephemeral"
    assert before.version == (await stage.incident()).version


async def test_an_unknown_word_is_answered_with_help(stage: Stage, channel: Channel) -> None:
    """And with the word that was probably meant."""
    answer = await typed(stage, channel.id, "sevrity sev2")

    assert "severity" in str(answer.ephemeral)
    assert Severity.SEV1 is (await stage.incident()).severity


async def test_prose_outside_an_incident_offers_the_form(stage: Stage) -> None:
    """Filled in with what was typed; leaving a field wrong is said beside it, and sending it declares."""
    await typed(stage, HERE, "nobody can log in since the deploy")
    view = the_view(stage)
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


async def test_what_was_typed_is_shown_as_it_was_typed(stage: Stage) -> None:
    """Slack escapes & < > on the way in; they come out as typed, once, and page nobody."""
    await typed(stage, HERE, "new a < b && c > d <!channel>")
    channel = await stage.channel()
    await typed(stage, channel.id, "impact 1 < 2 && 3 > 2")

    assert "a < b && c > d @channel" == (await stage.incident()).title
    shown = str([message.blocks for message in stage.said(channel)])
    assert "1 &lt; 2 &amp;&amp; 3 &gt; 2" in shown
    assert "<!channel>" not in shown
    assert "&amp;amp;" not in shown


async def test_a_command_delivered_twice_counts_once(stage: Stage, channel: Channel) -> None:
    """And the person is answered as before."""
    await typed(stage, channel.id, "note restarted auth")
    version = (await stage.incident()).version
    again = await stage.workspace.redeliver(
        max(n for n, one in enumerate(stage.workspace.deliveries) if one.kind == "slash_commands")
    )
    await stage.quiet()

    assert (200, version) == (again.status, (await stage.incident()).version)


async def test_two_people_press_the_same_button(stage: Stage, channel: Channel) -> None:
    """One takes command; the other is told, alone, who was quicker."""
    shown = (await stage.incident()).messages["card"][1]
    statuses = await asyncio.gather(
        *(stage.workspace.click(who, channel.id, shown, card.TAKE_COMMAND) for who in ("U0ALICE", "U0BOB"))
    )
    await stage.quiet()

    first = (await stage.incident()).commander
    slower = ({"U0ALICE", "U0BOB"} - {first}).pop()
    assert [200, 200] == statuses
    assert "Already done" in whispers(stage, slower)[-1]
    assert "Already done" not in str(whispers(stage, first))


async def test_the_button_of_an_old_card(stage: Stage, channel: Channel) -> None:
    """Somebody whose Slack shows the card of an hour ago is told how it stands now."""
    shown = (await stage.incident()).messages["card"][1]
    old = list(channel.message(shown).blocks)
    await typed(stage, channel.id, "resolve rolled back")
    channel.message(shown).blocks = old
    status = await stage.workspace.click("U0BOB", channel.id, shown, card.RESOLVE)

    assert 200 == status
    assert "it is resolved" in whispers(stage, "U0BOB")[-1]
    assert Status.RESOLVED is (await stage.incident()).status


async def test_a_button_of_another_version(stage: Stage, channel: Channel) -> None:
    """Is answered with a sentence, not with an error."""
    shown = (await stage.incident()).messages["card"][1]
    button = {"type": "button", "action_id": "card.dance", "text": {"type": "plain_text", "text": "Dance"}}
    channel.message(shown).blocks = [
        {"type": "actions", "block_id": "b", "elements": [{**button, "value": "1"}]}
    ]
    status = await stage.workspace.click("U0ALICE", channel.id, shown, "card.dance")

    assert 200 == status
    assert "another version" in whispers(stage, "U0ALICE")[-1]


async def test_a_form_of_another_version(stage: Stage) -> None:
    """Is answered with a sentence in its place, not with an error, and declares nothing."""
    await typed(stage, HERE, "new")
    view = the_view(stage)
    view.content["callback_id"] = "declare.of.old"
    answer = await stage.workspace.submit("U0ALICE", view.id, {declare.TITLE: "nobody can log in"})

    assert "another version" in str(answer["view"])
    assert [] == await stage.bot.store.log.incidents()


async def test_skipping_a_step_asks_why(stage: Stage, channel: Channel) -> None:
    """The reason stays visible; an empty one is said beside the field; who comes second is told."""
    incident = await stage.incident()
    assert incident.investigation.current_step
    step_id = incident.investigation.current_step.id
    shown = incident.messages[f"step:{step_id}"][1]
    assert 200 == await stage.workspace.click("U0ALICE", channel.id, shown, step.SKIP)
    view = the_view(stage)
    assert skip.WHY in (await stage.workspace.submit("U0ALICE", view.id, {skip.WHY: "  "}))["errors"]
    await stage.workspace.submit("U0ALICE", view.id, {skip.WHY: "no access"})
    await stage.quiet()

    state = (await stage.incident()).investigation.state_of(step_id)
    assert (StepOutcome.SKIPPED, "no access", "U0ALICE") == (state.outcome, state.evidence, state.by)


async def test_a_step_that_somebody_finished_meanwhile_is_not_skipped(stage: Stage, channel: Channel) -> None:
    """The form of the slower one says so in place."""
    incident = await stage.incident()
    assert incident.investigation.current_step
    step_id = incident.investigation.current_step.id
    shown = incident.messages[f"step:{step_id}"][1]
    await stage.workspace.click("U0ALICE", channel.id, shown, step.SKIP)
    view = the_view(stage)
    await stage.workspace.click("U0BOB", channel.id, shown, step.FOUND)
    answer = await stage.workspace.submit("U0ALICE", view.id, {skip.WHY: "no access"})

    assert "Already done" in str(answer["view"])
    assert " at <!date^" in str(answer["view"])  # on the reader's own clock
    assert StepOutcome.FOUND is (await stage.incident()).investigation.state_of(step_id).outcome


async def test_the_help_has_a_button_that_declares(stage: Stage) -> None:
    """It opens the form."""
    await typed(stage, HERE, "help")
    shown = stage.workspace.ephemerals[-1]
    await stage.workspace.click("U0ALICE", HERE, shown.ts, command_help.DECLARE)

    assert declare.SUBMIT == the_view(stage).content["callback_id"]


async def test_a_form_that_slack_does_not_open_is_said(stage: Stage) -> None:
    """With the way that works without."""
    stage.workspace.faults.add("views.open", "error", error="expired_trigger_id")
    answer = await typed(stage, HERE, "new")

    assert "Slack did not open the form" in answer.text
