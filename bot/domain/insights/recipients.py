"""The recipients of escalations and direct messages, and the delays of escalations."""

from collections.abc import Iterable
from datetime import timedelta

from bot.domain import events
from bot.domain.incident.incident import Incident
from bot.domain.recipient import Named, OnCall, is_slack_user, parse_recipient

#: An escalation within this time after it was due counts as on time.
ON_TIME = timedelta(minutes=1)

#: Events that are sent to people as direct messages. All others appear only in the channel.
DirectMessageEvent = (
    events.ChannelDelayed
    | events.ChannelLost
    | events.EscalationDue
    | events.EscalationMade
    | events.EffectFailed
)


def escalation_delay(escalation: events.EscalationMade) -> timedelta | None:
    """Return how late an escalation was, or None if it was on time."""
    delay = escalation.at - escalation.due_at if escalation.due_at else timedelta()
    return delay if delay >= ON_TIME else None


def called_by_same_rung(escalation: events.EscalationMade, incident: Incident) -> tuple[str, ...]:
    """Return everyone that a rung escalated to at once, given one of its escalations.

    A rung with three recipients is recorded as three events. A person escalates to one recipient at a time.
    """
    if not escalation.rung:
        return (escalation.who,)
    rung = (escalation.rung, escalation.at, escalation.by)
    history = incident.escalation.history
    together = tuple(other.who for other in history if (other.rung, other.at, other.by) == rung)
    return together or (escalation.who,)


def direct_recipients(event: DirectMessageEvent, incident: Incident) -> tuple[str, ...]:
    """Return the Slack users who get a direct message: the people escalated to.

    If there are none, everyone involved.
    """
    if isinstance(event, events.EscalationMade):
        return tuple(who for who in called_by_same_rung(event, incident) if is_slack_user(who))
    return incident.people


def reminded_people(incident: Incident) -> tuple[str, ...]:
    """Return whom a reminder mentions: the incident commander, or if there is none, everyone involved."""
    return (incident.commander,) if incident.commander else incident.people


def can_be_notified(who: str) -> bool:
    """Return whether Firstcheck can notify `who`. A team in plain words must be contacted by a person."""
    return not isinstance(parse_recipient(who), Named | OnCall)


def escalations(
    recorded: Iterable[tuple[int, events.AnyEvent]],
) -> tuple[tuple[events.EscalationMade, str], ...]:
    """Return every escalation in chronological order, each with the reason why it reached nobody, or "".

    A rung that came due with nobody to escalate to appears as an escalation to `nobody`.
    """
    history = tuple(event for _, event in recorded)
    answered = {(event.rung, event.due_at) for event in history if isinstance(event, events.EscalationMade)}
    found: list[events.EscalationMade] = []
    failures: dict[int, str] = {}
    for event in history:
        if isinstance(event, events.EscalationMade):
            found.append(event)
        elif isinstance(event, events.EscalationDue) and (event.rung, event.due_at) not in answered:
            found.append(_unheeded(event))
        elif isinstance(event, events.PageFailed):
            to_this_pager = [index for index, escalation in enumerate(found) if escalation.who == event.to]
            failures |= dict.fromkeys(to_this_pager[-1:], event.why)
    with_failure = ((escalation, failures.get(index, "")) for index, escalation in enumerate(found))
    return tuple(sorted(with_failure, key=lambda pair: pair[0].at))


def _unheeded(event: events.EscalationDue) -> events.EscalationMade:
    reason, due_at = event.reason or event.lack.was_unmet, event.due_at
    return events.EscalationMade(at=event.at, who="nobody", reason=reason, due_at=due_at, rung=event.rung)
