"""The card, pinned in the incident's channel: what is broken, how bad it is, who leads, and what is next."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.domain.alerts.routing import unmapped_severity
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Status, StepOutcome
from bot.slack.dates import moment
from bot.slack.mrkdwn import escape, escape_keeping_mentions, escape_line, mention
from bot.slack.views import card_alerts, runbook_end, wording
from bot.slack.views.blocks import Block, Screen, actions, button, context, fields, header, screen, section
from bot.slack.views.next_action import next_action, unrecorded_causes

TAKE_COMMAND = "card.take_command"
RESOLVE = "card.resolve"
CLOSE = "card.close"
REOPEN = "card.reopen"

#: How many failures the card shows, the latest ones.
MAX_FAILURES = 5


def card(incident: Incident, now: datetime, links: Mapping[str, str] | None = None) -> Screen:
    """Return the card at `now` (UTC). `links` are those of the incident's service, by name."""
    return screen(
        f"{wording.title(incident)}: {incident.severity}, {incident.status}",
        header(wording.headline(incident)),
        fields(*_facts(incident, now)),
        *(section(paragraph) for paragraph in _paragraphs(incident)),
        _small_print(incident, links or {}),
        actions(*_buttons(incident)),
    )


def _facts(incident: Incident, now: datetime) -> Iterator[str]:
    yield f"*Severity*\n{incident.severity}"
    yield f"*Status*\n{incident.status}"
    none = "none yet" if incident.is_active else "none"
    yield f"*Incident commander*\n{mention(incident.commander) if incident.commander else none}"
    verb = "started" if incident.ended_at else "since"
    start = f", {verb} {moment(incident.started_at, date=True)}" if incident.started_at else ""
    yield f"*Duration*\n{wording.elapsed(incident, now)}{start}"
    if incident.service:
        yield f"*Service*\n{escape_line(incident.service)}"
    if incident.impact.summary:
        yield f"*Impact*\n{escape_keeping_mentions(incident.impact.summary)}"


def _paragraphs(incident: Incident) -> Iterator[str]:
    """Yield the paragraphs that people act on."""
    if incident.channel.lost_reason:
        yield f"⚠ This incident's channel is unavailable: {escape(incident.channel.lost_reason)}"
    if incident.status is Status.CANCELLED:
        yield f"*Cancelled:* {escape_keeping_mentions(incident.impact.resolution)}"
        return
    if incident.status.has_impact and (description := card_alerts.description(incident)):
        yield f"*Alert:* {description}"
    if incident.status.has_impact:
        yield from card_alerts.facts(incident)
    if cause := incident.investigation.cause:
        area = f" ({cause.area})" if cause.area else ""
        yield f"*Cause*{area}: {escape_keeping_mentions(cause.text)}{wording.further(cause.detail)}"
    elif incident.is_active:
        yield from unrecorded_causes(incident)
    if incident.runbook_exhausted:
        yield runbook_end.next_action(incident)
    elif checks := "\n".join(_checks(incident)):
        yield checks
    if action := next_action(incident):
        yield action
    if incident.impact.resolution:
        yield f"*Fix:* {escape_keeping_mentions(incident.impact.resolution)}"
    yield from _hypotheses(incident)
    if incident.status_update and incident.is_active:
        yield f"*Last update:* {escape_keeping_mentions(incident.status_update)}"
    if pages := "\n".join(_pages(incident)):
        yield pages
    if incident.failures:
        latest = incident.failures[-MAX_FAILURES:]
        lines = (f"⚠ {wording.failed_effect(failure.effect, failure.why)}" for failure in latest)
        yield "\n".join(dict.fromkeys(lines))


def _checks(incident: Incident) -> Iterator[str]:
    """Yield the steps in progress and the next free one, while users are affected and there is no cause."""
    if incident.investigation.cause or not incident.status.has_impact:
        return
    for step in incident.investigation.steps_in_order:
        state = incident.investigation.state_of(step.id)
        if state.taken_at and state.outcome is None:
            person = f"{mention(state.taken_by)} since {moment(state.taken_at)}"
            yield f"*In progress:* {wording.numbered(incident, step)} — {person}"
    for step in incident.investigation.free_steps[:1]:
        yield f"*Next check:* {wording.numbered(incident, step)}"


def _hypotheses(incident: Incident) -> Iterator[str]:
    """Yield the latest open hypothesis and how many are open, while users are affected."""
    hypotheses = incident.investigation.hypotheses.values()
    open_ones = [hypothesis for hypothesis in hypotheses if hypothesis.verdict is None]
    if open_ones and incident.status.has_impact:
        latest = open_ones[-1]
        label = f"Latest of {len(open_ones)} open hypotheses" if len(open_ones) > 1 else "Open hypothesis"
        yield f"*{label}:* {latest.number}. {escape_keeping_mentions(latest.text)} ({latest.area_text})"


def _pages(incident: Incident) -> Iterator[str]:
    """Yield each pager's latest page with its acknowledgement, and the targets that could not be reached."""
    latest = {to: key for key, to in incident.escalation.pages.items()}
    for to, key in latest.items():
        person = incident.escalation.acknowledged_by.get(key)
        state = f"acknowledged by {mention(person)}" if person else "not acknowledged yet"
        yield f"*Paged* {escape(to)}: {state}"
    for to, why in {missed.to: missed.why for missed in incident.escalation.clock.unreached}.items():
        yield f"⚠ *Could not reach* {escape(to)}: {escape_line(why)}"


def _small_print(incident: Incident, service_links: Mapping[str, str]) -> Block | None:
    declared = f"declared by {mention(incident.declared_by)}" if incident.declared_by else ""
    runbook, postmortem = incident.investigation.runbook, incident.follow_up.postmortem_path
    parts = (
        card_alerts.counts(incident) or declared,
        escape_line(unmapped_severity(incident.reason)),
        _progress(incident),
        wording.areas(incident),
        escape(runbook.stale) if runbook and incident.is_active else "",
        f"previous: INC-{incident.previous}" if incident.previous else "",
        f"postmortem: `{escape(postmortem)}`" if postmortem else "",
        card_alerts.links(incident, service_links),  # last, because they may be long and the end may be cut
    )
    line = " · ".join(filter(None, parts))
    return context(line) if line else None


def _progress(incident: Incident) -> str:
    """Return how many steps of the runbook are done, and the skipped ones."""
    steps = incident.investigation.steps_in_order
    states = incident.investigation.steps.values()
    done = sum(state.outcome in {StepOutcome.CLEAR, StepOutcome.FOUND} for state in states)
    skips = f", skipped: {titles}" if (titles := wording.skipped(incident)) else ""
    return f"runbook: {done} of {len(steps)} steps checked{skips}" if steps else ""


def _buttons(incident: Incident) -> Iterator[Block]:
    number = str(incident.number)
    if not incident.commander and incident.is_active:
        yield button("Become commander", TAKE_COMMAND, number, style="primary")
    match incident.status:
        case Status.INVESTIGATING | Status.IDENTIFIED | Status.MONITORING:
            confirm = "Are users back to normal, and is the fix permanent?"
            yield button("Resolve", RESOLVE, number, confirm=confirm)
        case Status.RESOLVED:
            yield button("Close", CLOSE, number, confirm="Close the incident and draft the postmortem?")
            yield button("Reopen", REOPEN, number)
        case Status.CLOSED | Status.CANCELLED:
            yield button("Reopen", REOPEN, number, confirm="Reopen this incident?")
