"""The small screens: direct messages, the digest, the topic, the ask for a commander, the answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from bot.domain import events
from bot.domain.insights.learning import feedback_to_runbook
from bot.domain.insights.recipients import DirectMessageEvent
from bot.domain.rules.evolve import fold
from bot.domain.vocabulary import Area, Role, Severity, Status
from bot.slack.incoming.slash.table import SUBCOMMANDS
from bot.slack.mrkdwn import escape
from bot.slack.views import commander_question, digest, direct_message, incident_list, runbook_feedback, topic
from tests.domain.given import CHOSEN, DECLARED, NOW, SUSPECTED, TEN, incident_after
from tests.slack.lives import actions, words

ANYWHERE = "`/incident INC-7 note …` and `/incident INC-7 status` work anywhere."
COMMANDED = events.RoleAssigned(at=TEN, by="U1", role=Role.COMMANDER, person="U1")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of the list."""

    number: int
    title: str = "logins fail"
    severity: Severity = Severity.SEV1
    status: Status = Status.INVESTIGATING
    channel: str = "C7"
    declared_at: datetime | None = TEN
    drill: bool = False


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (
            events.ChannelDelayed(at=TEN, seconds=39.2),
            f"sev1 is declared; Slack lets us open its channel in about 40 s. Until then {ANYWHERE}",
        ),
        (
            events.ChannelLost(at=TEN, why="It was archived."),
            f"Its channel is lost: It was archived. The incident goes on: {ANYWHERE}",
        ),
        (
            events.EscalationMade(at=TEN, by="U1", who="U9", reason="stuck"),
            "sev1, investigating. *Called in*: <@U9> — by <@U1>: stuck\n→ <#C7>",
        ),
        (
            events.EffectGaveUp(at=TEN, effect="OpenChannel", why="no more names."),
            f"sev1, investigating. The channel could not be opened: no more names. Still: {ANYWHERE}",
        ),
    ],
)
def test_people_are_told_directly(event: DirectMessageEvent, said: str) -> None:
    """Which incident, what is the matter, and what works all the same."""
    assert f"*🔴 INC-7 logins fail*\n{said}" == words(
        direct_message.direct_message(event, incident_after(event))
    )


def test_a_drill_is_listed_as_one() -> None:
    """Nobody who looks for work takes it for the real thing."""
    assert "🔴 *DRILL INC-7 logins fail* sev1" in words(
        incident_list.listing([Row(number=7, drill=True)], NOW)
    )


def test_the_digest_is_two_lines() -> None:
    """The incident in the channel of all incidents, with the way to its own."""
    assert ("🔴 *INC-7 logins fail*  <#C7>\nsev1, investigating · 42 min · auth · commander <@U1>") == words(
        digest.digest(incident_after(COMMANDED), NOW)
    )


def test_the_digest_says_that_there_is_no_channel() -> None:
    """Before there is a channel nothing is linked; when there will be none, that is said."""
    gave_up = events.EffectGaveUp(at=TEN, effect="OpenChannel", why="x")
    no_topic = events.EffectGaveUp(at=TEN, effect="SetTopic", why="x")

    assert words(digest.digest(fold(7, (DECLARED, CHOSEN)), NOW)).startswith("🔴 *INC-7 logins fail*\n")
    assert "(no channel)" in words(digest.digest(fold(7, (DECLARED, gave_up)), NOW))
    assert "(no channel)" not in words(digest.digest(fold(7, (DECLARED, no_topic)), NOW))


def test_the_topic_changes_only_with_the_incident() -> None:
    """How things stand, without a time, within Slack's 250 characters."""
    long = events.IncidentDeclared(at=TEN, by="U1", title="&" * 120, service="", severity=Severity.SEV2)

    assert "🔴 sev1 · commander <@U1> · logins fail" == topic.topic(incident_after(COMMANDED))
    assert topic.MAX_TOPIC >= len(topic.topic(fold(7, (long,))))


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("*bold* logins & _old_ keys", "∗bold∗ logins &amp; ˍoldˍ keys"),
        ("`rm -rf` and ~gone~", "ˋrm -rfˋ and ∼gone∼"),
        ("2*3 tokens of auth_service", "2*3 tokens of auth_service"),
    ],
)
def test_a_title_reads_alike_everywhere(title: str, shown: str) -> None:
    """The card's header formats nothing, so nothing is formatted in the topic, the list and sentences."""
    declared = events.IncidentDeclared(at=TEN, by="U1", title=title, service="", severity=Severity.SEV2)

    assert topic.topic(fold(7, (declared,))).endswith(f"· {shown}")
    assert f"*INC-7 {shown}*" in words(incident_list.listing([Row(number=7, title=title)], NOW))
    assert f"*INC-7 {shown}*" in words(incident_list.status(fold(7, (declared,)), NOW))


def test_the_ask_for_a_commander() -> None:
    """One question with one button."""
    assert [("ask.take_command", "7")] == actions(commander_question.commander(incident_after()))


