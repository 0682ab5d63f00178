"""Whether a command may be, and what then happened: `decide(incident, command, now) → events`."""

from collections.abc import Iterator
from datetime import datetime
from typing import assert_never

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.alert import Alert
from bot.domain.errors import Refused
from bot.domain.hypotheses import guess_area
from bot.domain.incident import Incident
from bot.domain.runbook import Outcome, Step
from bot.domain.words import Status, Verdict

MAX_TITLE = 120


def decide(i: Incident, command: c.AnyCommand, now: datetime) -> tuple[e.AnyEvent, ...]:
    """Return the events that `command` makes of the incident at `now` (UTC); nothing when it already is so.

    Raises Refused with a sentence for the person.
    """
    if not isinstance(command, c.Declare | c.ReceiveAlerts):
        _refuse_unless_declared(i)
    if command.at is not None and command.at > now:
        raise Refused(
            f"{command.at:%H:%M} UTC lies ahead; say when it happened, up to now ({now:%H:%M} UTC)."
        )
    return tuple(_decide(i, command, command.at or now))


def _decide(i: Incident, command: c.AnyCommand, at: datetime) -> Iterator[e.AnyEvent]:
    match command:
        case c.Declare():
            yield from _declare(i, command, at)
        case c.ReceiveAlerts():
            yield from _receive_alerts(i, command, at)
        case c.ChangeSeverity():
            if command.severity is not i.severity:
                yield e.SeverityChanged(
                    at=at, by=command.by, severity=command.severity, reason=command.reason
                )
        case c.ChangeStatus():
            yield from _change_status(i, command, at)
        case c.AssignRole():
            if i.roles.get(command.role) != command.person:
                yield e.RoleAssigned(at=at, by=command.by, role=command.role, person=command.person)
        case c.DescribeImpact():
            yield from _describe_impact(command, at)
        case c.AddNote() | c.RemoveNote():
            yield from _note(i, command, at)
        case c.OpenHypothesis() | c.CloseHypothesis():
            yield from _hypothesis(i, command, at)
        case c.AskProbe() | c.FinishStep():
            yield from _step(i, command, at)
        case c.Escalate():
            yield e.EscalationMade(
                at=at, by=command.by, who=command.who, reason=command.reason, due_at=command.due_at
            )
        case c.NameCause():
            yield e.CauseNamed(
                at=at, by=command.by, text=_said(command.text), area=command.area, detail=command.detail
            )
        case c.ProposeImprovement() | c.AddActionItem():
            yield _follow_up(i, command, at)
        case c.Resolve() | c.Close() | c.Cancel() | c.Reopen():
            yield from _end(i, command, at)
        case _:
            assert_never(command)


def _refuse_unless_declared(i: Incident) -> None:
    if i.version == 0:
        raise Refused(f"There is no {i.name}. `/incident list` shows those there are.")


def _said(text: str) -> str:
    if not text.strip():
        raise Refused(
            "There is no text. Say it after the command, for example `/incident note logins are back`."
        )
    return text.strip()


def _declare(i: Incident, command: c.Declare, at: datetime) -> Iterator[e.AnyEvent]:
    if i.version:
        raise Refused(f"{i.name} is declared already.")
    if not command.title.strip():
        raise Refused("An incident needs a title: `/incident new logins fail`.")
    yield e.IncidentDeclared(
        at=at,
        by=command.by,
        title=command.title.strip()[:MAX_TITLE],
        service=command.service,
        severity=command.severity,
        invite=command.invite,
        reason="declared by hand",
        drill=command.drill,
    )
    if command.runbook:
        yield e.RunbookChosen(at=at, runbook=command.runbook, reason=command.runbook_reason)


