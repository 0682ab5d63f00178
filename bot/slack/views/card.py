"""The card: one look at where an incident stands, pinned in its channel."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.domain.alerts.routing import UNMAPPED
from bot.domain.incident.incident import Incident
from bot.domain.text.times import moment
from bot.domain.vocabulary import Status, StepOutcome
from bot.slack.mrkdwn import escape, escape_keeping_mentions, escape_line, mention
from bot.slack.views import alert_summary
from bot.slack.views.blocks import Block, Screen, actions, button, context, fields, header, screen, section
from bot.slack.views.runbook_end import in_short
from bot.slack.views.wording import areas, elapsed, failed_effect, headline, skipped, title, with_area

TAKE_COMMAND = "card.take_command"
RESOLVE = "card.resolve"
CLOSE = "card.close"
REOPEN = "card.reopen"


def card(incident: Incident, now: datetime, links: Mapping[str, str] | None = None) -> Screen:
    """Return the card as it is at `now` (UTC); `links` are those of the incident's service."""
    return screen(
        f"{title(incident)}: {incident.severity}, {incident.status}",
        header(headline(incident)),
        fields(*_facts(incident, now)),
        *(section(line) for line in _news(incident)),
        _small_print(incident, links or {}),
        actions(*_buttons(incident)),
    )


def _facts(incident: Incident, now: datetime) -> Iterator[str]:
    yield f"*Severity*\n{incident.severity}"
    yield f"*Status*\n{incident.status}"
    nobody = "nobody yet" if incident.is_active else "nobody"
    yield f"*Commander*\n{mention(incident.commander) if incident.commander else nobody}"
    began = incident.started_at
    yield f"*{'Lasted' if incident.ended_at else 'Elapsed'}*\n{elapsed(incident, now)}" + (
        f", since {moment(began, date=True)}" if began else ""
    )
    if incident.service:
        yield f"*Service*\n{escape_line(incident.service)}"
    if incident.impact.summary:
        yield f"*Impact*\n{escape_keeping_mentions(incident.impact.summary)}"


def _news(incident: Incident) -> Iterator[str]:
    """What people act on, one paragraph at most for each."""
    if incident.channel.lost_reason:
        yield f"⚠ The channel is lost: {escape(incident.channel.lost_reason)}"
    if incident.status is Status.CANCELLED:
        yield f"*Cancelled* {escape_keeping_mentions(incident.impact.resolution)}"
        return
    if incident.status.has_impact and (sentence := alert_summary.description(incident)):
        yield f"*Alert* {sentence}"
    if incident.investigation.cause:
        area = f" ({incident.investigation.cause.area})" if incident.investigation.cause.area else ""
        detail = (
            f"\n{escape_keeping_mentions(incident.investigation.cause.detail)}"
            if incident.investigation.cause.detail
            else ""
        )
        yield f"*Cause*{area} {escape_keeping_mentions(incident.investigation.cause.text)}{detail}"
    elif incident.investigation.current_step and incident.status.has_impact:
        yield "\n".join(_now(incident))
    elif incident.runbook_exhausted:
        yield in_short(incident)
    if incident.impact.resolution:
        yield f"*Fixed by* {escape_keeping_mentions(incident.impact.resolution)}"
    suspected = [
        hypothesis for hypothesis in incident.investigation.hypotheses.values() if hypothesis.verdict is None
    ]
    if suspected and incident.status.has_impact:
        latest = suspected[-1]
        text = escape_keeping_mentions(latest.text)
        yield f"*Suspected* ({len(suspected)} open) {latest.number}. {text} ({latest.area})"
    if incident.status_update and incident.is_active:
        yield f"*Last update* {escape_keeping_mentions(incident.status_update)}"
    if called := "\n".join(_paged(incident)):
        yield called
    if incident.failures:
        yield "⚠ " + "\n⚠ ".join(
            dict.fromkeys(failed_effect(lost.effect, lost.why) for lost in incident.failures[-5:])
        )


def _now(incident: Incident) -> Iterator[str]:
    """Who is on which step, and the next that nobody is on."""
    label = "Now"
    for step in incident.investigation.steps_in_order:
        state = incident.investigation.state_of(step.id)
        if state.taken_at and state.outcome is None:
            who = f"{mention(state.taken_by)} since {moment(state.taken_at)}"
            yield f"*Now* {with_area(step)} — {who}"
            label = "Next"
    for step in incident.investigation.free_steps[:1]:
        yield f"*{label}* {with_area(step)}"


def _paged(incident: Incident) -> Iterator[str]:
    """Whom we paged, each pager's latest page, and who answered it; and who was not reached at all."""
    latest = {to: key for key, to in incident.escalation.pages.items()}
    for to, key in latest.items():
        answered = incident.escalation.acknowledged_by.get(key)
        yield f"*Paged* {escape(to)}: {f'{mention(answered)} has answered' if answered else 'no answer yet'}"
    for to, why in {known.to: known.why for known in incident.escalation.clock.unreached}.items():
        yield f"⚠ *Not reached* {escape(to)}: {escape_line(why)}"


def _small_print(incident: Incident, of_service: Mapping[str, str]) -> Block | None:
    found = [
        alert_summary.counts(incident)
        or (f"declared by {mention(incident.declared_by)}" if incident.declared_by else ""),
        _unmapped(incident),
        _steps(incident),
        areas(incident),
        escape(incident.investigation.runbook.stale)
        if incident.investigation.runbook and incident.is_active
        else "",
        f"previous: INC-{incident.previous}" if incident.previous else "",
        f"postmortem: `{escape(incident.follow_up.postmortem_path)}`"
        if incident.follow_up.postmortem_path
        else "",
        alert_summary.links(incident, of_service),  # last, as they may be long and Slack has us cut the end
    ]
    line = " · ".join(part for part in found if part)
    return context(line) if line else None


def _unmapped(incident: Incident) -> str:
    """That the monitor's word for the severity means nothing here, so that the default was taken."""
    parts = (part for part in incident.reason.split("; ") if part.endswith(UNMAPPED))
    return escape_line(next(parts, ""))


def _steps(incident: Incident) -> str:
    if not incident.investigation.steps_in_order:
        return ""
    done = sum(
        state.outcome in {StepOutcome.CLEAR, StepOutcome.FOUND}
        for state in incident.investigation.steps.values()
    )
    left_out = f", skipped: {titles}" if (titles := skipped(incident)) else ""
    return f"runbook: {done} of {len(incident.investigation.steps_in_order)} steps checked{left_out}"


def _buttons(incident: Incident) -> Iterator[Block]:
    number = str(incident.number)
    if not incident.commander and incident.is_active:
        yield button("I'm commander", TAKE_COMMAND, number, style="primary")
    match incident.status:
        case Status.INVESTIGATING | Status.IDENTIFIED | Status.MONITORING:
            yield button("Resolve", RESOLVE, number, confirm="Users no longer feel it, and the fix stands?")
        case Status.RESOLVED:
            yield button("Close", CLOSE, number, confirm="End the response and draft the postmortem?")
            yield button("Reopen", REOPEN, number)
        case Status.CLOSED | Status.CANCELLED:
            yield button("Reopen", REOPEN, number, confirm="Is it not over after all?")