def test_the_list() -> None:
    """One line for each incident, with the way to it."""
    assert "🔴 *INC-7 logins fail* sev1, investigating, 42 min ago <#C7>" == words(
        incident_list.listing([Row(number=7)], NOW)
    )
    assert "No open incident. `/incident new title` declares one." == words(incident_list.listing([], NOW))


def test_a_long_list_says_how_much_is_left_out() -> None:
    """Nobody believes that there are only forty."""
    shown = words(incident_list.listing([Row(number=n) for n in range(1, 53)], NOW))

    assert incident_list.MAX_ROWS == shown.count("INC-")
    assert shown.endswith("… and 12 more")


def test_how_an_incident_stands() -> None:
    """What the card says in a few lines, with the latest notes in the order they happened."""
    notes = [
        events.NoteAdded(at=TEN + timedelta(minutes=n), by="U1", ref=f"note:{n}", text=f"note {n}")
        for n in (3, 1, 2, 5, 4, 6)
    ]
    shown = words(incident_list.status(incident_after(COMMANDED, SUSPECTED, *notes), NOW))

    assert shown.startswith("🔴 *INC-7 logins fail*\nsev1, investigating · 42 min · commander <@U1>")
    assert "*Now* Settings of auth\n*Suspected* 1. the pool is full (database)\n→ <#C7>" in shown
    assert [f"note {n}" for n in (2, 3, 4, 5, 6)] == [
        line.split("> ")[1].split(" —")[0] for line in shown.splitlines() if "note " in line
    ]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((), "INC-7 is investigating. The postmortem is drafted when it is closed."),
        ((events.IncidentClosed(at=TEN, by="U1"),), "The postmortem of INC-7 is being drafted."),
        (
            (events.PostmortemDrafted(at=TEN, path="pm/7.md"),),
            "The postmortem of INC-7 logins fail: `pm/7.md`",
        ),
    ],
)
def test_where_the_postmortem_is(more: tuple[events.AnyEvent, ...], said: str) -> None:
    """Where it lies, or what it takes."""
    assert said == words(incident_list.postmortem(incident_after(*more)))


def test_help_shows_every_command() -> None:
    """Every word of the table under its heading, with what to type after it; each heading once."""
    shown = words(incident_list.help("", SUBCOMMANDS))
    headings = list(dict.fromkeys(row.heading for row in SUBCOMMANDS))

    lines = [f"`/incident {escape(row.usage)}` {escape(row.help)}" for row in SUBCOMMANDS]
    assert [] == [line for line in lines if line not in shown]
    assert headings == [line.strip("*") for line in shown.splitlines() if line.startswith("*")]


def test_help_for_a_slip_is_a_sentence() -> None:
    """A mistyped word gets the nearest one, and where nothing is near, no wall either."""
    all_of_it = "`/incident help` shows what there is."

    meant = "`/incident status [&lt;status&gt; &lt;why&gt;]`"
    assert f"There is no `/incident statsu`. Did you mean {meant}? {all_of_it}" == words(
        incident_list.help("statsu", SUBCOMMANDS)
    )
    assert f"There is no `/incident &lt;!here&gt;`. {all_of_it}" == words(
        incident_list.help("<!here>", SUBCOMMANDS)
    )


@pytest.mark.parametrize(
    ("area", "line"),
    [
        (None, "• Nobody said which step found the cause: the key"),
        (
            Area.DATABASE,
            "• Nobody said which step found the cause: the key. In its area: Connection pool (database)",
        ),
        (Area.NETWORK, "• No step covered the cause: the key"),
    ],
)
def test_the_owner_of_a_runbook_is_told_of_the_cause(area: Area | None, line: str) -> None:
    """The cause is named always; that no step was about it is said only where that is known."""
    incident = incident_after(CHOSEN, events.CauseNamed(at=TEN, by="U1", text="the key", area=area))
    feedback = feedback_to_runbook(incident)

    assert feedback
    assert words(runbook_feedback.runbook_feedback(feedback, incident)).endswith(line)


def test_a_cause_told_in_a_sentence_ends_once() -> None:
    """Whoever writes the cause may end it with a full stop; what follows begins after that one."""
    incident = incident_after(CHOSEN, events.CauseNamed(at=TEN, by="U1", text="the key.", area=Area.DATABASE))
    feedback = feedback_to_runbook(incident)

    assert feedback
    assert "the cause: the key. In its area" in words(runbook_feedback.runbook_feedback(feedback, incident))


def test_nobody_is_awaited_to_command_what_is_over() -> None:
    """Yet would ask for somebody."""
    closed = incident_after(events.IncidentResolved(at=TEN, by="U1"), events.IncidentClosed(at=TEN, by="U1"))

    assert "· no commander yet ·" in topic.topic(incident_after())
    assert "· no commander ·" in topic.topic(closed)
