"""Whatever monitors and people write, Slack takes every screen, and none of it pages anybody."""

import re
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import events as e
from bot.domain.alerts.alert import Alert, AlertStatus
from bot.domain.incident.incident import Incident
from bot.domain.rules.evolve import fold
from bot.domain.runbooks.runbook import Probe, Runbook, Step
from bot.domain.vocabulary import Area, Outcome, Role, Seen, Severity, Status, Verdict
from bot.slack.incoming.slash.table import SUBCOMMANDS
from bot.slack.views import (
    board,
    card,
    commander_question,
    digest,
    direct_message,
    hint,
    hypothesis,
    incident_list,
    runbook_end,
    skip,
    step,
    time_box,
    topic,
)
from bot.slack.views.announcement import announcement
from bot.slack.views.blocks import Screen
from tests.domain.given import NOW, TEN
from tests.slack.oracle import take, take_modal

#: Any text, also much of it, and what would page a channel.
WILD = st.one_of(
    st.text(max_size=40),
    st.builds(lambda text, times: text * times, st.text(min_size=1, max_size=5), st.integers(1, 2000)),
    st.sampled_from(["<!channel>", "<!here|x>", "x <!subteam^S1> y", "<https://evil.example|login>"]),
)
#: What screens write themselves: people, groups called in, channels, dates, links to the web.
OURS = re.compile(
    r"<(?:@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]{7,}|#C7|!date\^\d+\^[^>]+|https?://[^>\s]+)>|<https?://[^>|]+\|[^>]*>"
)


def life(text: str) -> list[e.AnyEvent]:
    """All that can happen to an incident, with `text` wherever somebody may write."""
    steps = tuple(
        Step(id=f"s{n}", title=text, area=Area.CONFIG, look=text, fix=text, probe=Probe(kind="http"))
        for n in range(4)
    )
    alert = Alert(
        source="x",
        fingerprint="y",
        status=AlertStatus.FIRING,
        title=text,
        starts_at=TEN,
        labels={text: text},
        annotations={"description": text, f"{text}_url": f"https://{text}"},
        url=f"https://{text}",
    )
    return [
        e.IncidentDeclared(at=TEN, by=text, title=text, service=text, severity=Severity.SEV1, previous=3),
        e.RunbookChosen(
            at=TEN,
            runbook=Runbook(id="r", title=text, steps=steps, escalate=(text,), stale=text),
            reason=text,
        ),
        e.AlertsReceived(at=TEN, by=text, alerts=(alert,)),
        e.ChannelOpened(at=TEN, channel="C7", name="inc-7"),
        e.RoleAssigned(at=TEN, by=text, role=Role.COMMANDER, person=text),
        e.ImpactDescribed(at=TEN, by=text, text=text, share=text),
        e.NoteAdded(at=TEN, by=text, ref="note:1", text=text),
        e.HypothesisOpened(at=TEN, by=text, number=1, text=text, area=Area.SECURITY, owner=text, refute=text),
        e.NudgeGiven(at=TEN, number=1, areas=(Area.CONFIG,), step="s3"),
        e.MessagePosted(at=TEN, what="nudge:1", channel="C7", ts="9"),
        e.TimeBoxEnded(at=TEN, number=1),
        e.HypothesisHandedOver(at=TEN, by=text, number=1, owner=text),
        e.SideChannelOpened(at=TEN, number=1, channel="C9"),
        e.StepTaken(at=TEN, by=text, step="s3"),
        e.HypothesisOpened(at=TEN, by=text, number=2, text=text, area=Area.DATABASE, owner=text),
        e.HypothesisClosed(at=TEN, by=text, number=2, verdict=Verdict.REFUTED, evidence=text),
        e.ProbeFinished(at=TEN, step="s0", verdict=Seen.WRONG, evidence=text),
        e.ProbeFinished(at=TEN, step="s1", verdict=Seen.FAILED, evidence=text),
        e.StepFinished(at=TEN, by=text, step="s2", outcome=Outcome.SKIPPED, evidence=text),
        e.SeverityChanged(at=TEN, by=text, severity=Severity.SEV2, reason=text),
        e.StatusChanged(at=TEN, by=text, status=Status.IDENTIFIED, note=text),
        e.EscalationMade(at=TEN, by=text, who=text, reason=text, due_at=TEN),
        e.PeopleInvited(at=TEN, people=(), missing=(f"{text}: {text}",) * 9),
        e.ImprovementProposed(at=TEN, by=text, title=text, text=text),
        e.ActionItemAdded(at=TEN, by=text, number=1, title=text, text=text, owner=text, due=text),
        e.EffectGaveUp(at=TEN, effect=text, why=text),
        e.ChannelLost(at=TEN, why=text),
        e.PostmortemDrafted(at=TEN, path=text),
        e.CauseNamed(at=TEN, by=text, text=text, area=Area.CONFIG, detail=text),
        e.CauseTakenBack(at=TEN, by=text, reason=text),
        e.IncidentResolved(at=TEN, by=text, resolution=text),
        e.IncidentReopened(at=TEN, by=text, reason=text),
        e.IncidentCancelled(at=TEN, by=text, reason=text),
    ]


