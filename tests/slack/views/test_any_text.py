"""Whatever monitors and people write, Slack takes every screen, and none of it pages anybody."""

import re
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import events
from bot.domain.alerts.alert import Alert, AlertStatus
from bot.domain.incident.incident import Incident
from bot.domain.insights.recipients import DirectMessageEvent
from bot.domain.rules.evolve import fold
from bot.domain.runbooks.runbook import Probe, Runbook, Step
from bot.domain.vocabulary import Area, HypothesisVerdict, ProbeVerdict, Role, Severity, Status, StepOutcome
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


def life(text: str) -> list[events.AnyEvent]:
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
        events.IncidentDeclared(
            at=TEN, by=text, title=text, service=text, severity=Severity.SEV1, previous=3
        ),
        events.RunbookChosen(
            at=TEN,
            runbook=Runbook(id="r", title=text, steps=steps, escalate=(text,), stale=text),
            reason=text,
        ),
        events.AlertsReceived(at=TEN, by=text, alerts=(alert,)),
        events.ChannelOpened(at=TEN, channel="C7", name="inc-7"),
        events.RoleAssigned(at=TEN, by=text, role=Role.COMMANDER, person=text),
        events.ImpactDescribed(at=TEN, by=text, text=text, share=text),
        events.NoteAdded(at=TEN, by=text, ref="note:1", text=text),
        events.HypothesisOpened(
            at=TEN, by=text, number=1, text=text, area=Area.SECURITY, owner=text, refute=text
        ),
        events.NudgeGiven(at=TEN, number=1, areas=(Area.CONFIG,), step="s3"),
        events.MessagePosted(at=TEN, what="nudge:1", channel="C7", ts="9"),
        events.TimeBoxEnded(at=TEN, number=1),
        events.HypothesisHandedOver(at=TEN, by=text, number=1, owner=text),
        events.SideChannelOpened(at=TEN, number=1, channel="C9"),
        events.StepTaken(at=TEN, by=text, step="s3"),
        events.HypothesisOpened(at=TEN, by=text, number=2, text=text, area=Area.DATABASE, owner=text),
        events.HypothesisClosed(at=TEN, by=text, number=2, verdict=HypothesisVerdict.REFUTED, evidence=text),
        events.ProbeFinished(at=TEN, step="s0", verdict=ProbeVerdict.WRONG, evidence=text),
        events.ProbeFinished(at=TEN, step="s1", verdict=ProbeVerdict.FAILED, evidence=text),
        events.StepFinished(at=TEN, by=text, step="s2", outcome=StepOutcome.SKIPPED, evidence=text),
        events.SeverityChanged(at=TEN, by=text, severity=Severity.SEV2, reason=text),
        events.StatusChanged(at=TEN, by=text, status=Status.IDENTIFIED, note=text),
        events.EscalationMade(at=TEN, by=text, who=text, reason=text, due_at=TEN),
        events.PeopleInvited(at=TEN, people=(), missing=(f"{text}: {text}",) * 9),
        events.ImprovementProposed(at=TEN, by=text, title=text, text=text),
        events.ActionItemAdded(at=TEN, by=text, number=1, title=text, text=text, owner=text, due=text),
        events.EffectGaveUp(at=TEN, effect=text, why=text),
        events.ChannelLost(at=TEN, why=text),
        events.PostmortemDrafted(at=TEN, path=text),
        events.CauseNamed(at=TEN, by=text, text=text, area=Area.CONFIG, detail=text),
        events.CauseTakenBack(at=TEN, by=text, reason=text),
        events.IncidentResolved(at=TEN, by=text, resolution=text),
        events.IncidentReopened(at=TEN, by=text, reason=text),
        events.IncidentCancelled(at=TEN, by=text, reason=text),
    ]


def standing(incident: Incident) -> Iterator[Screen]:
    """Every screen that shows how the incident stands."""
    yield card.card(incident, NOW, {incident.title: f"https://{incident.title}"})
    yield digest.digest(incident, NOW)
    yield commander_question.commander(incident)
    yield incident_list.status(incident, NOW)
    yield incident_list.postmortem(incident)
    yield board.areas(incident, NOW)
    for known in incident.investigation.hypotheses.values():
        yield hypothesis.hypothesis(incident, known)
        yield hypothesis.side_channel(incident, known)
        yield from (time_box.question(incident, known, number) for number in range(known.questions + 1))
    yield from (
        given_hint
        for given in incident.investigation.hints.values()
        if (given_hint := hint.hint(given, incident))
    )
    if incident.investigation.runbook:
        yield runbook_end.runbook_end(incident)
    yield from (step.step(incident, offered) for offered in incident.investigation.steps_in_order)


def everything(text: str) -> Iterator[Screen]:
    """Every screen there is, all along the life of an incident."""
    events = life(text)
    for n, event in enumerate(events, 1):
        incident = fold(7, events[:n])
        yield from standing(incident)
        if screen := announcement(event, incident, NOW):
            yield screen
        if isinstance(event, DirectMessageEvent):
            yield direct_message.direct_message(event, incident)
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
    incident = fold(7, life(text)[:3])
    take_modal(skip.form(incident, incident.investigation.steps_in_order[0]))

    assert 1 <= len(topic.topic(incident)) <= topic.MAX_TOPIC
