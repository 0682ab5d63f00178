"""The card: one look at where an incident stands, pinned in its channel."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.domain.alerts.routing import UNMAPPED
from bot.domain.incident.incident import Incident
from bot.domain.text.times import moment
from bot.domain.vocabulary import Outcome, Status
from bot.slack.mrkdwn import escape, line_of, mention, said
from bot.slack.views import alert_summary
from bot.slack.views.blocks import Block, Screen, actions, button, context, fields, header, screen, section
from bot.slack.views.runbook_end import in_short
from bot.slack.views.wording import areas, elapsed, headline, skipped, title, undone, with_area

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


def _facts(i: Incident, now: datetime) -> Iterator[str]:
    yield f"*Severity*\n{i.severity}"
    yield f"*Status*\n{i.status}"
    yield f"*Commander*\n{mention(i.commander) if i.commander else 'nobody yet' if i.working else 'nobody'}"
    began = i.began_at or i.declared_at
    yield f"*{'Lasted' if i.ended_at else 'Elapsed'}*\n{elapsed(i, now)}" + (
        f", since {moment(began, date=True)}" if began else ""
    )
    if i.service:
        yield f"*Service*\n{line_of(i.service)}"
    if i.impact or i.share:
        yield f"*Impact*\n{said(i.impact or i.share)}"


def _news(i: Incident) -> Iterator[str]:
    """What people act on, one paragraph at most for each."""
    if i.channel_lost:
        yield f"⚠ The channel is lost: {escape(i.channel_lost)}"
    if i.status is Status.CANCELLED:
        yield f"*Cancelled* {said(i.resolution)}"
        return
    if i.status.hurting and (sentence := alert_summary.in_words(i)):
        yield f"*Alert* {sentence}"
    if i.cause:
        area = f" ({i.cause.area})" if i.cause.area else ""
        detail = f"\n{said(i.cause.detail)}" if i.cause.detail else ""
        yield f"*Cause*{area} {said(i.cause.text)}{detail}"
    elif i.current_step and i.status.hurting:
        yield "\n".join(_now(i))
    elif i.ran_out:
        yield in_short(i)
    if i.resolution:
        yield f"*Fixed by* {said(i.resolution)}"
    suspected = [hypothesis for hypothesis in i.hypotheses.values() if hypothesis.verdict is None]
    if suspected and i.status.hurting:
        latest = suspected[-1]
        yield f"*Suspected* ({len(suspected)} open) {latest.number}. {said(latest.text)} ({latest.area})"
    if i.clock.update and i.working:
        yield f"*Last update* {said(i.clock.update)}"
    if called := "\n".join(_paged(i)):
        yield called
    if i.gave_up:
        yield "⚠ " + "\n⚠ ".join(dict.fromkeys(undone(lost.effect, lost.why) for lost in i.gave_up[-5:]))


def _now(i: Incident) -> Iterator[str]:
    """Who is on which step, and the next that nobody is on."""
    label = "Now"
    for step in i.steps_in_order:
        state = i.state_of(step.id)
        if state.taken_at and state.outcome is None:
            who = f"{mention(state.taken_by)} since {moment(state.taken_at)}"
            yield f"*Now* {with_area(step)} — {who}"
            label = "Next"
    for step in i.free_steps[:1]:
        yield f"*{label}* {with_area(step)}"


def _paged(i: Incident) -> Iterator[str]:
    """Whom we paged, each pager's latest page, and who answered it; and who was not reached at all."""
    latest = {to: key for key, to in i.clock.pages.items()}
    for to, key in latest.items():
        answered = i.clock.answered.get(key)
        yield f"*Paged* {escape(to)}: {f'{mention(answered)} has answered' if answered else 'no answer yet'}"
    for to, why in {known.to: known.why for known in i.clock.unreached}.items():
        yield f"⚠ *Not reached* {escape(to)}: {line_of(why)}"


def _small_print(i: Incident, of_service: Mapping[str, str]) -> Block | None:
    found = [
        alert_summary.counted(i) or (f"declared by {mention(i.declared_by)}" if i.declared_by else ""),
        _unmapped(i),
        _steps(i),
        areas(i),
        escape(i.runbook.stale) if i.runbook and i.working else "",
        f"previous: INC-{i.previous}" if i.previous else "",
        f"postmortem: `{escape(i.postmortem)}`" if i.postmortem else "",
        alert_summary.links(i, of_service),  # last, as they may be long and Slack has us cut the end
    ]
    line = " · ".join(part for part in found if part)
    return context(line) if line else None


def _unmapped(i: Incident) -> str:
    """That the monitor's word for the severity means nothing here, so that the default was taken."""
    parts = (part for part in i.reason.split("; ") if part.endswith(UNMAPPED))
    return line_of(next(parts, ""))


def _steps(i: Incident) -> str:
    if not i.steps_in_order:
        return ""
    done = sum(state.outcome in {Outcome.CLEAR, Outcome.FOUND} for state in i.steps.values())
    left_out = f", skipped: {titles}" if (titles := skipped(i)) else ""
    return f"runbook: {done} of {len(i.steps_in_order)} steps checked{left_out}"


def _buttons(i: Incident) -> Iterator[Block]:
    number = str(i.number)
    if not i.commander and i.working:
        yield button("I'm commander", TAKE_COMMAND, number, style="primary")
    match i.status:
        case Status.INVESTIGATING | Status.IDENTIFIED | Status.MONITORING:
            yield button("Resolve", RESOLVE, number, confirm="Users no longer feel it, and the fix stands?")
        case Status.RESOLVED:
            yield button("Close", CLOSE, number, confirm="End the response and draft the postmortem?")
            yield button("Reopen", REOPEN, number)
        case Status.CLOSED | Status.CANCELLED:
            yield button("Reopen", REOPEN, number, confirm="Is it not over after all?")
