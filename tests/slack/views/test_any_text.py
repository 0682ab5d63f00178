"""Slack accepts every screen with any text, and no text from outside notifies anyone or becomes a link."""

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
    command_help,
    commander_question,
    digest,
    direct_message,
    hint,
    hypothesis,
    runbook_end,
    skip,
    status,
    step,
    time_box,
    topic,
    update,
)
from bot.slack.views.announcement import announcement
from bot.slack.views.blocks import Screen
from tests.domain.given import NOW, TEN
from tests.slack.oracle import take, take_modal

#: Any text, long texts, and texts that would notify a channel.
WILD = st.one_of(
    st.text(max_size=40),
    st.builds(lambda text, times: text * times, st.text(min_size=1, max_size=5), st.integers(1, 2000)),
    st.sampled_from(["<!channel>", "<!here|x>", "x <!subteam^S1> y", "<https://evil.example|login>"]),
)
#: Markup of our own: people, user groups, channels, dates and web links.
OURS = re.compile(
    r"<(?:@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]{7,}|#C7|!date\^\d+\^[^>]+|https?://[^>\s]+)>|<https?://[^>|]+\|[^>]*>"
)


def life(text: str) -> list[events.AnyEvent]:
    """Return all events of an incident, with `text` in every field that people or monitors write."""
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
        events.HintGiven(at=TEN, number=1, areas=(Area.CONFIG,), step="s3"),
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
        events.EffectFailed(at=TEN, effect=text, why=text),
        events.ChannelLost(at=TEN, why=text),
        events.PostmortemDrafted(at=TEN, path=text),
        events.CauseNamed(at=TEN, by=text, text=text, area=Area.CONFIG, detail=text),
        events.CauseWithdrawn(at=TEN, by=text, reason=text),
        events.IncidentResolved(at=TEN, by=text, resolution=text),
        events.IncidentReopened(at=TEN, by=text, reason=text),
        events.IncidentCancelled(at=TEN, by=text, reason=text),
    ]


def state_screens(incident: Incident) -> Iterator[Screen]:
    """Yield every screen that shows the state of an incident."""
    yield card.card(incident, NOW, {incident.title: f"https://{incident.title}"})
    yield digest.digest(incident, NOW)
    yield commander_question.commander_question(incident)
    yield status.status(incident, NOW)
    yield board.areas(incident, NOW)
    for opened in incident.investigation.hypotheses.values():
        yield hypothesis.hypothesis(incident, opened)
        yield hypothesis.side_channel(incident, opened)
        yield from (time_box.question(incident, opened, number) for number in range(opened.questions + 1))
    yield from (
        screen for event in incident.investigation.hints.values() if (screen := hint.hint(event, incident))
    )
    if incident.investigation.runbook:
        yield runbook_end.runbook_end(incident)
    yield from (step.step(incident, offered) for offered in incident.investigation.steps_in_order)


def all_screens(text: str) -> Iterator[Screen]:
    """Yield every screen after each event of an incident."""
    history = life(text)
    for length, event in enumerate(history, 1):
        incident = fold(7, history[:length])
        yield from state_screens(incident)
        if message := announcement(event, incident, NOW):
            yield message
        if isinstance(event, DirectMessageEvent):
            yield direct_message.direct_message(event, incident)
    yield command_help.command_help(text, SUBCOMMANDS)


@given(WILD)
@settings(deadline=None, max_examples=30)
def test_slack_accepts_every_screen(text: str) -> None:
    """Slack accepts every screen, however long or unusual the text."""
    for screen in all_screens(text):
        take(screen)


@given(WILD)
@settings(deadline=None, max_examples=30)
def test_text_from_outside_is_escaped(text: str) -> None:
    """Text from outside can't create mentions, links or Slack commands."""
    for screen in all_screens(text):
        texts = [screen.text, *(t for block in screen.blocks for t in mrkdwn_of(block))]
        for rendered in texts:
            assert not set("<>") & set(OURS.sub("", rendered)), rendered
            assert "<https://evil.example" not in rendered


def mrkdwn_of(part: object) -> Iterator[str]:
    """Yield all mrkdwn in a block. Plain text needs no escaping."""
    if isinstance(part, dict):
        if part.get("type") == "mrkdwn":
            yield part["text"]
        else:
            yield from (text for value in part.values() for text in mrkdwn_of(value))
    elif isinstance(part, list):
        yield from (text for value in part for text in mrkdwn_of(value))


@given(WILD)
def test_slack_accepts_every_form_and_topic(text: str) -> None:
    """Slack accepts the skip form and the topic with any text."""
    incident = fold(7, life(text)[:3])
    take_modal(update.form(incident))
    take_modal(skip.form(incident, incident.investigation.steps_in_order[0]))

    assert 1 <= len(topic.topic(incident)) <= topic.MAX_TOPIC