def _receive_alerts(i: Incident, command: c.ReceiveAlerts, at: datetime) -> Iterator[e.AnyEvent]:
    news = tuple(alert for alert in command.alerts if is_news(i, alert))
    firing = tuple(alert for alert in news if alert.firing)
    route = command.route
    if i.version == 0:
        if not firing:
            return
        yield e.IncidentDeclared(
            at=at,
            by=command.by,
            title=route.title[:MAX_TITLE],
            service=route.service,
            severity=route.severity,
            key=route.key,
            began_at=min(alert.starts_at for alert in firing),
            invite=route.invite,
            reason=route.reason,
            previous=command.previous,
        )
        if command.runbook:
            yield e.RunbookChosen(at=at, runbook=command.runbook, reason=command.runbook_reason)
    if not news:
        return
    yield e.AlertsReceived(at=at, by=command.by, alerts=news)
    if i.version and firing:
        yield from _fires_again(i, command, at)
    still_firing = {**i.alerts, **{alert.key: alert for alert in news}}.values()
    if i.status.hurting and not any(alert.firing for alert in still_firing):
        yield e.StatusChanged(at=at, status=Status.MONITORING, note="all alerts have resolved")


def _fires_again(i: Incident, command: c.ReceiveAlerts, at: datetime) -> Iterator[e.AnyEvent]:
    """Severity only rises by itself; what was over is open again."""
    if command.route.severity.worse_than(i.severity):
        yield e.SeverityChanged(
            at=at, severity=command.route.severity, reason=f"an alert came in as {command.route.severity}"
        )
    if i.status.over or i.status is Status.RESOLVED:
        yield e.IncidentReopened(at=at, by=command.by, reason="an alert fires again")
    elif i.status is Status.MONITORING:
        yield e.StatusChanged(at=at, status=Status.INVESTIGATING, note="an alert fires again")


def is_news(i: Incident, alert: Alert) -> bool:
    """Whether an alert changes anything: not a repeat, not overtaken, not a resolution of the unknown."""
    known = i.alerts.get(alert.key)
    return alert.firing if known is None else alert.changes(known)


def _change_status(i: Incident, command: c.ChangeStatus, at: datetime) -> Iterator[e.AnyEvent]:
    match command.status:
        case Status.RESOLVED:
            yield from _end(i, c.Resolve(by=command.by, resolution=command.note), at)
        case Status.CLOSED:
            yield from _end(i, c.Close(by=command.by), at)
        case Status.CANCELLED:
            yield from _end(i, c.Cancel(by=command.by, reason=command.note), at)
        case Status.INVESTIGATING | Status.IDENTIFIED | Status.MONITORING:
            if i.status.over or i.status is Status.RESOLVED:
                raise Refused(f"{i.name} is {i.status}. `/incident reopen why` opens it again.")
            if i.status is not command.status:
                yield e.StatusChanged(at=at, by=command.by, status=command.status, note=command.note)
        case _:
            assert_never(command.status)


def _describe_impact(command: c.DescribeImpact, at: datetime) -> Iterator[e.AnyEvent]:
    if not (command.text or command.share or command.began_at):
        raise Refused("Say what users feel: `/incident impact logins fail for 30% of users since 09:50`.")
    yield e.ImpactDescribed(
        at=at, by=command.by, text=command.text, share=command.share, began_at=command.began_at
    )


def _note(i: Incident, command: c.AddNote | c.RemoveNote, at: datetime) -> Iterator[e.AnyEvent]:
    match command:
        case c.AddNote():
            ref = command.ref or f"note:{i.version + 1}"
            if ref not in i.notes:
                yield e.NoteAdded(at=at, by=command.by, ref=ref, text=_said(command.text))
        case c.RemoveNote():
            if command.ref in i.notes:
                yield e.NoteRemoved(at=at, by=command.by, ref=command.ref)
        case _:
            assert_never(command)