def standing(i: Incident) -> Iterator[Screen]:
    """Every screen that shows how the incident stands."""
    yield card.card(i, NOW, {i.title: f"https://{i.title}"})
    yield digest.digest(i, NOW)
    yield commander_question.commander(i)
    yield incident_list.status(i, NOW)
    yield incident_list.postmortem(i)
    yield board.areas(i, NOW)
    for known in i.hypotheses.values():
        yield hypothesis.hypothesis(i, known)
        yield hypothesis.side_channel(i, known)
        yield from (time_box.question(i, known, number) for number in range(known.questions + 1))
    yield from (given_hint for given in i.nudges.values() if (given_hint := hint.nudge(given, i)))
    if i.runbook:
        yield runbook_end.runbook_end(i)
    yield from (step.step(i, offered) for offered in i.steps_in_order)


def everything(text: str) -> Iterator[Screen]:
    """Every screen there is, all along the life of an incident."""
    events = life(text)
    for n, event in enumerate(events, 1):
        i = fold(7, events[:n])
        yield from standing(i)
        for told in (announcement(event, i, NOW), direct_message.direct(event, i)):
            if told:
                yield told
    yield incident_list.help(text, SUBCOMMANDS)


@given(WILD)
@settings(deadline=None, max_examples=30)
def test_slack_takes_every_screen(text: str) -> None:
    """No alert, however long or odd, loses its incident a message."""
    for screen in everything(text):
        take(screen)


@given(WILD)
@settings(deadline=None, max_examples=30)
def test_nothing_from_outside_is_alive(text: str) -> None:
    """Of what is written outside, no command of Slack's and no link gets through but those we make."""
    for screen in everything(text):
        texts = [screen.text, *(t for block in screen.blocks for t in mrkdwn_of(block))]
        for shown in texts:
            assert not set("<>") & set(OURS.sub("", shown)), shown
            assert "<https://evil.example" not in shown


def mrkdwn_of(part: object) -> Iterator[str]:
    """All mrkdwn in a block; plain text is shown as it is and needs no escaping."""
    if isinstance(part, dict):
        if part.get("type") == "mrkdwn":
            yield part["text"]
        else:
            yield from (text for value in part.values() for text in mrkdwn_of(value))
    elif isinstance(part, list):
        yield from (text for value in part for text in mrkdwn_of(value))


@given(WILD)
def test_slack_takes_every_form_and_topic(text: str) -> None:
    """The form to skip a step, and the topic, likewise."""
    i = fold(7, life(text)[:3])
    take_modal(skip.form(i, i.steps_in_order[0]))

    assert 1 <= len(topic.topic(i)) <= topic.MAX_TOPIC
