"""Direct messages, digest, topic, commander question, list, status, help and runbook review."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from bot.domain import events
from bot.domain.escalation.ladder import Need
from bot.domain.insights.learning import feedback_to_runbook
from bot.domain.insights.recipients import DirectMessageEvent
from bot.domain.rules.evolve import fold
from bot.domain.vocabulary import Area, Role, Severity, Status
from bot.slack.incoming.slash.table import SUBCOMMANDS
from bot.slack.mrkdwn import escape
from bot.slack.views import (
    command_help,
    commander_question,
    digest,
    direct_message,
    incident_list,
    runbook_feedback,
    status,
    topic,
)
from tests.domain.given import CHOSEN, DECLARED, NOW, SUSPECTED, TEN, incident_after
from tests.slack.lives import actions, words

ANYWHERE = "You can use `/incident INC-7 note …` and `/incident INC-7 status` anywhere."
COMMANDED = events.RoleAssigned(at=TEN, by="U1", role=Role.COMMANDER, person="U1")


@dataclass(frozen=True, kw_only=True)
class Row:
    """An incident in the list."""

    number: int
    title: str = "logins fail"
    severity: Severity = Severity.SEV1
    status: Status = Status.INVESTIGATING
    channel: str = "C7"
    declared_at: datetime | None = TEN
    drill: bool = False


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (
            events.ChannelDelayed(at=TEN, seconds=39.2),
            f"sev1 incident declared. Slack's rate limit delays its channel by about 40 s. {ANYWHERE}",
        ),
        (
            events.ChannelLost(at=TEN, why="It was archived."),
            f"The incident's channel is unavailable: It was archived. {ANYWHERE}",
        ),
        (
            events.EscalationMade(at=TEN, by="U1", who="U9", reason="stuck"),
            "sev1, investigating. <@U1> *escalated to* <@U9>: stuck\n→ <#C7>",
        ),
        (
            events.EffectFailed(at=TEN, effect="OpenChannel", why="no more names."),
            f"sev1, investigating. The channel could not be opened: no more names. {ANYWHERE}",
        ),
    ],
)
def test_direct_messages(event: DirectMessageEvent, text: str) -> None:
    """A direct message names the incident, what happened, and the commands that work anywhere."""
    assert f"*🔴 INC-7 logins fail*\n{text}" == words(
        direct_message.direct_message(event, incident_after(event))
    )


def test_a_drill_is_marked_in_the_list() -> None:
    """A drill is marked DRILL in the list."""
    assert "🔴 *DRILL INC-7 logins fail* sev1" in words(
        incident_list.listing([Row(number=7, drill=True)], NOW)
    )


def test_the_digest_is_two_lines() -> None:
    """The digest shows severity, status, duration, service, commander and the channel."""
    assert ("🔴 *INC-7 logins fail*  <#C7>\nsev1, investigating · 42 min · auth · commander <@U1>") == words(
        digest.digest(incident_after(COMMANDED), NOW)
    )


def test_the_digest_of_an_incident_without_a_channel() -> None:
    """The digest has no link before the channel is open, and reports if it can't be opened."""
    gave_up = events.EffectFailed(at=TEN, effect="OpenChannel", why="x")
    no_topic = events.EffectFailed(at=TEN, effect="SetTopic", why="x")

    assert words(digest.digest(fold(7, (DECLARED, CHOSEN)), NOW)).startswith("🔴 *INC-7 logins fail*\n")
    assert "(no channel)" in words(digest.digest(fold(7, (DECLARED, gave_up)), NOW))
    assert "(no channel)" not in words(digest.digest(fold(7, (DECLARED, no_topic)), NOW))


def test_the_topic_changes_only_with_the_incident() -> None:
    """The topic shows severity, commander and title without a time, within Slack's 250 characters."""
    long = events.IncidentDeclared(at=TEN, by="U1", title="&" * 120, service="", severity=Severity.SEV2)

    assert "🔴 sev1 · commander <@U1> · logins fail" == topic.topic(incident_after(COMMANDED))
    assert topic.MAX_TOPIC >= len(topic.topic(fold(7, (long,))))


@pytest.mark.parametrize(
    ("title", "rendered"),
    [
        ("*bold* logins & _old_ keys", "∗bold∗ logins &amp; ˍoldˍ keys"),
        ("`rm -rf` and ~gone~", "ˋrm -rfˋ and ∼gone∼"),
        ("2*3 tokens of auth_service", "2*3 tokens of auth_service"),
    ],
)
def test_a_title_reads_alike_everywhere(title: str, rendered: str) -> None:
    """The topic, the list and the status show a title unformatted, like the card's header."""
    declared = events.IncidentDeclared(at=TEN, by="U1", title=title, service="", severity=Severity.SEV2)

    assert topic.topic(fold(7, (declared,))).endswith(f"· {rendered}")
    assert f"*INC-7 {rendered}*" in words(incident_list.listing([Row(number=7, title=title)], NOW))
    assert f"*INC-7 {rendered}*" in words(status.status(fold(7, (declared,)), NOW))