def _hypothesis(
    i: Incident, command: c.OpenHypothesis | c.CloseHypothesis, at: datetime
) -> Iterator[e.AnyEvent]:
    match command:
        case c.OpenHypothesis():
            text = _said(command.text)
            yield e.HypothesisOpened(
                at=at,
                by=command.by,
                number=len(i.hypotheses) + 1,
                text=text,
                area=command.area or guess_area(text),
                owner=command.owner or command.by,
                minutes=command.minutes,
            )
        case c.CloseHypothesis():
            known = i.hypotheses.get(command.number)
            if known is None:
                numbers = ", ".join(str(number) for number in i.hypotheses) or "none yet"
                raise Refused(f"There is no hypothesis {command.number} in {i.name} (there is: {numbers}).")
            if known.verdict is command.verdict:
                return
            yield e.HypothesisClosed(
                at=at,
                by=command.by,
                number=command.number,
                verdict=command.verdict,
                evidence=command.evidence,
            )
            if command.verdict is Verdict.CONFIRMED and i.cause is None:
                yield e.CauseNamed(at=at, by=command.by, text=known.text, area=known.area)
        case _:
            assert_never(command)


def _step(i: Incident, command: c.AskProbe | c.FinishStep, at: datetime) -> Iterator[e.AnyEvent]:
    step = i.runbook.step(command.step) if i.runbook else None
    if step is None:
        raise Refused(f"The runbook of {i.name} has no step {command.step!r}.")
    match command:
        case c.AskProbe():
            if step.probe is None:
                raise Refused(f"{step.title!r} has no probe; look by hand.")
            yield e.ProbeAsked(at=at, by=command.by, step=step.id)
        case c.FinishStep():
            yield from _finish_step(i, step, command, at)
        case _:
            assert_never(command)


def _finish_step(i: Incident, step: Step, command: c.FinishStep, at: datetime) -> Iterator[e.AnyEvent]:
    state = i.state_of(step.id)
    if state.outcome is command.outcome:
        return
    if command.outcome is Outcome.SKIPPED and not command.evidence.strip():
        raise Refused("Say why the step is skipped; it stays visible in the postmortem.")
    evidence = command.evidence or state.probe_evidence
    yield e.StepFinished(at=at, by=command.by, step=step.id, outcome=command.outcome, evidence=evidence)
    if command.outcome is Outcome.FOUND:
        if i.cause is None:
            yield e.CauseNamed(
                at=at,
                by=command.by,
                text=": ".join(filter(None, (step.cause or step.title, evidence))),
                area=step.area,
            )
        if i.status is Status.INVESTIGATING:
            yield e.StatusChanged(at=at, by=command.by, status=Status.IDENTIFIED, note=step.title)


def _follow_up(i: Incident, command: c.ProposeImprovement | c.AddActionItem, at: datetime) -> e.AnyEvent:
    title = _said(command.title)
    match command:
        case c.ProposeImprovement():
            return e.ImprovementProposed(at=at, by=command.by, title=title, text=command.text)
        case c.AddActionItem():
            return e.ActionItemAdded(
                at=at,
                by=command.by,
                number=len(i.action_items) + 1,
                title=title,
                text=command.text,
                owner=command.owner,
                due=command.due,
            )
        case _:
            assert_never(command)


def _end(
    i: Incident, command: c.Resolve | c.Close | c.Cancel | c.Reopen, at: datetime
) -> Iterator[e.AnyEvent]:
    match command:
        case c.Resolve():
            if i.status.over:
                raise Refused(f"{i.name} is {i.status} already. `/incident reopen why` opens it again.")
            if i.status is not Status.RESOLVED or command.resolution not in {"", i.resolution}:
                yield e.IncidentResolved(at=at, by=command.by, resolution=command.resolution)
        case c.Close():
            if i.status is Status.CLOSED:
                return
            if i.status is not Status.RESOLVED:
                raise Refused(
                    f"{i.name} is {i.status}. Resolve it first: `/incident resolve what fixed it`, "
                    "or `/incident cancel why` if it was none."
                )
            yield e.IncidentClosed(at=at, by=command.by)
        case c.Cancel():
            if not command.reason.strip():
                raise Refused("Say why it was no incident: `/incident cancel a test alert`.")
            if not i.status.over:
                yield e.IncidentCancelled(at=at, by=command.by, reason=command.reason)
        case c.Reopen():
            if not (i.status.over or i.status is Status.RESOLVED):
                raise Refused(f"{i.name} is open ({i.status}); there is nothing to reopen.")
            yield e.IncidentReopened(at=at, by=command.by, reason=command.reason)
        case _:
            assert_never(command)