def test_the_commander_question() -> None:
    """The question about the commander has one button."""
    assert [("ask.take_command", "7")] == actions(commander_question.commander_question(incident_after()))


def test_the_list() -> None:
    """The list has a line per incident with a link to its channel."""
    assert "🔴 *INC-7 logins fail* sev1, investigating, 42 min ago <#C7>" == words(
        incident_list.listing([Row(number=7)], NOW)
    )
    assert "No open incidents. Declare one: `/incident new …`" == words(incident_list.listing([], NOW))


def test_a_long_list_is_cut() -> None:
    """A list of more than MAX_ROWS incidents gives the number left out."""
    rendered = words(incident_list.listing([Row(number=n) for n in range(1, 53)], NOW))

    assert incident_list.MAX_ROWS == rendered.count("INC-")
    assert rendered.endswith("… and 12 more")


def test_the_status() -> None:
    """The status shows the current step, open hypotheses, and the latest notes in order of time."""
    notes = [
        events.NoteAdded(at=TEN + timedelta(minutes=n), by="U1", ref=f"note:{n}", text=f"note {n}")
        for n in (3, 1, 2, 5, 4, 6)
    ]
    rendered = words(status.status(incident_after(COMMANDED, SUSPECTED, *notes), NOW))

    assert rendered.startswith("🔴 *INC-7 logins fail*\nsev1, investigating · 42 min · commander <@U1>")
    assert (
        "*Current step:* 1. Settings of auth\n*Hypothesis 1* (database): the pool is full\n→ <#C7>"
        in rendered
    )
    assert [f"note {n}" for n in (2, 3, 4, 5, 6)] == [
        line.split("> ")[1].split(" —")[0] for line in rendered.splitlines() if "note " in line
    ]


def test_help_shows_every_command() -> None:
    """The help lists every command with its usage under its heading, each heading once."""
    rendered = words(command_help.command_help("", SUBCOMMANDS))
    headings = list(dict.fromkeys(row.heading for row in SUBCOMMANDS))

    lines = [f"`/incident {escape(row.usage)}` {escape(row.help)}" for row in SUBCOMMANDS]
    assert [] == [line for line in lines if line not in rendered]
    assert headings == [line.strip("*") for line in rendered.splitlines() if line.startswith("*")]


def test_help_for_an_unknown_command() -> None:
    """An unknown command gets one sentence, with the most similar command if there is one."""
    suggestion = "`/incident status [&lt;status&gt; &lt;why&gt;]`"
    assert f"Unknown command `statsu`. Did you mean {suggestion}? See `/incident help`." == words(
        command_help.command_help("statsu", SUBCOMMANDS)
    )
    assert "Unknown command `&lt;!here&gt;`. See `/incident help`." == words(
        command_help.command_help("<!here>", SUBCOMMANDS)
    )


@pytest.mark.parametrize(
    ("area", "line"),
    [
        (None, "• Cause: the key. No step was marked as the cause."),
        (
            Area.DATABASE,
            "• Cause: the key. No step was marked as the cause. Closest: Connection pool (database)",
        ),
        (Area.NETWORK, "• Cause: the key. No step covers the area network."),
    ],
)
def test_the_cause_in_the_runbook_review(area: Area | None, line: str) -> None:
    """The review gives the cause and the step that covers it. It reports a gap only if the area is known."""
    incident = incident_after(CHOSEN, events.CauseNamed(at=TEN, by="U1", text="the key", area=area))
    feedback = feedback_to_runbook(incident)

    assert feedback
    assert words(runbook_feedback.runbook_feedback(feedback, incident)).endswith(line)


def test_a_cause_ends_in_one_full_stop() -> None:
    """No second period is added to a cause that ends with one."""
    incident = incident_after(CHOSEN, events.CauseNamed(at=TEN, by="U1", text="the key.", area=Area.DATABASE))
    feedback = feedback_to_runbook(incident)

    assert feedback
    assert "Cause: the key. No step" in words(runbook_feedback.runbook_feedback(feedback, incident))


def test_no_commander_is_expected_after_the_close() -> None:
    """The topic of a closed incident has no commander, without "yet"."""
    closed = incident_after(events.IncidentResolved(at=TEN, by="U1"), events.IncidentClosed(at=TEN, by="U1"))

    assert "· no commander yet ·" in topic.topic(incident_after())
    assert "· no commander ·" in topic.topic(closed)


def test_commands_outside_the_channel_have_the_number() -> None:
    """Commands in a direct message start with the incident's number."""
    due = events.EscalationDue(at=TEN, rung=1, lack=Need.COMMANDER, due_at=TEN)
    message = words(direct_message.direct_message(due, incident_after(due)))

    assert "*No incident commander yet.* Take it: `/incident INC-7 lead`" in message
